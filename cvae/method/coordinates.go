package method

import (
	"maps"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// coordinates are those in which a posterior is made or posteriors are compared.
// "residual" is relative to the prior, (z−μp)/σp: there every prior is N(0, I),
// and a mean that varies with the context alone does not vary. "raw" is z itself.
// In text mode both are one.
type coordinates string

const (
	residual coordinates = "residual"
	raw      coordinates = "raw"
)

// coordinatesOf is the setting of a method that has the choice.
func coordinatesOf(done string) Parameter {
	return Parameter{
		Name: "coordinates", Dialogue: string(residual), Text: string(residual), Choices: []string{string(residual), string(raw)}, Only: cvae.Dialogue,
		Help: "what is " + done + ": z relative to the prior of its context, or z itself", Source: "ours; raw: the paper",
	}
}

// formerly reads the setting that coordinates has replaced. With it goes what a
// method did then and does otherwise now.
func formerly(wasResidual, wasRaw string, then Values) map[string]map[string]Values {
	words := map[string]Values{wasResidual: {"coordinates": string(residual)}, wasRaw: {"coordinates": string(raw)}}
	for _, settings := range words {
		maps.Copy(settings, then)
	}
	return map[string]map[string]Values{"conditional": words}
}

// coordinates returns the setting.
func (v Values) coordinates() coordinates { return coordinates(v.Choice("coordinates")) }

// origin is the Gaussian that the coordinates are relative to.
func (c coordinates) origin(p cvae.Gaussian) cvae.Gaussian {
	if c == raw {
		return cvae.Gaussian{}
	}
	return p
}

// recognised is what the recognition network puts out: its mean in these
// coordinates, and its log-variance, which is read as being of them.
func (c coordinates) recognised(s *cvae.Scope, f cvae.Features) cvae.Gaussian {
	return cvae.Gaussian{Mean: s.Whiten(f.Raw.Mean, c.origin(f.Prior)), LogVar: f.Raw.LogVar}
}

// back is g, which is of these coordinates, as a distribution of z.
func (c coordinates) back(s *cvae.Scope, g, p cvae.Gaussian) cvae.Gaussian {
	return s.Unwhiten(g, c.origin(p))
}

// kl is KL(q‖p) per dimension, (B,Z) in nats, of q in these coordinates.
func (c coordinates) kl(s *cvae.Scope, q, p cvae.Gaussian) *G.Node {
	if c == raw {
		return s.KL(q, p)
	}
	return s.KL(q, cvae.Gaussian{})
}
