package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// state is what a run needs to go on besides tensors and the time it has spent,
// which checkpoints keep apart.
type state struct {
	Step    int           `json:"step"`
	Epoch   int           `json:"epoch"`  // from 0
	Cursor  int           `json:"cursor"` // batches done of the epoch
	Rate    float64       `json:"rate"`
	Updates map[uint8]int `json:"updates"` // optimiser steps of each group
	record
	Ended    bool   `json:"ended"`    // the epoch's batches are done, its validation is not
	Finished string `json:"finished"` // why training ended; empty: it has not
	// Ending is why the last phase ended, in the closing phase.
	Ending string `json:"ending,omitempty"`
	// Extra is the runs of the training graph beyond one a step, those of an
	// unfinished step included.
	Extra int `json:"extra,omitempty"`
	// Phase counts from 0; PhaseStep and PhaseEpoch are where it began.
	Phase      int `json:"phase,omitempty"`
	PhaseStep  int `json:"phase_step,omitempty"`
	PhaseEpoch int `json:"phase_epoch,omitempty"`
	Restarted  int `json:"restarted,omitempty"` // the step before which the schedule last restarted the optimiser
}

// modelTensors are the parameters and buffers of a model, sharing its memory.
func modelTensors(m *cvae.Model[float32]) (list []safetensors.Tensor) {
	for _, p := range m.Params() {
		list = append(list, safetensors.Tensor{Name: p.Name, Shape: []int{p.Rows, p.Cols}, Data: p.Value})
	}
	for _, b := range m.Buffers() {
		list = append(list, safetensors.Tensor{Name: "buffer." + b.Name, Shape: []int{len(b.Value)}, Data: b.Value})
	}
	return list
}

// Restore copies saved tensors into the memory of a model. It refuses missing
// or unknown names and other shapes.
func Restore(m *cvae.Model[float32], saved []safetensors.Tensor) error {
	if err := restore(modelTensors(m), saved); err != nil {
		return err
	}
	m.Changed()
	return nil
}

// A Fit is which tensors of a model are those of another run, by name.
type Fit struct {
	Taken    []string
	Fresh    []string // the other run has none of that name
	Reshaped []string // it has one of another shape, which was not taken
}

// Initialise copies the saved tensors that a model has by name and shape, and
// leaves its others as they are: it starts one method from another's run.
func Initialise(m *cvae.Model[float32], saved []safetensors.Tensor) (fit Fit, err error) {
	byName := map[string]safetensors.Tensor{}
	for _, t := range saved {
		byName[t.Name] = t
	}
	for _, t := range modelTensors(m) {
		s, ok := byName[t.Name]
		switch {
		case !ok:
			fit.Fresh = append(fit.Fresh, t.Name)
		case !slices.Equal(s.Shape, t.Shape) || !copied(t.Data, s.Data):
			fit.Reshaped = append(fit.Reshaped, t.Name)
		default:
			fit.Taken = append(fit.Taken, t.Name)
		}
	}
	if fit.Taken == nil {
		return fit, errors.New("the models have no tensor in common")
	}
	m.Changed()
	return fit, nil
}

// Groups are names in a few words: that of a layer stands for all its tensors where
// the rest of the model has none of them.
func (f Fit) Groups(names []string) (groups []string) {
	others := map[string]bool{}
	for _, list := range [][]string{f.Taken, f.Fresh, f.Reshaped} {
		for _, name := range list {
			if !slices.Contains(names, name) {
				for _, layer := range layers(name) {
					others[layer] = true
				}
			}
		}
	}
	for _, name := range names {
		for _, layer := range layers(name) {
			if !others[layer] {
				name = layer
				break
			}
		}
		if !slices.Contains(groups, name) {
			groups = append(groups, name)
		}
	}
	return groups
}

// layers are those that a tensor is part of, the widest first: prior and prior.mean of
// prior.mean.bias.
func layers(name string) (all []string) {
	for i, r := range name {
		if r == '.' {
			all = append(all, name[:i])
		}
	}
	return all
}

func restore(into, saved []safetensors.Tensor) error {
	byName := map[string]safetensors.Tensor{}
	for _, t := range saved {
		byName[t.Name] = t
	}
	for _, t := range into {
		s, ok := byName[t.Name]
		if !ok {
			return fmt.Errorf("tensor %s is missing", t.Name)
		}
		if !slices.Equal(s.Shape, t.Shape) || !copied(t.Data, s.Data) {
			return fmt.Errorf("tensor %s is %T of shape %v, not %T of shape %v", t.Name, s.Data, s.Shape, t.Data, t.Shape)
		}
		delete(byName, t.Name)
	}
	for name := range byName {
		return fmt.Errorf("tensor %s is not one of this model", name)
	}
	return nil
}

