package train

import (
	"math"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// meter gathers what training sees between two events.
type meter struct {
	shape            cvae.Shape // of z
	examples, tokens int
	rec, side, norm  float64
	steps            int
	profile          eval.Profile
	kl               []float64
	raw, residual    *latent.Moments[float64]
	observed         map[string]float64
}

func newMeter(z cvae.Shape) *meter {
	return &meter{shape: z, profile: eval.NewProfile(z, nil), kl: make([]float64, z.Dim), observed: map[string]float64{},
		raw: latent.NewMoments[float64](z.Width()), residual: latent.NewMoments[float64](z.Width())}
}

// add takes in one step.
func (m *meter) add(t Tally) error {
	m.steps++
	m.examples += t.Examples
	m.tokens += t.Tokens
	m.side += t.Side
	m.norm += t.GradNorm
	for _, r := range t.Rec {
		m.rec += r
	}
	for i, k := range t.KL {
		m.kl[i%m.shape.Dim] += k
	}
	if m.shape.Sequence() {
		for i, words := range t.Words {
			m.profile.Add(t.KL[i*m.shape.Width():(i+1)*m.shape.Width()], words)
		}
	}
	for name, values := range t.Observed {
		m.observed[name] += mean(values)
	}
	if !m.shape.HasInformation() {
		return nil
	}
	if err := m.raw.Add(t.Drawn.Mean); err != nil {
		return err
	}
	return m.residual.Add(whitened(t))
}

// whitened is (μ̂−μp)/σp of a batch.
func whitened(t Tally) []float64 {
	if t.P.Mean == nil {
		return t.Drawn.Mean
	}
	out := make([]float64, len(t.Drawn.Mean))
	for i, mu := range t.Drawn.Mean {
		out[i] = (mu - t.P.Mean[i]) / math.Exp(0.5*t.P.LogVar[i])
	}
	return out
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / math.Max(1, float64(len(values)))
}

// event is e with a summary of the steps so far.
func (m *meter) event(e dialog.Event) dialog.Event {
	n, steps := math.Max(1, float64(m.examples)), math.Max(1, float64(m.steps))
	e.Kind, e.LatentDim, e.Observed = dialog.Stepped, m.shape.Dim, map[string]float64{}
	e.Rec, e.Side, e.GradNorm = m.rec/n, m.side/steps, m.norm/steps
	for name, sum := range m.observed {
		e.Observed[name] = sum / steps
	}
	for _, k := range m.kl {
		e.KLPerDim = append(e.KLPerDim, k/n)
		e.KL += k / n
	}
	e.KLPerStep = m.profile.PerStep()
	if m.shape.HasInformation() {
		e.ActiveUnits = new(m.raw.Active(latent.ActiveThreshold))
		e.ResidualActiveUnits = new(m.residual.Active(latent.ActiveThreshold))
	}
	return e
}

// timed is event with the speed of so much time.
func (m *meter) timed(at dialog.Event, spent time.Duration) dialog.Event {
	e := m.event(at)
	if spent > 0 {
		e.TokensPerSecond = float64(m.tokens) / spent.Seconds()
	}
	return e
}
