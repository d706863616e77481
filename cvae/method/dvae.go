package method

import (
	"errors"
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// dvae decodes z twice, from the words of the response and from words of which a
// share is read as <unk>, and both must say the response; while beta rises, the KL
// of each dimension is left out of the loss at random (Song, Huang, Liu and Sun
// 2025, of the first authors of Scale-VAE). The path of the true words keeps
// training and replying alike, the other asks z for the words.
//
// Only the abstract was readable. Ours are: the loss is the mean of both paths; the
// noisy one is dropped for good after patience validations in which the bound has
// not improved, for "near convergence"; a batch draws once for each dimension
// whether its KL counts, and what counts is not weighed up; that ends where beta
// is 1, for which warm_up makes it rise. Measuring and replying read true words.
var dvae = Method{
	Name: "dvae", Title: "DVAE, a second decoder path with hidden words and dropout of the KL",
	Cite:  "Song et al. 2025",
	Known: []string{"denoising", "denoisingvae", "dropoutvae"},
	Parameters: []Parameter{
		{Name: "share", Dialogue: 0.4, Text: 0.4, Min: 0.01, Max: 0.99, Help: "share of the words that the second path reads as <unk>", Source: "ours, that of worddropout"},
		{Name: "patience", Dialogue: 2.0, Text: 2.0, Min: 1, Max: 1e6, Help: "validations without a better bound, once beta has risen, after which the second path is dropped", Source: "ours"},
		{Name: "kl_dropout", Dialogue: 0.1, Text: 0.1, Max: 0.99, Help: "probability of leaving out the KL of a dimension in a batch, while beta is below 1", Source: "ours"},
		{Name: "warm_up", Dialogue: 5.0, Text: 5.0, Max: 1e6, Help: "epochs in which beta rises from 0 to 1, unless a schedule is joined; 0: none", Source: "ours, that of scale"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{
			Rate:    &denoising{dropout: v.Number("kl_dropout"), patience: v.Number("patience")},
			Decoder: cvae.DecoderOptions{Denoise: v.Number("share")},
		}, Anneal: rise(v.Number("warm_up"))}, nil
	},
	Joined: func(_ Values, all Parts) error {
		if all.Decoder.WordDropout > 0 {
			return errors.New("worddropout hides words from the path that reads true ones in dvae; choose one")
		}
		return nil
	},
}

// denoising is the rate of dvae, which knows how long the second path is kept.
type denoising struct {
	dropout, patience float64
	stale             *cvae.Buffer // validations without a better bound
}

// Denoises implements cvae.Denoiser.
func (d *denoising) Denoises() bool { return d.stale.At(0) < d.patience }

// Validated implements cvae.Validated.
func (d *denoising) Validated(better bool) {
	switch {
	case !d.Denoises():
	case better:
		d.stale.Set(0, 0)
	default:
		d.stale.Set(0, d.stale.At(0)+1)
	}
}

// Charge implements cvae.Rate: the KL of the dimensions that count.
func (d *denoising) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	d.stale = s.Buffer("dvae.stale", 1, 0)
	if s.Pass == cvae.Scoring {
		return s.SumRows(code.KL), nil, s.Err()
	}
	draw := s.Noise("kl_dropout", s.Dim)
	rising := s.Shift(s.Scale(-1, s.Above(s.Add(s.Scale(0, draw), s.Beta()), 1-1e-6)), 1)
	// A standard normal draw is above Φ⁻¹(1−p) with probability p.
	left := s.Mul(rising, s.Above(draw, math.Sqrt2*math.Erfinv(1-2*d.dropout)))
	return s.SumRows(s.MulRow(code.KL, s.Shift(s.Scale(-1, left), 1))), nil, s.Err()
}
