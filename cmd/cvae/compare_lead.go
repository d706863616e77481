package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// A lead is a rank's part in who shows the results of a grid: rank 0, which holds the
// lock of the folder meanwhile, or the first rank that finds it dead in the end.
type lead struct {
	folder string
	first  bool        // rank 0
	held   *rundir.Dir // nil: not by this rank
}

// lead begins before all runs. A process by itself needs no lock: it shows what it has,
// also beside others in its folder.
func (o *compareOptions) lead(link ranks.Link) (*lead, error) {
	l := &lead{folder: o.Path, first: link.Rank() == 0}
	if link.Size() == 1 {
		return l, nil
	}
	var err error
	if l.first {
		if err = os.MkdirAll(o.Path, 0o755); err == nil {
			err = l.hold()
		}
	}
	// None looks for the lock before rank 0 has it: that of an earlier one may lie there.
	if _, met := ranks.Gather(link, []byte(nil)); err == nil {
		err = met
	}
	if err != nil {
		return nil, fmt.Errorf("meeting the other ranks of the grid: %w", err)
	}
	return l, nil
}

// hold takes the lock, unless another process has it.
func (l *lead) hold() (err error) {
	if l.held, err = rundir.Hold(l.folder); errors.Is(err, rundir.ErrLocked) {
		return nil
	}
	return err
}

// shows reports whether this rank shows the results.
func (l *lead) shows() bool {
	if !l.first && rundir.Deserted(l.folder) {
		_ = l.hold() // who cannot take it does not show
	}
	return l.first || l.held != nil
}

// end gives the lock back.
func (l *lead) end() {
	if l.held != nil {
		_ = l.held.Close() // what it was for is done
	}
}
