package cvae

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cvae-go/cvae/dialog"
)

// A Shape is what z is in a model: (T,d) for a response, T steps of d numbers.
// Matrices of z have a row of T·d numbers for each response, which are zero past
// its steps; a latent vector is one step. The zero Shape is a model without a
// latent.
type Shape struct {
	Steps, Dim int // T, of the longest response, and d
	steps      func(words int) int
	// Concentration is that of a Spherical posterior; 0: q and p are Gaussians.
	Concentration float64
	chained       bool // a sequence of an AuxiliaryPrior
}

// Latent is the shape of z.
func (m *Model[T]) Latent() Shape {
	switch p := m.Parts.Posterior.(type) {
	case nil:
		return Shape{}
	case Stepper:
		_, chained := p.(AuxiliaryPrior)
		return Shape{Steps: p.Steps(m.Config.Decoder.Tokens), Dim: m.Config.Latent.Dim, steps: p.Steps, chained: chained}
	case Spherical:
		return Shape{Steps: 1, Dim: m.Config.Latent.Dim, Concentration: p.Concentration()}
	}
	return Shape{Steps: 1, Dim: m.Config.Latent.Dim}
}

// None reports whether there is no latent.
func (s Shape) None() bool { return s.Dim == 0 }

// Sequence reports whether every word has a z of its own.
func (s Shape) Sequence() bool { return s.steps != nil }

// What can be asked of a latent beside its rate.

// HasPlane reports whether draws of z lie on a plane of principal components,
// and are features of a response that a probe reads; those of a sequence are not.
func (s Shape) HasPlane() bool { return !s.None() && !s.Sequence() }

// HasInformation reports whether active units are counted and the mutual information
// of z is estimated; of a sequence it is that of every step, on which the verdict on
// collapse then rests.
func (s Shape) HasInformation() bool { return !s.None() && !s.Sequence() }

// HasDensity reports whether q̂ and the distribution that replies draw from have
// densities to weigh draws by: those of diagonal Gaussians, of Spherical, or of an
// [AuxiliaryPrior] and its chain.
func (s Shape) HasDensity() bool { return !s.None() && (!s.Sequence() || s.chained) }

// Spherical reports whether z lies on a sphere; see the ability of that name.
func (s Shape) Spherical() bool { return s.Concentration > 0 }

// Width is the numbers of z, T·d: the columns of its matrices.
func (s Shape) Width() int { return s.Steps * s.Dim }

// Length is the numbers of z of a response of so many predicted words.
func (s Shape) Length(words int) int {
	if !s.Sequence() {
		return s.Width()
	}
	return min(s.steps(words), s.Steps) * s.Dim
}

// Row is the row of a z that somebody gives.
func (s Shape) Row(z dialog.Block) ([]float32, error) {
	if s.None() {
		return nil, errors.New("this model has no latent, and so no z")
	}
	row := make([]float32, 0, s.Width())
	for _, step := range z {
		if row = append(row, step...); len(step) != s.Dim {
			return nil, fmt.Errorf("a step of z has %d numbers, and this model's has %d", len(step), s.Dim)
		}
	}
	if len(z) == 0 || len(z) > s.Steps {
		return nil, fmt.Errorf("z has %d steps, and this model's has 1 to %d", len(z), s.Steps)
	}
	return row[:s.Width()], nil // zero past its steps
}

// Block is the steps of a row (T·d) of a response of so many predicted words.
func (s Shape) Block(row []float32, words int) dialog.Block {
	return slices.Collect(slices.Chunk(row[:s.Length(words)], s.Dim))
}
