package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"sync"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// A reporter gathers what training sees and tells its watchers. What it remembers is
// saved with the run.
type reporter struct {
	progress    dialog.Progress
	sampler     Sampler     // nil: no samples
	lock        sync.Locker // given up while the model answers
	conditional bool        // the model has a prior network
	meter       *meter
	saves       bool            // the method saves statistics of batches
	augments    string          // what the method does in training alone
	kl          float64         // in training, of the last event of enough examples; 0: none yet
	warned      map[string]bool // what was warned of and not withdrawn
}

// remembered is what a reporter remembers, and the time of its meter.
type remembered struct {
	Meter  *meter          `json:"meter"`
	KL     float64         `json:"kl"`
	Warned map[string]bool `json:"warned"`
	Spent  time.Duration   `json:"spent"`
}

// memory is what has been seen since the last event, in so much time, and said before.
func (r *reporter) memory(spent time.Duration) remembered {
	return remembered{r.meter, r.kl, r.warned, spent}
}

// remember takes in a memory; an empty one, of a version that saved none, changes
// nothing.
func (r *reporter) remember(memory string) (spent time.Duration, err error) {
	if memory == "" {
		return 0, nil
	}
	m := remembered{Meter: newMeter(r.meter.shape), Warned: map[string]bool{}}
	if err := json.Unmarshal([]byte(memory), &m); err != nil {
		return 0, fmt.Errorf("reading what was seen since the last event: %w", err)
	}
	if m.Warned == nil || !m.Meter.whole() {
		return 0, errors.New("reading what was seen since the last event: it is not of this model")
	}
	r.meter, r.kl, r.warned = m.Meter, m.KL, m.Warned
	return m.Spent, nil
}

func newReporter(m *cvae.Model[float32], o Options, p dialog.Progress) *reporter {
	_, saves := m.Parts.Posterior.(cvae.Calibrator)
	augments := ""
	if a, ok := m.Parts.Posterior.(cvae.Augmenter); ok {
		augments = a.Augments()
	}
	return &reporter{progress: p, saves: saves, augments: augments, sampler: o.Sampler, lock: o.Lock, conditional: m.Config.Mode == cvae.Dialogue,
		meter: newMeter(m.Latent()), warned: map[string]bool{}}
}

// stepped tells of the steps since the last event, which took so much time, and
// warns when the latent variable is collapsing.
func (r *reporter) stepped(at dialog.Event, exchange *dialog.Exchange, s latent.Situation, spent time.Duration, answers []dialog.Sample) {
	m := r.meter
	r.meter = newMeter(m.shape)
	e := m.timed(at, spent)
	e.Exchange = exchange
	r.tell(e, answers)
	if m.shape.None() || m.Examples < warnAfter {
		return
	}
	r.kl = e.KL
	if at.Step >= warnSteps {
		evidence := latent.Evidence{Conditional: r.conditional, KL: &e.KL, Active: e.ActiveUnits, ResidualActive: e.ResidualActiveUnits}
		r.warn(at, latent.Judge(evidence).Findings(evidence, s))
	}
}

// tick tells of the steps since the last event without ending their stretch.
func (r *reporter) tick(at dialog.Event, spent time.Duration) {
	e := r.meter.timed(at, spent)
	e.Kind = dialog.Ticked
	r.progress.Report(e)
}

// validated tells of a validation and names every collapse.
func (r *reporter) validated(at dialog.Event, v eval.Report, best bool, answers []dialog.Sample) {
	e := at
	e.Kind, e.LatentDim, e.Rec, e.Bound, e.Best = dialog.Validated, r.meter.shape.Dim, float64(v.Rec), float64(v.NLL.Bound()), best
	e.Lengths = v.Lengths
	for _, kl := range v.KLPerStep {
		e.KLPerStep = append(e.KLPerStep, float64(kl))
	}
	for _, f := range v.Findings {
		e.Collapses = append(e.Collapses, f.Name)
	}
	if e.LatentDim > 0 {
		e.KL, e.ActiveUnits, e.ResidualActiveUnits = float64(v.KL), v.Active, v.Residual
		if mi := v.MI.Judged(); mi.Known() {
			e.Information = float64(mi)
		}
	}
	r.tell(e, answers)
	found := v.Findings
	r.withdraw(found)
	r.warn(at, found)
	r.compare(at, float64(v.KL))
}

// gap is the name under which apart KLs are warned of.
const gap = "gap"

// compare warns, once as long as it lasts, of a KL in validation that is more
// than a fifth away from that in training: then what is measured is not what
// was trained.
func (r *reporter) compare(at dialog.Event, kl float64) {
	const share, least = 0.2, 0.5 // nats: less says nothing
	if r.kl == 0 || !(math.Abs(kl-r.kl) > max(share*r.kl, least)) {
		delete(r.warned, gap)
		return
	}
	if r.warned[gap] {
		return
	}
	r.warned[gap] = true
	at.Kind = dialog.Warned
	cause := "the KL still moves within an epoch, or the model fits the training split better"
	if r.saves {
		cause = "the statistics of batches and those that are saved differ, or " + cause
	}
	if r.augments != "" {
		cause = r.augments + ", or " + cause
	}
	at.Message = fmt.Sprintf("the KL is %.1f nats in training and %.1f on the validation split, more than 20 %% apart: %s.", r.kl, kl, cause)
	r.progress.Report(at)
}

// sample is what the model as it is answers. It comes before the event that it belongs
// to: where the end of ctx ends it nothing has been told, and a run that goes on tells
// all of it.
func (r *reporter) sample(ctx context.Context) ([]dialog.Sample, error) {
	if r.sampler == nil {
		return nil, nil
	}
	r.lock.Unlock()
	defer r.lock.Lock()
	samples, err := r.sampler.Sample(ctx)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("sampling: %w", err)
	}
	return samples, err
}

// tell sends an event and then samples of the model as it is.
func (r *reporter) tell(e dialog.Event, samples []dialog.Sample) {
	r.progress.Report(e)
	if r.sampler == nil {
		return
	}
	r.progress.Report(dialog.Event{Kind: dialog.Sampled, Step: e.Step, Epoch: e.Epoch, StepsPerEpoch: e.StepsPerEpoch, Phase: e.Phase,
		LatentDim: e.LatentDim, Elapsed: e.Elapsed, Remaining: e.Remaining, Samples: samples})
}

// warnAfter is how many examples an event must cover, and warnSteps how many
// steps must be done, before a low KL is called a collapse.
const (
	warnAfter = 500
	warnSteps = 200
)

// warn names the collapses that are new, and again those of which it was said that it is
// too early to tell, once that is over.
func (r *reporter) warn(at dialog.Event, findings []latent.Finding) {
	for _, f := range findings {
		name := f.Name
		if f.Course == latent.Wait {
			name = early + name
		}
		if r.warned[f.Name] || r.warned[name] {
			continue
		}
		r.warned[name] = true
		at.Kind, at.Collapses = dialog.Warned, []string{f.Name}
		at.Message = f.Name + " collapse: " + f.Explanation + " " + f.Remedy
		r.progress.Report(at)
	}
}

// early stands before the name of a collapse that was told too early to be sure of.
const early = "early "

// withdraw forgets the collapses that a validation does not find. Only it can
// tell: a few steps have too few examples.
func (r *reporter) withdraw(findings []latent.Finding) {
	found := map[string]bool{gap: true} // compare withdraws it
	for _, f := range findings {
		found[f.Name], found[early+f.Name] = true, true
	}
	maps.DeleteFunc(r.warned, func(name string, _ bool) bool { return !found[name] })
}
