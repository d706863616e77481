package train

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// A reporter gathers what training sees and tells its watchers.
type reporter struct {
	progress    dialog.Progress
	sampler     Sampler     // nil: no samples
	lock        sync.Locker // given up while the model answers
	conditional bool        // the model has a prior network
	meter       *meter
	warned      map[string]bool // the collapses named and not withdrawn
}

func newReporter(m *cvae.Model[float32], o Options, p dialog.Progress) *reporter {
	return &reporter{progress: p, sampler: o.Sampler, lock: o.Lock, conditional: m.Config.Mode == cvae.Dialogue,
		meter: newMeter(m.Latent()), warned: map[string]bool{}}
}

// stepped tells of the steps since the last event, which took so much time, and
// warns when the latent variable is collapsing.
func (r *reporter) stepped(ctx context.Context, at dialog.Event, spent time.Duration) error {
	m := r.meter
	r.meter = newMeter(m.shape)
	e := m.event(at)
	if spent > 0 {
		e.TokensPerSecond = float64(m.tokens) / spent.Seconds()
	}
	if err := r.tell(ctx, e); err != nil {
		return err
	}
	if m.examples >= warnAfter && at.Step >= warnSteps {
		r.warn(at, latent.Judge(latent.Evidence{Conditional: r.conditional,
			KL: &e.KL, Active: e.ActiveUnits, ResidualActive: e.ResidualActiveUnits}))
	}
	return nil
}

// validated tells of a validation and names every collapse.
func (r *reporter) validated(ctx context.Context, at dialog.Event, v eval.Report, best bool) error {
	e := at
	e.Kind, e.LatentDim, e.Rec, e.Bound, e.Best = dialog.Validated, r.meter.shape.Dim, float64(v.Rec), float64(v.NLL.ELBO), best
	for _, f := range v.Collapse.Findings() {
		e.Collapses = append(e.Collapses, f.Name)
	}
	if e.LatentDim > 0 {
		e.KL, e.ActiveUnits, e.ResidualActiveUnits = float64(v.KL), v.Active, v.Residual
		if v.MI.Full.Known() {
			e.Information = float64(v.MI.Full)
		}
	}
	if err := r.tell(ctx, e); err != nil {
		return err
	}
	r.withdraw(v.Collapse)
	r.warn(at, v.Collapse)
	return nil
}

// tell sends an event and then samples of the model as it is. The end of ctx
// ends the sampling alone: the step or the validation that it follows is done,
// and the next look at ctx saves it.
func (r *reporter) tell(ctx context.Context, e dialog.Event) error {
	r.progress.Report(e)
	if r.sampler == nil {
		return nil
	}
	r.lock.Unlock()
	samples, err := r.sampler.Sample(ctx)
	r.lock.Lock()
	switch {
	case err != nil && ctx.Err() != nil:
		return nil
	case err != nil:
		return fmt.Errorf("sampling: %w", err)
	}
	r.progress.Report(dialog.Event{Kind: dialog.Sampled, Step: e.Step, Epoch: e.Epoch, StepsPerEpoch: e.StepsPerEpoch, Phase: e.Phase,
		LatentDim: e.LatentDim, Elapsed: e.Elapsed, Remaining: e.Remaining, Samples: samples})
	return nil
}

// warnAfter is how many examples an event must cover, and warnSteps how many
// steps must be done, before a low KL is called a collapse.
const (
	warnAfter = 500
	warnSteps = 200
)

// warn names the collapses of a verdict that are new.
func (r *reporter) warn(at dialog.Event, verdict latent.Collapse) {
	for _, f := range verdict.Findings() {
		if r.warned[f.Name] {
			continue
		}
		r.warned[f.Name] = true
		at.Kind, at.Collapses = dialog.Warned, []string{f.Name}
		at.Message = f.Name + " collapse: " + f.Explanation + " " + f.Remedy
		r.progress.Report(at)
	}
}

// withdraw forgets the collapses that a verdict does not find. Only that of a
// validation can tell: a few steps have too few examples.
func (r *reporter) withdraw(verdict latent.Collapse) {
	found := map[string]bool{}
	for _, f := range verdict.Findings() {
		found[f.Name] = true
	}
	maps.DeleteFunc(r.warned, func(name string, _ bool) bool { return !found[name] })
}
