package train

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// A halt is where a run stood when a limit ended it within an epoch. What was told,
// measured and kept since belongs to that end: a run whose limit is raised goes on from
// here, as one does that had the higher limit from the start.
type halt struct {
	Record record          `json:"record"`
	Memory json.RawMessage `json:"memory"` // of the reporter
	Logged int64           `json:"logged"` // how much the keeper had been told

	best []safetensors.Tensor // the best model here, once the end may make another
}

// halt notes where the run stands before a limit ends it. A closing phase does not go
// back.
func (t *Trainer) halt() error {
	if t.options.Closing != nil {
		return nil
	}
	h := t.halted
	if h == nil {
		h = &halt{Record: t.state.record, Logged: t.saver.keeper.Logged()}
		var err error
		if h.Memory, err = json.Marshal(t.reporter.memory(t.watch.spent())); err != nil {
			return fmt.Errorf("encoding what was seen since the last event: %w", err)
		}
	}
	if h.Record.Best != nil && h.keeps(t.state.record) {
		best, err := t.saver.keeper.LoadBest()
		if err != nil {
			return fmt.Errorf("reading the best model back: %w", err)
		}
		h.best = best
	}
	t.halted = h
	return nil
}

// keeps reports whether the best model is still the one that it was.
func (h *halt) keeps(now record) bool { return now.Best != nil && now.BestStep == h.Record.BestStep }

// raised goes on with a run whose limit has been raised, from where it halted.
func (t *Trainer) raised() error {
	t.state.Finished = ""
	h := t.halted
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
	case h.Record.Best == nil, h.keeps(t.state.record):
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

// haltOf reads the halt out of unlogged, with its best model.
func haltOf(text string, best []safetensors.Tensor) (*halt, error) {
	var saved struct {
		Halt *halt `json:"halt"`
	}
	if text == "" { // of a version that saved none
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &saved); err != nil {
		return nil, fmt.Errorf("reading where the run halted: %w", err)
	}
	if saved.Halt != nil {
		saved.Halt.best = best
	}
	return saved.Halt, nil
}

// bestPrefix begins the names of a halt's best model in a checkpoint.
const bestPrefix = "before."

// tensors are the best model of a halt whose end made another.
func (h *halt) tensors(now record) (list []safetensors.Tensor) {
	if h == nil || h.keeps(now) {
		return nil
	}
	for _, t := range h.best {
		t.Name = bestPrefix + t.Name
		list = append(list, t)
	}
	return list
}

// divideBest tells the best model of a halt from other saved tensors.
func divideBest(saved []safetensors.Tensor) (best, others []safetensors.Tensor) {
	for _, t := range saved {
		if name, ok := strings.CutPrefix(t.Name, bestPrefix); ok {
			t.Name = name
			best = append(best, t)
		} else {
			others = append(others, t)
		}
	}
	return best, others
}
