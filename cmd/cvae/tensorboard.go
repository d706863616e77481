package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/tensorboard"
)

// tensorboardFolder is where in a run the event files are.
const tensorboardFolder = "tensorboard"

// A board passes the events of training on, and writes them for TensorBoard
// once it has begun.
type board struct {
	next   dialog.Progress
	writer *tensorboard.Writer // nil: not begun
	now    dialog.Event        // the newest
}

// Report implements dialog.Progress.
func (b *board) Report(e dialog.Event) {
	b.next.Report(e)
	if b.writer != nil {
		b.now = e
		b.writer.Report(e)
	}
}

// begin begins a file for the run in path. It repeats what a resumed run has
// logged, so that its curves are whole even where it began without TensorBoard.
func (b *board) begin(ctx context.Context, path string) error {
	var past []dialog.Event
	for e, err := range rundir.Follow(path).Events(ctx, func() bool { return false }) {
		if err != nil {
			return err
		}
		past = append(past, e)
	}
	began := time.Now()
	if len(past) > 0 {
		began = began.Add(-past[len(past)-1].Elapsed)
	}
	b.writer = tensorboard.New(filepath.Join(path, tensorboardFolder), began, b.warn)
	for _, e := range past {
		b.now = e
		b.writer.Report(e)
	}
	return ctx.Err()
}

// warn tells of a file that cannot be written. Training is worth more.
func (b *board) warn(err error) {
	b.next.Report(dialog.Event{
		Kind: dialog.Warned, Step: b.now.Step, Epoch: b.now.Epoch, StepsPerEpoch: b.now.StepsPerEpoch, Phase: b.now.Phase,
		LatentDim: b.now.LatentDim, Elapsed: b.now.Elapsed, Remaining: b.now.Remaining, Message: err.Error() + "; training goes on",
	})
}

// close ends the file.
func (b *board) close() {
	if b.writer == nil {
		return
	}
	if err := b.writer.Close(); err != nil {
		b.warn(err)
	}
}
