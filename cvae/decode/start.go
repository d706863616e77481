package decode

import (
	"slices"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// Hypotheses are the beginnings of N responses of a model to one context.
type Hypotheses struct {
	Stepper
	Z     []float32     // (N,Z) what they are decoded from; nil without a latent
	Prior cvae.PriorRow // p(z|c)
}

// Start encodes the context of the only example of a batch, draws s.N latents about
// the prior unless z (N,Z) is given, and hands them to the decoder. Draw i comes
// from rng.New(s.Seed, rng.Prior, 0, i). Without a context the batch may be empty.
func Start(m *cvae.Model[float32], b *dialog.Batch, s dialog.Sampling, z []float32) Hypotheses {
	c, mean, logvar := m.EncodeContext(b)
	h := Hypotheses{Z: z, Prior: cvae.PriorRow{Mean: mean, LogVar: logvar}}
	if h.Z == nil && !m.Latent().None() {
		h.Z = draw(m, h.Prior, s)
	}
	h.Stepper = m.Generate(s.N, slices.Repeat(c, s.N), h.Z)
	return h
}

// draw draws the latents about the prior, (N,Z).
func draw(m *cvae.Model[float32], prior cvae.PriorRow, s dialog.Sampling) []float32 {
	d := m.Latent().Width()
	z, eps := make([]float32, s.N*d), make([]float32, d)
	for i := range s.N {
		draws := rng.New(s.Seed, rng.Prior, 0, i)
		for j := range eps {
			eps[j] = float32(draws.Normal())
		}
		m.Parts.Posterior.Draw(z[i*d:(i+1)*d], eps, prior, s.PriorScale)
	}
	return z
}
