package train

import (
	"context"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/dialog"
)

// A validation measures a model on the validation set, once as long as it does
// not change.
type validation struct {
	model *cvae.Model[float32]
	set   *dialog.Set
	seed  uint64
	batch int
	ranks ranks.Link // that share the batches
	// situation is that of the run now.
	situation latent.Situation
	report    *eval.Report // of the model as it is; nil: not measured
}

func (v *validation) changed() { v.report = nil }

func (v *validation) measure(ctx context.Context) (eval.Report, error) {
	if v.report != nil {
		return *v.report, nil
	}
	report, err := eval.Evaluate(ctx, v.model, v.set, eval.Options{Seed: v.seed, Batch: v.batch, Threads: v.model.Team().Threads(), Situation: v.situation, Ranks: v.ranks}, nil)
	if err != nil {
		return report, fmt.Errorf("validating: %w", err)
	}
	if !report.NLL.Bound().Known() {
		return report, fmt.Errorf("%w: the validation bound is not a number", ErrDiverged)
	}
	v.report = &report
	return report, nil
}

// A record is the best validation of a phase, and how long it has stood.
type record struct {
	Best      *float64 `json:"best"` // best validation bound, nats per response; nil: none yet
	BestStep  int      `json:"best_step"`
	Stale     int      `json:"stale"`  // validations since the best or the last decay
	Decays    int      `json:"decays"` // learning-rate decays so far
	Validated int      `json:"validated"`
}

// add takes in the bound of a validation and reports whether it is the best.
// While the weight of the rate still rises a worse bound is no sign of an end:
// such a validation does not count as stale.
func (r *record) add(bound float64, step int, rising bool) bool {
	r.Validated = step
	if !rising {
		r.Stale++
	}
	if math.IsNaN(bound) || r.Best != nil && bound >= *r.Best {
		return false
	}
	r.Best, r.BestStep, r.Stale = &bound, step, 0
	return true
}

// patient reports whether to go on as before after so many epochs of a phase.
func (r *record) patient(o Optimiser, epochs int) bool {
	return r.Stale < o.Patience || epochs < o.DecayFrom
}

// measure evaluates the model on the validation set.
func (t *Trainer) measure(ctx context.Context) (report eval.Report, err error) {
	t.validation.situation = t.situation()
	err = t.watch.aside(func() (err error) { report, err = t.validation.measure(ctx); return err })
	return report, err
}

// examine measures the model for validate, and has it answer.
func (t *Trainer) examine(ctx context.Context) ([]dialog.Sample, error) {
	if _, err := t.measure(ctx); err != nil {
		return nil, err
	}
	return t.answers(ctx)
}

// validate measures the model, keeps it if the bound of the generator that
// replies is the best so far, and tells of it.
func (t *Trainer) validate(ctx context.Context, answers []dialog.Sample) error {
	report, err := t.measure(ctx)
	if err != nil {
		return err
	}
	return t.watch.aside(func() error {
		bound := float64(report.NLL.Bound())
		best := t.state.add(bound, t.state.Step, t.rising())
		for _, part := range []any{t.mover.model.Parts.Posterior, t.mover.model.Parts.Rate} {
			if v, ok := part.(cvae.Validated); ok {
				v.Validated(best || t.rising())
			}
		}
		if best {
			if err := t.saver.keeper.SaveBest(modelTensors(t.mover.model), t.state.Step, bound); err != nil {
				return err
			}
		}
		t.reporter.validated(t.stamp(), report, best, answers)
		return nil
	})
}

// decayOrStop lowers the learning rate, or says why training is over, after too
// many validations without a better bound.
func (t *Trainer) decayOrStop() (reason string, err error) {
	o := t.options.Optimiser
	if t.state.patient(o, t.state.Epoch-t.state.PhaseEpoch) {
		return "", nil
	}
	if t.state.Decays >= o.Decays {
		return stopped, nil
	}
	t.state.Decays++
	t.state.Stale = 0
	t.mover.optimiser.rate *= o.Decay
	saved, err := t.saver.keeper.LoadBest()
	if err != nil {
		return "", fmt.Errorf("going back to the best model: %w", err)
	}
	t.validation.changed()
	return "", Restore(t.mover.model, saved)
}
