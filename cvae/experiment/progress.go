package experiment

import (
	"sync"
	"time"

	"github.com/cvae-go/cvae/dialog"
)

// A Progress is how far a grid is, said when a run begins and while it goes on.
type Progress struct {
	Trial       string
	Done, Total int // runs
	At          At  // the zero value where the run begins
	// Left estimates the time to the end of the grid; 0: not known.
	Left time.Duration
}

// An At is how far a run is.
type At struct {
	// Training is its last event, with Rec and KL of training, in nats per
	// response.
	Training dialog.Event
	// Bound is that of the last validation, nats per response; 0: none yet.
	Bound float64
	// Measured is the share of the measurement that is done; 0: it trains.
	Measured float64
}

// Report implements [dialog.Progress].
func (a *At) Report(e dialog.Event) {
	switch e.Kind {
	case dialog.Validated:
		a.Bound = e.Bound
	case dialog.Stepped, dialog.Ticked:
		a.Training = e
	}
}

// A clock knows how far the runs of a grid are.
type clock struct {
	jobs int
	mu   sync.Mutex // guards what follows
	done int
	all  []timed
	took map[string]time.Duration // by row, of runs of this process
}

// timed is a run of a clock.
type timed struct {
	row   string
	ended bool
	at    At
}

func newClock(cells []cell, jobs int) *clock {
	c := &clock{jobs: max(1, jobs), took: map[string]time.Duration{}}
	for _, cell := range cells {
		c.all = append(c.all, timed{row: cell.Row.Name, ended: cell.kept != nil})
		if cell.kept != nil {
			c.done++
		}
	}
	return c
}

// tell reports where run i is while nobody else does.
func (c *clock) tell(i int, name string, at At, report func(Progress)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[i].at = at
	if report != nil {
		report(Progress{Trial: name, Done: c.done, Total: len(c.all), At: at, Left: c.left()})
	}
}

// end says that run i has ended after so much time; done: with a result.
func (c *clock) end(i int, took time.Duration, done bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[i].ended = true
	if done {
		c.took[c.all[i].row] = took
		c.done++
	}
}

// left estimates the time of what has not ended: of a run in training what it
// says, of any other the time of the last one of its row, or else the mean of all
// that is known.
func (c *clock) left() (total time.Duration) {
	known, n := time.Duration(0), 0
	for _, d := range c.took {
		known, n = known+d, n+1
	}
	for _, run := range c.all {
		if e := run.at.Training; !run.ended && e.Remaining > 0 {
			known, n = known+e.Elapsed+e.Remaining, n+1
		}
	}
	if n == 0 {
		return 0
	}
	for _, run := range c.all {
		switch took, seen := c.took[run.row]; {
		case run.ended, run.at.Measured > 0: // what is left is short
		case run.at.Training.Remaining > 0:
			total += run.at.Training.Remaining
		case seen:
			total += took
		default:
			total += known / time.Duration(n)
		}
	}
	return total / time.Duration(c.jobs)
}
