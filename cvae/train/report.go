package train

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// report sends an event about the steps since the last one, and a warning when
// the latent variable is collapsing.
func (t *Trainer) report(ctx context.Context) error {
	if t.meter.steps == 0 {
		return nil
	}
	e := t.stamp(t.meter.event())
	if spent := t.now().Sub(t.reported) - t.idle; spent > 0 {
		e.TokensPerSecond = float64(t.meter.tokens) / spent.Seconds()
	}
	examples := t.meter.examples
	t.meter, t.reported, t.idle = newMeter(t.dim()), t.now(), 0
	if err := t.aside(func() error { return t.tell(ctx, e) }); err != nil {
		return err
	}
	if t.dim() > 0 && examples >= warnAfter && t.state.Step >= warnSteps {
		t.warn(latent.Judge(latent.Evidence{Conditional: t.model.Config.Mode == cvae.Dialogue,
			KL: &e.KL, Active: &e.ActiveUnits, ResidualActive: &e.ResidualActiveUnits}))
	}
	return nil
}

// tell sends an event and then samples of the model as it is. The end of ctx
// ends the sampling alone: the step or the validation that it follows is done,
// and the next look at ctx saves it.
func (t *Trainer) tell(ctx context.Context, e dialog.Event) error {
	t.progress.Report(e)
	if t.options.Sampler == nil {
		return nil
	}
	t.options.Lock.Unlock()
	samples, err := t.options.Sampler.Sample(ctx)
	t.options.Lock.Lock()
	switch {
	case err != nil && ctx.Err() != nil:
		return nil
	case err != nil:
		return fmt.Errorf("sampling: %w", err)
	}
	t.progress.Report(dialog.Event{Kind: dialog.Sampled, Step: e.Step, Epoch: e.Epoch, StepsPerEpoch: e.StepsPerEpoch, Phase: e.Phase,
		LatentDim: e.LatentDim, Elapsed: e.Elapsed, Remaining: e.Remaining, Samples: samples})
	return nil
}

// validated is the event of a validation.
func (t *Trainer) validated(r eval.Report, best bool) dialog.Event {
	e := t.stamp(dialog.Event{Kind: dialog.Validated, LatentDim: t.dim(), Rec: float64(r.Rec)})
	e.Bound, e.Best = float64(r.NLL.ELBO), best
	for _, f := range r.Collapse.Findings() {
		e.Collapses = append(e.Collapses, f.Name)
	}
	if t.dim() == 0 {
		return e
	}
	e.KL, e.ActiveUnits, e.ResidualActiveUnits = float64(r.KL), *r.Active, *r.Residual
	if r.MI.Full.Known() {
		e.Information = float64(r.MI.Full)
	}
	return e
}

// stamp fills in where training is.
func (t *Trainer) stamp(e dialog.Event) dialog.Event {
	e.Step, e.Epoch, e.StepsPerEpoch = t.state.Step, t.state.Epoch+1, t.plan.size()
	e.Phase = t.phase().Name
	e.Beta, e.LearningRate = t.beta(), t.optimiser.learningRate()
	e.Elapsed, e.Remaining = t.elapsed(), t.remaining()
	return e
}

// remaining is the shortest time to a limit, 0 when there is none.
func (t *Trainer) remaining() time.Duration {
	var left time.Duration
	if t.options.MaxTime > 0 {
		left = max(time.Second, t.options.MaxTime-t.elapsed())
	}
	if planned := t.planned(); planned > 0 && t.state.Step > 0 {
		perStep := t.elapsed() / time.Duration(t.state.Step)
		if rest := perStep * time.Duration(planned-t.state.Step); left == 0 || rest < left {
			left = rest
		}
	}
	return left
}

// warnAfter is how many examples an event must cover, and warnSteps how many
// steps must be done, before a low KL is called a collapse.
const (
	warnAfter = 500
	warnSteps = 200
)

// warn names the collapses of a verdict that are new.
func (t *Trainer) warn(verdict latent.Collapse) {
	for _, f := range verdict.Findings() {
		if t.warned[f.Name] {
			continue
		}
		t.warned[f.Name] = true
		w := t.stamp(dialog.Event{Kind: dialog.Warned, Collapses: []string{f.Name}})
		w.Message = f.Name + " collapse: " + f.Explanation + " " + f.Remedy
		t.progress.Report(w)
	}
}

// withdraw forgets the collapses that a verdict does not find. Only that of a
// validation can tell: a few steps have too few examples.
func (t *Trainer) withdraw(verdict latent.Collapse) {
	found := map[string]bool{}
	for _, f := range verdict.Findings() {
		found[f.Name] = true
	}
	maps.DeleteFunc(t.warned, func(name string, _ bool) bool { return !found[name] })
}
