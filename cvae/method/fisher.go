package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// fisher holds the Fisher information of the posterior about its own mean and
// variance at a given value F (Zheng et al. 2019): the loss gains n·w·|J − F|,
//
//	J = mean over batch and dimensions of 1/s² + 1/(2s⁴)
//
// the two diagonal terms for N(μ, s²), s the posterior deviation relative to the
// prior's. J = F at s² = 1/(√(1+2F)−1) in every place, 0.4317 for F = 5, which
// costs ½(s²−1−ln s²) = 0.136 nats a dimension. It asks nothing of the means: like
// δ-VAE it holds a rate without information.
//
// The paper's body was not readable; this is a line of the authors' models. Their
// last commit runs another term, which is explained nowhere. Their λ is 0.1 for
// all dimensions together, and J a mean over them: with 32 dimensions that is
// w = 0.003, and the KL holds s near 1. Against the KL alone w > φ⁻⁵/2 = 0.045, φ
// the golden ratio, carries s to J = F from anywhere (at 1/s² = φ the pull of the
// KL is strongest beside that of J); so w is per dimension here.
var fisher = Method{
	Name: "fisher", Title: "Fisher autoencoder, Fisher information of the posterior held at a value",
	Cite:  "Zheng et al. 2019",
	Known: []string{"fae", "fisherae", "fisherautoencoder"},
	Parameters: []Parameter{
		{Name: "information", Dialogue: 5.0, Text: 5.0, Min: 0, Max: 1e4, Help: "Fisher information to hold; 1.5 is that of the prior", Source: "authors' code"},
		{Name: "weight", Dialogue: 0.1, Text: 0.1, Max: 1e3, Help: "price of a unit away from it, times the dimensions; above 0.045 the KL alone does not hold it off",
			Source: "number of the authors' code, which does not multiply by the dimensions; ours: sweep in the README"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Rate: fisherInformation{target: v.Number("information"), weight: v.Number("weight")}}}, nil
	},
}

// fisherInformation is the rate of fisher.
type fisherInformation struct{ target, weight float64 }

// Charge implements cvae.Rate: the KL, and the price of J beside it.
func (f fisherInformation) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	perRow = s.SumRows(code.KL)
	precision := s.Exp(s.Scale(-1, s.Relative(code.Q, code.P).LogVar))
	j := s.Mean(s.Whole(s.Add(precision, s.Scale(0.5, s.Square(precision)))))
	s.Observe("fisher_information", j)
	every := s.Add(s.Scale(0, s.Stop(perRow)), j) // (B), J in every place
	sign := s.Shift(s.Scale(2, s.Above(every, f.target)), -1)
	side = s.Scale(f.weight*float64(s.Dim), s.Mean(s.Mul(sign, s.Shift(every, -f.target))))
	return perRow, side, s.Err()
}
