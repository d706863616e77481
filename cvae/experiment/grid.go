package experiment

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Trial is one run of a grid.
type Trial struct {
	Spec Spec
	Row  Row
	Seed uint64
}

// Name is the trial's in words.
func (t Trial) Name() string { return fmt.Sprintf("%s, seed %d", t.Row.Name, t.Seed) }

// A Lab runs trials.
type Lab interface {
	// Hash identifies all that decides the result of a trial: settings, the
	// content of the corpus, and how it is measured.
	Hash(context.Context, Trial) (string, error)
	// Run trains in a folder, or goes on with what was begun there, and
	// measures. When ctx ends it saves and returns the cause.
	Run(ctx context.Context, t Trial, dir string) (Result, error)
}

// Progress is how far a grid is.
type Progress struct {
	Trial       string
	Done, Total int // runs
	// Left estimates the time to the end of the grid from the runs that this
	// process finished; 0 before the first.
	Left time.Duration
}

// A Grid runs an experiment in a folder: results in Dir/results, the runs in
// Dir/runs. A run whose result is there already and has the same content is
// not repeated, so a grid that was killed goes on where it was.
type Grid struct {
	Spec   Spec
	Dir    string
	Lab    Lab
	Jobs   int            // runs at a time; 0: one
	Report func(Progress) // nil: nobody watches; never called by two at a time

	mu   sync.Mutex // guards what follows
	done int
	took map[string]time.Duration // by row, of the runs of this process
}

// trials are those of a grid, seed by seed, so that pairs are complete early.
func (s Spec) trials() (all []Trial) {
	for _, seed := range s.Seeds {
		for _, row := range s.Rows {
			if slices.Contains(row.Seeds, seed) {
				all = append(all, Trial{s, row, seed})
			}
		}
	}
	return all
}

// Run runs what is not done yet and returns all results. Every trial is checked
// before the first one runs. A trial that fails is no reason to leave the others
// out: its error is returned with their results. When ctx ends, the trials that
// run are saved.
func (g *Grid) Run(ctx context.Context) (all Results, err error) {
	trials := g.Spec.trials()
	hashes := make([]string, len(trials))
	for i, t := range trials {
		if hashes[i], err = g.Lab.Hash(ctx, t); err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name(), err)
		}
	}
	results := filepath.Join(g.Dir, "results")
	if err := os.MkdirAll(results, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of the results: %w", err)
	}
	g.took, g.done = map[string]time.Duration{}, 0
	measured, failed := make([]*Result, len(trials)), make([]error, len(trials))
	var work errgroup.Group
	work.SetLimit(max(1, g.Jobs))
	for i, t := range trials {
		work.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			g.report(t, trials[i:])
			r, err := g.one(ctx, t, hashes[i], results)
			if err != nil {
				failed[i] = fmt.Errorf("%s: %w", t.Name(), err)
				return nil
			}
			measured[i] = &r
			g.mu.Lock()
			defer g.mu.Unlock()
			g.done++
			return nil
		})
	}
	_ = work.Wait() // its functions return nil
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

// one returns the result of a trial, from its file or by running it.
func (g *Grid) one(ctx context.Context, t Trial, hash, results string) (Result, error) {
	r, found, err := done(results, t.Row.Name, t.Seed, hash)
	if found || err != nil {
		return r, err
	}
	start := time.Now()
	dir := filepath.Join(g.Dir, "runs", fmt.Sprintf("%s-seed%d-%.8s", t.Row.Name, t.Seed, hash))
	if r, err = g.Lab.Run(ctx, t, dir); err != nil {
		return r, err
	}
	g.mu.Lock()
	g.took[t.Row.Name] = time.Since(start)
	g.mu.Unlock()
	r.Experiment, r.Row, r.Method, r.Seed, r.Hash = t.Spec.Name, t.Row.Name, t.Row.Method, t.Seed, hash
	return r, r.write(results)
}

// report says that a trial begins, which is the first of those left.
func (g *Grid) report(t Trial, left []Trial) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Report != nil {
		g.Report(Progress{Trial: t.Name(), Done: g.done, Total: len(g.Spec.trials()), Left: g.left(left) / time.Duration(max(1, g.Jobs))})
	}
}

// left estimates the time that trials take one after another: each as long as
// the last run of its row, or as the mean run.
func (g *Grid) left(trials []Trial) (total time.Duration) {
	if len(g.took) == 0 {
		return 0
	}
	var mean time.Duration
	for _, d := range g.took {
		mean += d / time.Duration(len(g.took))
	}
	for _, t := range trials {
		if d, known := g.took[t.Row.Name]; known {
			total += d
		} else {
			total += mean
		}
	}
	return total
}
