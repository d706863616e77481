package train

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// A halt is where a run stood when a limit ended it within an epoch, or before its
// closing phase. What was told, measured and kept since belongs to that end: a run whose
// limit is raised goes on from here, as one does that had the higher limit from the start.
type halt struct {
	Record record          `json:"record"`
	Memory json.RawMessage `json:"memory"` // of the reporter
	Logged int64           `json:"logged"` // how much the keeper had been told

	best []safetensors.Tensor // the best model here, once the end may make another

	// Before is where training stood before the closing phase, which begins with another
	// model and another optimiser; nil without one.
	Before *before `json:"before,omitempty"`
}

// A before is what a closing phase does away with.
type before struct {
	State   state         `json:"state"`
	Elapsed time.Duration `json:"elapsed"`

	model, training []safetensors.Tensor // of the optimiser and the strategy
}

// halt notes where the run stands before a limit ends it.
func (t *Trainer) halt() error {
	h := t.halted
	if h == nil {
		h = &halt{Record: t.state.record, Logged: t.saver.keeper.Logged()}
		var err error
		if h.Memory, err = json.Marshal(t.reporter.memory(t.watch.spent())); err != nil {
			return fmt.Errorf("encoding what was seen since the last event: %w", err)
		}
		if t.options.Closing != nil {
			if h.Before, err = t.before(); err != nil {
				return fmt.Errorf("noting where training stands before the closing phase: %w", err)
			}
		}
	}
	if h.best == nil && h.Record.Best != nil && h.keeps(t.state.record) {
		best, err := t.saver.keeper.LoadBest()
		if err != nil {
			return fmt.Errorf("reading the best model back: %w", err)
		}
		h.best = best
	}
	t.halted = h
	return nil
}

// before copies what the closing phase will do away with. Of several ranks the first has
// all of it, which a checkpoint is written from.
func (t *Trainer) before() (*before, error) {
	t.noteOptimiser()
	b := &before{State: t.state, Elapsed: t.watch.elapsed()}
	var err error
	if b.model, err = copies(modelTensors(t.mover.model)); err != nil {
		return nil, err
	}
	b.training, err = copies(slices.Concat(t.mover.optimiser.tensors(), t.phase().Strategy.State()))
	return b, err
}

// copies are tensors with memory of their own.
func copies(list []safetensors.Tensor) (all []safetensors.Tensor, err error) {
	for _, t := range list {
		switch numbers := t.Data.(type) {
		case []float32:
			t.Data = slices.Clone(numbers)
		case safetensors.Stream:
			made := make([]float32, 0, numbers.Length)
			if err := numbers.Write(func(part []float32) error { made = append(made, part...); return nil }); err != nil {
				return nil, err
			}
			t.Data = made
		case []float64:
			t.Data = slices.Clone(numbers)
		case []int64:
			t.Data = slices.Clone(numbers)
		}
		all = append(all, t)
	}
	return all, nil
}

// reopen goes back from the closing phase to where training stood.
func (t *Trainer) reopen(b *before) error {
	t.state, t.watch.before = b.State, b.Elapsed
	if err := Restore(t.mover.model, b.model); err != nil {
		return err
	}
	t.validation.changed()
	return t.restoreTraining(b.training)
}

// canGoOn reports whether a run that has ended, or is in its closing phase, is below its
// limits, which have been raised.
func (t *Trainer) canGoOn() bool {
	if !t.closing() {
		return (t.state.Finished != "" || t.halted != nil) && t.limit() == ""
	}
	if t.halted == nil || t.halted.Before == nil || t.state.Ending == stopped {
		return false // of a version that noted no halt, or early stopping has ended it
	}
	b := t.halted.Before
	return t.options.reached(b.State.Step, b.State.Epoch, b.Elapsed) == ""
}

// keeps reports whether the best model is still the one that it was.
func (h *halt) keeps(now record) bool { return now.Best != nil && now.BestStep == h.Record.BestStep }

