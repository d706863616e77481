package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// mmd holds the aggregated posterior to the prior by the maximum mean
// discrepancy between draws of both: (1−α)·KL + (α+λ−1)·MMD (InfoVAE, Zhao, Song
// and Ermon 2017). The kernel is that of the authors' code, exp(−‖x−y‖²/n²) in n
// dimensions. In dialogue z is whitened, so that the prior is N(0,I).
var mmd = Method{
	Name: "mmd", Title: "InfoVAE, maximum mean discrepancy",
	Cite:  "Zhao, Song and Ermon 2017",
	Known: []string{"infovae", "wae"},
	Parameters: []Parameter{
		{Name: "alpha", Dialogue: 0.9, Text: 0.9, Max: 1, Help: "1−alpha weighs the KL", Source: "ours: with 1, the MMD-VAE of the authors, nothing holds the KL, 73 nats in a trial on the built-in corpus"},
		{Name: "lambda", Dialogue: 100.0, Text: 100.0, Min: 1, Max: 1e6, Help: "alpha+lambda−1 weighs the discrepancy", Source: "ours: in the same trial 1000 left no information in z"},
	},
	Compares: true,
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Rate: discrepancy{
			atLeast: 2,
			kl:      1 - v.Number("alpha"), weight: v.Number("alpha") + v.Number("lambda") - 1,
		}}}, nil
	},
	Joined: func(v Values, all Parts) error { return weighed(all, 1-v.Number("alpha"), "mmd.alpha below 1") },
}

// discrepancy is the rate of mmd.
type discrepancy struct {
	atLeast
	kl, weight float64
}

// Charge implements cvae.Rate.
func (d discrepancy) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	z, prior := s.Whiten(code.Z, code.P), s.Noise("prior", s.Batch, s.Dim)
	within := s.Add(meanKernel(s, z, z), meanKernel(s, prior, prior))
	value := s.Sub(within, s.Scale(2, meanKernel(s, z, prior)))
	s.Observe("mmd", value)
	return s.Scale(d.kl, s.SumRows(code.KL)), s.Scale(d.weight, value), s.Err()
}

// meanKernel is the mean of exp(−‖x_i−y_j‖²/n²) over all pairs, i = j included.
func meanKernel(s *cvae.Scope, x, y *G.Node) *G.Node {
	first, second, _ := s.Pairs(x, y, true)
	square := s.SumRows(s.Square(s.Sub(first, second)))
	return s.Mean(s.Exp(s.Scale(-1/float64(s.Dim*s.Dim), square)))
}
