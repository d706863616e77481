package train

import (
	"fmt"
	"math"
	"slices"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// A Phase is a stretch of training. Its schedule, its optimiser, its best
// model and its early stopping begin anew with it; only the last phase stops
// early, and a closing phase keeps the best model before it where it finds no better.
type Phase struct {
	Name   string
	Epochs int // of every phase but the last, which ends with the run
	// Schedule and Strategy are those of the run where they are nil. State of
	// a Strategy lasts for its phase.
	Schedule Schedule
	Strategy Strategy
	// ResetDecoder gives the decoder its first weights back as the phase
	// begins.
	ResetDecoder bool
}

// phase is the current phase, with the schedule and the strategy to use.
func (t *Trainer) phase() Phase {
	p := t.options.phases()[t.state.Phase]
	if p.Schedule == nil {
		p.Schedule = t.options.Schedule
	}
	if p.Strategy == nil {
		p.Strategy = t.options.Strategy
	}
	return p
}

// phases are those of the run, of which there is at least one, the closing one last.
func (o Options) phases() []Phase {
	all := slices.Clone(o.Phases)
	if len(all) == 0 {
		all = []Phase{{}}
	}
	if o.Closing != nil {
		all = append(all, *o.Closing)
	}
	return all
}

// closing reports whether this is the closing phase.
func (t *Trainer) closing() bool {
	return t.options.Closing != nil && t.state.Phase+1 == len(t.options.phases())
}

// lastPhase reports whether no phase follows but the closing one.
func (t *Trainer) lastPhase() bool { return t.state.Phase+1 >= len(t.options.Phases) }

// checkPhases refuses phases without an end, and limits that end the run
// before its last phase. The limits count the epochs and steps of all phases.
func (o Options) checkPhases(batches int) error {
	epochs := 0
	for i, p := range o.Phases {
		if i+1 == len(o.Phases) {
			break
		}
		if p.Epochs < 1 {
			return fmt.Errorf("phase %s takes %d epochs; it needs at least 1", p.Name, p.Epochs)
		}
		epochs += p.Epochs
	}
	if epochs > 0 && o.MaxEpochs > 0 && o.MaxEpochs <= epochs {
		return setting.Refuse("max_epochs", "is %d and counts all phases, but the last phase begins after %d epochs; raise it", o.MaxEpochs, epochs)
	}
	if epochs > 0 && o.MaxSteps > 0 && o.MaxSteps <= epochs*batches {
		return setting.Refuse("max_steps", "is %d and counts all phases, but the last phase begins after %d steps; raise it", o.MaxSteps, epochs*batches)
	}
	return nil
}

// end ends training, or begins the closing phase from the best model.
func (t *Trainer) end(reason string) error {
	if t.options.Closing == nil || t.closing() {
		t.state.Finished = reason
		return nil
	}
	if err := t.halt(); err != nil { // unless a limit has, within an epoch
		return err
	}
	best, err := t.saver.keeper.LoadBest()
	if err != nil {
		return fmt.Errorf("going back to the best model: %w", err)
	}
	if err := Restore(t.mover.model, best); err != nil {
		return err
	}
	if t.state.Cursor > 0 {
		t.state.Cursor = 0
		t.state.Epoch++
	}
	t.state.Ending, t.state.Phase = reason, t.state.Phase+1
	t.state.PhaseStep, t.state.PhaseEpoch = t.state.Step, t.state.Epoch
	t.mover.optimiser.reset()
	t.validation.changed()
	return nil
}

// endPhase goes over to the next phase when the current one has had its epochs.
func (t *Trainer) endPhase() {
	if t.state.Epoch-t.state.PhaseEpoch < t.phase().Epochs {
		return
	}
	t.state.Phase++
	t.state.PhaseStep, t.state.PhaseEpoch = t.state.Step, t.state.Epoch
	t.state.record = record{Validated: t.state.Validated}
	t.mover.optimiser.reset()
	if t.phase().ResetDecoder {
		t.mover.model.ResetDecoder()
		t.validation.changed()
	}
}

// clock is the time within the phase.
func (t *Trainer) clock() Clock {
	c := Clock{Step: t.state.Step - t.state.PhaseStep, Epoch: t.state.Epoch - t.state.PhaseEpoch, StepsPerEpoch: t.batches.size()}
	if !t.lastPhase() || t.closing() {
		c.PlannedSteps = t.phase().Epochs * t.batches.size()
	} else if planned := t.options.Planned(t.batches.size()); planned > 0 {
		c.PlannedSteps = planned - t.state.PhaseStep
	}
	return c
}

func (t *Trainer) beta() float64 { return t.phase().Schedule.Beta(t.clock()) }

// rising reports whether the weight of the rate was below its end at the last
// step.
func (t *Trainer) rising() bool { return below(t.phase().Schedule, t.clock()) }

// below is rising for a schedule at a clock, up to the planned end.
func below(s Schedule, c Clock) bool {
	last, end := c, c
	last.Step = max(0, last.Step-1)
	end.Step = max(end.PlannedSteps, end.Step, 1) - 1
	if end.PlannedSteps == 0 {
		end.Step = math.MaxInt32 // long after any ramp
	}
	return s.Beta(last) < s.Beta(end)
}

// risen is the share of its end at which a weight counts as there: a logistic takes for
// ever.
const risen = 0.99

// Rising reports whether the weight of the rate, at the last step before c, would still
// grow if training went on past the plan. One that goes round in cycles grows to the end
// of its plan alone.
func Rising(s Schedule, c Clock) bool {
	if _, cycles := s.(Cyclical); cycles {
		return below(s, c)
	}
	last, end := c, c
	last.Step = max(0, last.Step-1)
	end.Step, end.PlannedSteps = math.MaxInt32, 0
	return s.Beta(last) < risen*s.Beta(end)
}

// situation is what the remedies of a collapse depend on.
func (t *Trainer) situation() latent.Situation {
	s := t.options.Situation
	s.Epochs = float64(t.state.Step) / float64(t.batches.size())
	s.Rising = Rising(t.phase().Schedule, t.clock())
	return s
}

// A Restarter is a Schedule that begins the optimiser anew, its learning rate
// and its moments, before some of the steps (warm restarts). Restart is pure.
type Restarter interface{ Restart(Clock) bool }

// A LearningRateScaler is a Schedule that also scales the learning rate. It is
// pure.
type LearningRateScaler interface{ LearningRate(Clock) float64 }

// restart scales the learning rate as the schedule says, and begins the
// optimiser anew where it says so, once a step even when the step is interrupted.
func (t *Trainer) restart() {
	t.mover.optimiser.scale = 1
	if s, ok := t.phase().Schedule.(LearningRateScaler); ok {
		t.mover.optimiser.scale = s.LearningRate(t.clock())
	}
	r, ok := t.phase().Schedule.(Restarter)
	if !ok || t.state.Restarted == t.state.Step || !r.Restart(t.clock()) {
		return
	}
	t.state.Restarted = t.state.Step
	t.mover.optimiser.reset()
}
