package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
)

// A Forecast says how long training would be if nothing ends it before its
// limits.
type Forecast struct {
	Steps, Epochs int           // to the first limit; 0: there is none
	Step          time.Duration // of one step, measured; 0: it takes longer than rehearsalLimit
	Time          time.Duration // of all steps and validations; 0: no limit, or Step is not known
}

const (
	rehearsedSteps = 100 // at most
	rehearsal      = 3 * time.Second
	rehearsalLimit = 30 * time.Second
)

// Forecast measures a few real steps. The model has moved after it and is of no
// use for training.
func (t *Trainer) Forecast(ctx context.Context) (f Forecast, err error) {
	t.options.Lock.Lock()
	defer t.options.Lock.Unlock()
	if f.Step, err = t.rehearse(ctx); err != nil {
		return f, err
	}
	return t.options.forecast(f.Step, t.batches.size(), t.validation.set.Len()), nil
}

// forecast takes a batch of validation, which needs no gradients, for a third of
// a step. Steps and Epochs do not count the closing phase, Time does.
func (o Options) forecast(step time.Duration, stepsPerEpoch, validation int) Forecast {
	f := Forecast{Step: step, Steps: o.Planned(stepsPerEpoch)}
	whole := step + step*time.Duration(validation)/time.Duration(3*o.Batch*stepsPerEpoch) // a step with its share of validation
	if o.MaxTime > 0 && whole > 0 {
		if within := max(1, int(o.MaxTime/whole)); f.Steps == 0 || within < f.Steps {
			f.Steps = within
		}
	}
	f.Epochs = (f.Steps + stepsPerEpoch - 1) / stepsPerEpoch
	f.Time = whole * time.Duration(f.Steps)
	if o.Closing != nil && f.Time > 0 { // its steps need no gradients of the decoder either
		f.Time += (whole - step + step/3) * time.Duration(o.Closing.Epochs*stepsPerEpoch)
	}
	return f
}

// rehearse is the time of a step; 0 where not one ends within the limit. The
// largest batches come first, so that memory grows to what training needs.
func (t *Trainer) rehearse(ctx context.Context) (time.Duration, error) {
	limited, cancel := context.WithTimeout(ctx, rehearsalLimit)
	defer cancel()
	if err := t.grow(limited); err != nil {
		return 0, err
	}
	start, steps := t.watch.now(), 0
	for steps < rehearsedSteps && t.watch.now().Sub(start) < rehearsal {
		_, err := t.phase().Strategy.Step(limited, t, t.batches.at(steps%t.batches.size()))
		switch {
		case ctx.Err() != nil:
			return 0, context.Cause(ctx)
		case errors.Is(err, context.DeadlineExceeded):
			return 0, nil
		case err != nil:
			return 0, fmt.Errorf("trying a step: %w", err)
		}
		steps++
	}
	return t.watch.now().Sub(start) / time.Duration(steps), nil
}

// grow trains on the longest batch of each size, which has a graph of its own, and
// scores the longest examples of validation as an evaluation does.
func (t *Trainer) grow(ctx context.Context) error {
	longest := map[int][]int{}
	for k := range min(t.batches.size(), 20*LengthWindow) {
		examples := t.batches.plan.batch(k)
		if size := len(examples); most(t.batches.set, examples) >= most(t.batches.set, longest[size]) {
			longest[size] = examples
		}
	}
	m := t.mover.model
	for _, size := range slices.Sorted(maps.Keys(longest)) {
		if _, err := (Joint{}).Step(ctx, t, m.Batch(t.batches.set, longest[size])); err != nil {
			return fmt.Errorf("trying a step: %w", err)
		}
		if ctx.Err() != nil {
			return nil // the rest is not worth the wait
		}
	}
	return eval.Largest(m, t.validation.set)
}

// most is the length of the longest of some examples.
func most(s *dialog.Set, examples []int) (n int) {
	for _, e := range examples {
		n = max(n, s.Length(e))
	}
	return n
}
