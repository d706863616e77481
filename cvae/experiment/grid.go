package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// A Trial is one run of a grid.
type Trial struct {
	Spec Spec
	Row  Row
	Seed uint64
	// MaxTime is what the command grants the run, besides the limits of the
	// experiment; 0: any time. It is no part of the identity.
	MaxTime time.Duration
}

// Name is the trial's in words.
func (t Trial) Name() string { return fmt.Sprintf("%s, seed %d", t.Row.Name, t.Seed) }

// A Lab runs trials.
type Lab interface {
	// Identify identifies what a trial computes.
	Identify(context.Context, Trial) (Identity, error)
	// Run trains in a folder, or goes on with what was begun there, and
	// measures. When ctx ends it saves and returns the cause. It says in the
	// result when MaxTime ended training, and tells watch where it is.
	Run(ctx context.Context, t Trial, dir string, watch func(At)) (Result, error)
}

// A Grid runs an experiment in a folder: results in Dir/results, the runs in
// Dir/runs. A run whose result is there already is not repeated, so a grid that
// was killed goes on where it was. A result of the same name and another
// identity is refused.
//
// Several processes may run one grid in one folder. A process leaves out what another
// one has in work, and takes it back when that one is gone without a result.
type Grid struct {
	Spec    Spec
	Dir     string
	Lab     Lab
	Jobs    int            // runs at a time; 0: one
	First   int            // where among the runs this process begins, so that several begin apart
	MaxTime time.Duration  // granted each run; 0: any
	Report  func(Progress) // nil: nobody watches; never called by two at a time
}

// trials are those of a grid, seed by seed, so that pairs are complete early.
func (s Spec) trials() (all []Trial) {
	for _, seed := range s.Seeds {
		for _, row := range s.Rows {
			if slices.Contains(row.Seeds, seed) {
				all = append(all, Trial{Spec: s, Row: row, Seed: seed})
			}
		}
	}
	return all
}

// A cell is a trial of a grid with the result that is kept of it, if any.
type cell struct {
	Trial
	id   Identity
	kept *Result
}

// cells are the trials of the grid. Settings that cannot be run and kept results
// that are in the way are refused.
func (g *Grid) cells(ctx context.Context, results string) (all []cell, err error) {
	var refused []error
	for _, t := range g.Spec.trials() {
		t.MaxTime = g.MaxTime
		c := cell{Trial: t}
		if c.id, err = g.Lab.Identify(ctx, t); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name(), err)
		}
		if c.kept, err = g.done(c, results); err != nil {
			refused = append(refused, err)
		}
		all = append(all, c)
	}
	if len(refused) > 1 {
		return nil, fmt.Errorf("%w (so it is with %d results)", refused[0], len(refused))
	}
	return all, errors.Join(refused...)
}

// done is the result that is kept of a cell, nil where there is something to do yet.
func (g *Grid) done(c cell, results string) (*Result, error) {
	r, found, err := kept(results, c.Trial, c.id)
	if err != nil || !found || r.goesOn(c.MaxTime) || lacksBounds(runFolder(g.Dir, c.Row.Name, c.Seed, c.id.Hash)) {
		return nil, err
	}
	return &r, nil
}

// Run runs what is not done yet and returns all results. Every trial is checked
// before the first one runs. A trial that fails is no reason to leave the others
// out: its error is returned with their results. When ctx ends, the trials that
// run are saved.
func (g *Grid) Run(ctx context.Context) (all Results, err error) {
	results := filepath.Join(g.Dir, "results")
	cells, err := g.cells(ctx, results)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(results, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of the results: %w", err)
	}
	measured, failed := g.work(ctx, cells, results)
	for _, r := range measured {
		if r != nil {
			all = append(all, *r)
		}
	}
	if ctx.Err() != nil {
		return all, context.Cause(ctx)
	}
	return all, errors.Join(failed...)
}

// work runs the cells that are not kept, and those that other processes leave. It returns
// the result or the error of each.
func (g *Grid) work(ctx context.Context, cells []cell, results string) (measured []*Result, failed []error) {
	clock := newClock(cells, g.Jobs)
	measured, failed = make([]*Result, len(cells)), make([]error, len(cells))
	var queue []int
	for k := range cells {
		i := (k + g.First) % len(cells)
		if measured[i] = cells[i].kept; measured[i] == nil {
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 && ctx.Err() == nil {
		elsewhere := make([]bool, len(cells))
		var work errgroup.Group
		work.SetLimit(max(1, g.Jobs))
		for _, i := range queue {
			work.Go(func() error {
				if ctx.Err() != nil {
					return nil
				}
				start := time.Now()
				r, err := g.one(ctx, cells[i], results, func(at At) { clock.tell(i, cells[i].Name(), at, g.Report) })
				switch {
				case errors.Is(err, rundir.ErrLocked):
					elsewhere[i] = true
					return nil
				case err != nil:
					failed[i] = fmt.Errorf("%s: %w", cells[i].Name(), err)
				default:
					measured[i] = &r
				}
				clock.end(i, time.Since(start), err == nil)
				return nil
			})
		}
		_ = work.Wait() // its functions return nil
		left := slices.DeleteFunc(slices.Clone(queue), func(i int) bool { return !elsewhere[i] })
		if len(left) == len(queue) {
			pause(ctx)
		}
		queue = left
	}
	return measured, failed
}

// looks is how often a process looks whether another one is done with a run.
const looks = time.Second

// pause waits for other processes.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(looks):
	}
}

// one runs a trial and keeps its result, or takes that of another process.
func (g *Grid) one(ctx context.Context, c cell, results string, watch func(At)) (Result, error) {
	if r, err := g.done(c, results); err != nil {
		return Result{}, err
	} else if r != nil {
		return *r, nil
	}
	watch(At{})
	r, err := g.Lab.Run(ctx, c.Trial, runFolder(g.Dir, c.Row.Name, c.Seed, c.id.Hash), watch)
	if err != nil {
		return r, err
	}
	r.Experiment, r.Row, r.Method, r.Seed, r.Hash, r.Settings = c.Spec.Name, c.Row.Name, c.Row.Method, c.Seed, c.id.Hash, c.id.Settings
	return r, r.write(results)
}

// runFolder is where a run of a grid is kept.
func runFolder(dir, row string, seed uint64, hash string) string {
	return filepath.Join(dir, "runs", fmt.Sprintf("%s-seed%d-%.8s", row, seed, hash))
}

// lacksBounds reports whether a run is kept without the bounds of its examples:
// then it is measured again, which trains nothing.
func lacksBounds(run string) bool {
	if _, err := os.Stat(run); err != nil {
		return false
	}
	_, err := os.Stat(filepath.Join(run, BoundsFile))
	return errors.Is(err, fs.ErrNotExist)
}