// copied copies one tensor's numbers over another's, unless the types differ. Halves
// become float32.
func copied(into, from any) bool {
	switch to := into.(type) {
	case []float32:
		if halves, ok := from.([]safetensors.Half); ok && len(halves) == len(to) {
			safetensors.Widen(to, halves)
			return true
		}
		return copiedAs(to, from)
	case window:
		numbers, ok := from.([]float32)
		return ok && len(numbers) >= to.from+len(to.to) && copy(to.to, numbers[to.from:]) == len(to.to)
	case []float64:
		return copiedAs(to, from)
	case []int64:
		return copiedAs(to, from)
	}
	return false
}

func copiedAs[T float32 | float64 | int64](to []T, from any) bool {
	numbers, ok := from.([]T)
	return ok && copy(to, numbers) == len(to)
}

// save writes a checkpoint of the run.
func (t *Trainer) save() error {
	t.noteOptimiser()
	small, err := json.Marshal(t.state)
	if err != nil {
		return fmt.Errorf("encoding the training state: %w", err)
	}
	memory, err := t.unlogged()
	if err != nil {
		return err
	}
	t.saver.put()
	return t.saver.keeper.Checkpoint(checkpoint.State{
		Step: t.state.Step, Model: modelTensors(t.mover.model), Training: slices.Concat(t.mover.optimiser.tensors(), t.phase().Strategy.State(), t.halted.tensors(t.state)),
		Values: map[string]string{stateKey: string(small)}, Elapsed: t.watch.elapsed(), Unlogged: memory,
	})
}

const stateKey = "training"

// noteOptimiser takes the numbers of the optimiser into the state.
func (t *Trainer) noteOptimiser() {
	o := t.mover.optimiser
	t.state.Rate, t.state.Updates = o.rate, map[uint8]int{}
	for group, n := range o.steps {
		t.state.Updates[uint8(group)] = n
	}
}

// restoreTraining sets the optimiser and the strategy of the phase to saved tensors, and
// to the numbers of the state.
func (t *Trainer) restoreTraining(saved []safetensors.Tensor) error {
	o := t.mover.optimiser
	optimiser, strategy := o.divide(saved)
	if err := restore(o.windows(), optimiser); err != nil {
		return err
	}
	if err := t.phase().Strategy.Restore(strategy); err != nil {
		return fmt.Errorf("restoring the strategy: %w", err)
	}
	o.rate = t.state.Rate
	clear(o.steps)
	for group, n := range t.state.Updates {
		o.steps[nn.Group(group)] = n
	}
	return nil
}

// resume goes on from a checkpoint.
func (t *Trainer) resume(s checkpoint.State) error {
	if err := Restore(t.mover.model, s.Model); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(s.Values[stateKey]), &t.state); err != nil {
		return fmt.Errorf("reading the training state: %w", err)
	}
	if err := t.state.check(len(t.options.phases())); err != nil {
		return err
	}
	halted, training := divideHalt(s.Training)
	if err := t.restoreTraining(training); err != nil {
		return err
	}
	spent, err := t.reporter.remember(s.Unlogged)
	if err == nil {
		t.halted, err = haltOf(s.Unlogged, halted)
	}
	if err == nil && t.halted != nil && t.halted.Before != nil {
		err = t.halted.Before.State.check(len(t.options.phases()))
	}
	if err != nil {
		return err
	}
	t.watch.before, t.watch.lapped = s.Elapsed, t.watch.lapped.Add(-spent)
	return nil
}

// check refuses a place where no run of so many phases stands.
func (s *state) check(phases int) error {
	if s.Phase < 0 || s.Phase >= phases {
		return fmt.Errorf("the run stands in phase %d of %d", s.Phase+1, phases)
	}
	if s.Step < 0 || s.Epoch < 0 || s.Cursor < 0 {
		return fmt.Errorf("the run stands in step %d, batch %d of epoch %d", s.Step, s.Cursor, s.Epoch)
	}
	return nil
}

// runs is how often the training graph has run.
func (s *state) runs() int { return s.Step + s.Extra }
