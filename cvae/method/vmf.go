package method

import (
	"errors"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/setting"
)

// vmf has a von Mises–Fisher posterior on a sphere and the uniform prior there (Xu
// and Durrett 2018; Davidson et al. 2018). Its concentration κ is a setting, so
// that the KL is a constant, which no training can lower: 2.17 nats for κ = 13 in
// 32 dimensions, the same for every response. As with δ-VAE it is no information
// by itself; the directions μ(x,c) are.
//
// z = √n·(w·μ + √(1−w²)·v), v a uniform direction across μ and w by the rejection
// of Wood (1994), which needs no gradient while κ stands still. The radius is ours,
// 1 in the papers: it gives z under the prior the mean 0 and the variance 1 of
// N(0, I), so that active units keep their threshold. On a sphere of radius 1 the
// means of z vary by at most 0.004 a dimension at κ = 13 and n = 32, which no unit
// survives. The decoder reads z through a matrix, which takes the radius up.
//
// The prior is uniform in dialogue too; the context reaches the decoder alone, and
// there is no prior network. What is relative to p(z|c) in other rows, as mutual
// information is, is therefore relative to no context here.
var vmf = Method{
	Name: "vmf", Title: "vMF-VAE, von Mises–Fisher posterior and uniform prior on the sphere",
	Cite:  "Xu and Durrett 2018; Davidson et al. 2018",
	Known: []string{"vonmisesfisher", "hyperspherical", "svae"},
	Parameters: []Parameter{
		{Name: "kappa", Dialogue: 13.0, Text: 13.0, Min: 0.01, Max: 1e4, Help: "concentration of the posterior; with the dimensions it decides the KL, which is constant", Source: "Zhu et al. 2020, tables of text"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Posterior: spherical{kappa: v.Number("kappa")}}}, nil
	},
	Joined: func(_ Values, all Parts) error {
		if all.Rate != nil || all.Schedule != all.Anneal { // that of ae follows a phase of its own
			return errors.New("the KL of vmf is a constant, which no rate and no schedule changes, and its prior is not learned; join neither, and set vmf.kappa for another KL")
		}
		return nil
	},
}

// spherical is the posterior of vmf.
type spherical struct{ kappa float64 }

// Concentration implements cvae.Spherical.
func (p spherical) Concentration() float64 { return p.kappa }

// Fits implements cvae.Fitter.
func (p spherical) Fits(c cvae.Config) error {
	if c.Latent.Dim < 2 {
		return setting.Refuse("latent.dim", "is %d; vmf draws directions, which need at least 2", c.Latent.Dim)
	}
	return nil
}

// Infer implements cvae.Posterior. Q has the mean of z, and the mean over the
// dimensions of its variance.
func (p spherical) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	law, radius := latent.VonMisesFisher{N: s.Dim, Kappa: p.kappa}, math.Sqrt(float64(s.Dim))
	direction := s.Unit(f.Raw.Mean)
	zero := s.Scale(0, direction)
	length := law.MeanLength()
	q := cvae.Gaussian{Mean: s.Scale(radius*length, direction), LogVar: s.Shift(zero, math.Log1p(-length*length))}
	z := s.About(direction, s.Noise("posterior", s.Batch, s.Dim), s.Drawn("cosine", law.Cosine, s.Batch, 1))
	return cvae.Code{
		Z: s.Scale(radius, z), Q: q, Drawn: q,
		KL: s.Shift(zero, law.KL()/float64(s.Dim)),
	}, s.Err()
}

// Draw implements cvae.Posterior: uniform on the sphere, whatever the spread is.
func (p spherical) Draw(z, eps []float32, _ cvae.PriorRow, _ float64) {
	square := 0.0
	for _, e := range eps {
		square += float64(e) * float64(e)
	}
	for d, e := range eps {
		z[d] = float32(math.Sqrt(float64(len(eps))/square) * float64(e))
	}
}
