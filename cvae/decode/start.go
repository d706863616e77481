package decode

import (
	"slices"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A Source says which latents of a model to decode.
type Source struct {
	N int // how many
	// Z is the latents, (N,Z); nil: drawn about the prior.
	Z []float32
	// Seed is that of the draws: draw i comes from rng.New(Seed, rng.Prior, 0, i).
	Seed uint64
	// Spread scales the draws about the prior's mean; 1 draws from the prior.
	Spread float64
}

// Hypotheses are the beginnings of N responses of a model to one context.
type Hypotheses struct {
	Stepper
	Z     []float32     // (N,Z) what they are decoded from; nil without a latent
	Prior cvae.PriorRow // p(z|c)
}

// Start encodes the context of the only example of a batch, draws the latents and
// hands them to the decoder. Without a context the batch may be empty.
func Start(m *cvae.Model[float32], b *dialog.Batch, s Source) Hypotheses {
	c, mean, logvar := m.EncodeContext(b)
	h := Hypotheses{Z: s.Z, Prior: cvae.PriorRow{Mean: mean, LogVar: logvar}}
	if h.Z == nil && m.Parts.Latent != cvae.None {
		h.Z = s.draw(m, h.Prior)
	}
	h.Stepper = m.Generate(s.N, slices.Repeat(c, s.N), h.Z)
	return h
}

// draw draws the latents about the prior, (N,Z).
func (s Source) draw(m *cvae.Model[float32], prior cvae.PriorRow) []float32 {
	d := m.Config.Latent.Dim
	z, eps := make([]float32, s.N*d), make([]float32, d)
	for i := range s.N {
		draws := rng.New(s.Seed, rng.Prior, 0, i)
		for j := range eps {
			eps[j] = float32(draws.Normal())
		}
		m.Parts.Posterior.Draw(z[i*d:(i+1)*d], eps, prior, s.Spread)
	}
	return z
}
