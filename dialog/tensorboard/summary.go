package tensorboard

import (
	"maps"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// summarise is what TensorBoard is told of an event; empty for nothing.
func summarise(e dialog.Event) (s summary) {
	switch e.Kind {
	case dialog.Stepped:
		s.stepped(e)
	case dialog.Validated:
		s.validated(e)
	case dialog.Warned:
		s.text("warnings", e.Message)
	case dialog.Sampled:
		if len(e.Samples) > 0 {
			s.text("samples", samplesText(e.Samples))
		}
	}
	return s
}

func (s *summary) stepped(e dialog.Event) {
	s.scalar("distortion/rec", e.Rec)
	s.scalar("optimiser/learning_rate", e.LearningRate)
	s.scalar("optimiser/grad_norm", e.GradNorm)
	if e.TokensPerSecond > 0 {
		s.scalar("speed/tokens_per_second", e.TokensPerSecond)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Observed)) {
		s.scalar("method/"+name, e.Observed[name])
	}
	if e.LatentDim == 0 {
		return
	}
	s.scalar("rate/kl", e.KL)
	s.scalar("rate/beta", e.Beta)
	s.scalar("rate/side", e.Side)
	s.histogram("rate/kl_per_dim", e.KLPerDim)
	s.units("latent", e)
}

func (s *summary) validated(e dialog.Event) {
	s.scalar("validation/bound", e.Bound)
	s.scalar("validation/rec", e.Rec)
	if e.LatentDim == 0 {
		return
	}
	s.scalar("validation/kl", e.KL)
	s.units("validation", e)
	if e.Information != 0 {
		s.scalar("validation/information", e.Information)
	}
}

func (s *summary) units(group string, e dialog.Event) {
	if e.ActiveUnits != nil && e.ResidualActiveUnits != nil {
		s.scalar(group+"/active_units", float64(*e.ActiveUnits))
		s.scalar(group+"/residual_active_units", float64(*e.ResidualActiveUnits))
	}
}

// samplesText is Markdown of samples. It shows them as code, because TensorBoard
// would take signs in them for marks.
func samplesText(samples []dialog.Sample) string {
	var b strings.Builder
	for i, sample := range samples {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, turn := range sample.Context {
			b.WriteString("    " + oneLine(turn) + "\n")
		}
		for _, response := range sample.Responses {
			b.WriteString("    → " + oneLine(response) + "\n")
		}
	}
	return b.String()
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