// raised goes on with a run whose limit has been raised, from where it halted.
func (t *Trainer) raised() error {
	h := t.halted
	now := t.state.record
	if h != nil && h.Before != nil {
		if err := t.reopen(h.Before); err != nil {
			return fmt.Errorf("going back from the closing phase: %w", err)
		}
	}
	t.state.Finished = ""
	if h == nil { // it ended between two epochs, or in a version that noted no halt
		return nil
	}
	spent, err := t.reporter.remember(string(h.Memory))
	if err != nil {
		return err
	}
	t.watch.lap()
	t.watch.lapped = t.watch.lapped.Add(-spent)
	switch {
	case h.Record.Best == nil, h.keeps(now):
	case h.best != nil:
		if err := t.saver.keeper.SaveBest(h.best, h.Record.BestStep, *h.Record.Best); err != nil {
			return err
		}
	default: // it is gone
		h.Record = record{Decays: h.Record.Decays}
	}
	t.state.record, t.halted = h.Record, nil
	return t.saver.keeper.Rewind(h.Logged, t.save)
}

// unlogged is the part of a checkpoint that is not in the log: what the reporter
// remembers, now and where the run halted.
func (t *Trainer) unlogged() (string, error) {
	text, err := json.Marshal(struct {
		remembered
		Halt *halt `json:"halt,omitempty"`
	}{t.reporter.memory(t.watch.spent()), t.halted})
	if err != nil {
		return "", fmt.Errorf("encoding what was seen since the last event: %w", err)
	}
	return string(text), nil
}

// haltOf reads the halt out of unlogged, with its tensors.
func haltOf(text string, tensors []safetensors.Tensor) (*halt, error) {
	var saved struct {
		Halt *halt `json:"halt"`
	}
	if text == "" { // of a version that saved none
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &saved); err != nil {
		return nil, fmt.Errorf("reading where the run halted: %w", err)
	}
	if h := saved.Halt; h != nil {
		h.best = without(bestPrefix, tensors)
		if h.Before != nil {
			h.Before.model, h.Before.training = without(modelPrefix, tensors), without(trainingPrefix, tensors)
		}
	}
	return saved.Halt, nil
}

// What the names of a halt's tensors in a checkpoint begin with: its best model, and
// the model, the optimiser and the strategy before a closing phase.
const (
	bestPrefix     = "before."
	modelPrefix    = "halted.model."
	trainingPrefix = "halted.training."
)

// tensors are the best model of a halt, unless the run has ended and it is the best still,
// and what the closing phase did away with.
func (h *halt) tensors(now state) (list []safetensors.Tensor) {
	if h == nil {
		return nil
	}
	if now.Finished == "" || !h.keeps(now.record) {
		list = named(bestPrefix, h.best)
	}
	if h.Before != nil {
		list = slices.Concat(list, named(modelPrefix, h.Before.model), named(trainingPrefix, h.Before.training))
	}
	return list
}

func named(prefix string, tensors []safetensors.Tensor) (list []safetensors.Tensor) {
	for _, t := range tensors {
		t.Name = prefix + t.Name
		list = append(list, t)
	}
	return list
}

// without are the tensors whose names begin with a prefix, without it.
func without(prefix string, tensors []safetensors.Tensor) (list []safetensors.Tensor) {
	for _, t := range tensors {
		if name, ok := strings.CutPrefix(t.Name, prefix); ok {
			t.Name = name
			list = append(list, t)
		}
	}
	return list
}

// divideHalt tells the tensors of a halt from other saved tensors.
func divideHalt(saved []safetensors.Tensor) (halted, others []safetensors.Tensor) {
	for _, t := range saved {
		if slices.ContainsFunc([]string{bestPrefix, modelPrefix, trainingPrefix}, func(p string) bool { return strings.HasPrefix(t.Name, p) }) {
			halted = append(halted, t)
		} else {
			others = append(others, t)
		}
	}
	return halted, others
}
