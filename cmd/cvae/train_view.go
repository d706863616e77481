package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tui/watch"
)

// A trainView shows training on a terminal. It takes the events of training,
// and passes them on to the view.
type trainView struct {
	options *trainOptions
	feed    *watch.Feed
	summary summary
}

// view is the view of training, nil where lines are wanted.
func (o *trainOptions) view() *trainView {
	if o.Plain || o.JSON || o.DryRun || !isInteractive(o.In, o.Err) {
		return nil
	}
	return &trainView{options: o, feed: watch.NewFeed()}
}

// Report implements dialog.Progress.
func (v *trainView) Report(e dialog.Event) {
	v.summary.Report(e)
	v.feed.Report(e)
}

// atOnce is how soon training that has nothing to do has ended.
const atOnce = 300 * time.Millisecond

// train trains while the view shows it, and sums up in lines what was seen.
func (v *trainView) train(ctx context.Context, t *training.Training) error {
	if err := v.recall(ctx); err != nil {
		return err
	}
	interruptible, interrupt := context.WithCancelCause(ctx)
	defer interrupt(nil)
	var err error
	trained := make(chan struct{})
	go func() {
		defer v.feed.Close(nil)
		defer close(trained)
		err = guarded(func() error { return t.Train(interruptible) })
	}()
	select {
	case <-trained:
	case <-time.After(atOnce):
		v.show(ctx, t, interruptible.Done(), func() { interrupt(errInterrupted) })
	}
	<-trained
	var bug fault
	if errors.As(err, &bug) {
		panic(bug.value) // as it would have without a view
	}
	v.summary.print(v.options.Err)
	return err
}

// recall shows what a resumed run has logged.
func (v *trainView) recall(ctx context.Context) error {
	for e, err := range rundir.Follow(v.options.Path).Events(ctx, func() bool { return false }) {
		if err != nil {
			return err
		}
		v.feed.Report(e)
	}
	return nil
}

// show shows the view until training ends. When the user does not wait for the
// run to be saved, it ends the process.
func (v *trainView) show(ctx context.Context, t *training.Training, interrupted <-chan struct{}, interrupt func()) {
	o := v.options
	visible := context.WithoutCancel(ctx)
	err := hold(visible, o.In, raw(o.Err), func(visible context.Context) error {
		return watch.Show(visible, watch.Run{
			Title: titleOf(t.Config, o.Path), Feed: v.feed, Interrupt: interrupt, Interrupted: interrupted,
		}, o.In, raw(o.Err))
	})
	if errors.Is(err, watch.ErrAbandoned) {
		fmt.Fprintf(o.Err, "cvae: interrupted before saving; go on from the last save with cvae train --resume --out %s\n", safe.Argument(o.Path))
		os.Exit(exitInterrupted)
	}
	if err != nil { // a fault of the view is no reason to lose training
		fmt.Fprintln(o.Err, "warning: lines follow, because the view has failed: "+printable(err.Error()))
		_ = v.feed.Each(visible, (&printer{o.Err}).Report) // training's own error is what counts
	}
}

// titleOf names a run.
func titleOf(c config.Config, path string) string {
	return fmt.Sprintf("%s on %s · preset %s · run %s", c.Method, c.Corpus, c.Preset, path)
}

// A fault is a panic that was kept until the terminal is restored.
type fault struct{ value any }

// Error implements error.
func (f fault) Error() string { return fmt.Sprint(f.value) }

// guarded is f with its panic as a fault.
func guarded(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fault{value}
		}
	}()
	return f()
}

// A summary is what stays of training when its view has gone.
type summary struct {
	warnings   []dialog.Event
	last, best *dialog.Event
}

// Report implements dialog.Progress.
func (s *summary) Report(e dialog.Event) {
	switch {
	case e.Kind == dialog.Stepped:
		s.last = &e
	case e.Kind == dialog.Warned:
		s.warnings = append(s.warnings, e)
	case e.Kind == dialog.Validated && e.Best:
		s.best = &e
	}
}

// print prints the warnings, the last step and the best validation.
func (s *summary) print(w io.Writer) {
	p := &printer{w}
	for _, e := range s.warnings {
		p.Report(e)
	}
	for _, e := range []*dialog.Event{s.last, s.best} {
		if e != nil {
			p.Report(*e)
		}
	}
}
