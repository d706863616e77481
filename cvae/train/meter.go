package train

import (
	"math"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// meter gathers what training sees between two events. Its JSON loses nothing, so that
// a run that goes on in between tells the same.
type meter struct {
	shape    cvae.Shape               // of z
	Examples int                      `json:"examples"`
	Tokens   int                      `json:"tokens"`
	Steps    int                      `json:"steps"`
	Rec      float64                  `json:"rec"`
	Side     float64                  `json:"side"`
	Norm     float64                  `json:"norm"`
	KL       []float64                `json:"kl"`
	Profile  eval.Profile             `json:"profile"`
	Raw      *latent.Moments[float64] `json:"raw"`
	Residual *latent.Moments[float64] `json:"residual"`
	Observed map[string]eval.Number   `json:"observed"`
}

func newMeter(z cvae.Shape) *meter {
	columns := z.Width()
	if !z.HasInformation() {
		columns = 0
	}
	return &meter{shape: z, Profile: eval.NewProfile(z, nil), KL: make([]float64, z.Dim), Observed: map[string]eval.Number{},
		Raw: latent.NewMoments[float64](columns), Residual: latent.NewMoments[float64](columns)}
}

// whole reports whether a meter that was read lacks nothing.
func (m *meter) whole() bool {
	return m != nil && len(m.KL) == m.shape.Dim && m.Raw != nil && m.Residual != nil && m.Observed != nil
}

// add takes in one step.
func (m *meter) add(t Tally) error {
	m.Steps++
	m.Examples += t.Examples
	m.Tokens += t.Tokens
	m.Side += t.Side
	m.Norm += t.GradNorm
	for _, r := range t.Rec {
		m.Rec += r
	}
	for i, k := range t.KL {
		m.KL[i%m.shape.Dim] += k
	}
	if m.shape.Sequence() {
		for i, words := range t.Words {
			m.Profile.Add(t.KL[i*m.shape.Width():(i+1)*m.shape.Width()], words)
		}
	}
	for name, values := range t.Observed {
		m.Observed[name] += eval.Number(mean(values))
	}
	if !m.shape.HasInformation() {
		return nil
	}
	if err := m.Raw.Add(t.Drawn.Mean); err != nil {
		return err
	}
	return m.Residual.Add(whitened(t))
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
	n, steps := math.Max(1, float64(m.Examples)), math.Max(1, float64(m.Steps))
	e.Kind, e.LatentDim, e.Observed = dialog.Stepped, m.shape.Dim, map[string]float64{}
	e.Rec, e.Side, e.GradNorm = m.Rec/n, m.Side/steps, m.Norm/steps
	for name, sum := range m.Observed {
		e.Observed[name] = float64(sum) / steps
	}
	for _, k := range m.KL {
		e.KLPerDim = append(e.KLPerDim, k/n)
		e.KL += k / n
	}
	e.KLPerStep = m.Profile.PerStep()
	if m.shape.HasInformation() {
		e.ActiveUnits = new(m.Raw.Active(latent.ActiveThreshold))
		e.ResidualActiveUnits = new(m.Residual.Active(latent.ActiveThreshold))
	}
	return e
}

// timed is event with the speed of so much time.
func (m *meter) timed(at dialog.Event, spent time.Duration) dialog.Event {
	e := m.event(at)
	if spent > 0 {
		e.TokensPerSecond = float64(m.Tokens) / spent.Seconds()
	}
	return e
}
