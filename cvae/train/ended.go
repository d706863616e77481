package train

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// Ended says why the training that c was saved by ended, "" if it had not.
func Ended(c checkpoint.State) (reason string, err error) {
	s, err := parseState(c)
	return s.Finished, err
}

// HasBest reports whether the phase that a checkpoint stands in has a best model: it
// has none before its first validation.
func HasBest(c checkpoint.State) (bool, error) {
	s, err := parseState(c)
	return s.Best != nil, err
}

// ForgetBest is the checkpoint of a run whose best model is gone: the next
// validation is the best.
func ForgetBest(c checkpoint.State) (checkpoint.State, error) {
	s, err := parseState(c)
	if err != nil {
		return c, err
	}
	s.record = record{Decays: s.Decays}
	b, err := json.Marshal(s)
	if err != nil {
		return c, fmt.Errorf("encoding the training state: %w", err)
	}
	c.Values = maps.Clone(c.Values)
	c.Values[stateKey] = string(b)
	return c, nil
}

func parseState(c checkpoint.State) (s state, err error) {
	if err := json.Unmarshal([]byte(c.Values[stateKey]), &s); err != nil {
		return s, fmt.Errorf("reading the training state: %w", err)
	}
	return s, nil
}
