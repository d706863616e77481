package method

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// freebits charges no less than λ nats per dimension, so that the first λ cost
// nothing (Kingma et al. 2016). The guard is the KL itself, so a learned prior
// finds no way round it; but a constant shift of all posteriors also keeps it,
// without information. The KL reported is the true one.
var freebits = Method{
	Name: "freebits", Title: "Free bits",
	Cite: "Kingma et al. 2016",
	Parameters: []Parameter{
		{Name: "lambda", Dialogue: 0.1, Text: 0.1, Max: 100, Help: "nats per dimension that cost nothing; times the dimensions in the total variants", Source: "Song et al. 2024, table 1"},
		{Name: "variant", Dialogue: "dim-sample", Text: "dim-sample", Choices: []string{"dim-sample", "dim-batch", "total-sample", "total-batch"},
			Help: "what is compared with λ: the KL of each dimension or all of them, of each example or the batch's mean", Source: "code of Zhu et al. 2020"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		variant := v.Choice("variant")
		return Parts{Parts: cvae.Parts{Rate: freeBits{
			lambda: v.Number("lambda"),
			total:  variant == "total-sample" || variant == "total-batch",
			batch:  variant == "dim-batch" || variant == "total-batch",
		}}}, nil
	},
	Joined: func(v Values, all Parts) error {
		if p, ok := all.Posterior.(committing); ok {
			if least, ok := p.leastKL(); ok && v.Number("lambda") <= least {
				return fmt.Errorf("the posterior keeps every KL at %g or more, so freebits.lambda %g never acts; set it higher", least, v.Number("lambda"))
			}
		}
		return nil
	},
}

// committing is a posterior that keeps the KL of every dimension at some nats or
// more, when ok.
type committing interface {
	leastKL() (nats float64, ok bool)
}

// freeBits is the rate of freebits.
type freeBits struct {
	lambda       float64 // per dimension
	total, batch bool
}

// Charge implements cvae.Rate: the sum of max(λ, KL), of which the four
// variants differ in what they sum or average first.
func (f freeBits) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	guard := s.Stop(code.KL)
	if f.batch {
		guard = s.AddRow(s.Scale(0, guard), s.MeanColumns(s.Whole(guard)))
	}
	if f.total {
		perRow = floor(s, s.SumRows(code.KL), s.SumRows(guard), f.lambda*float64(s.Dim))
	} else {
		perRow = s.SumRows(floor(s, code.KL, guard, f.lambda))
	}
	return perRow, nil, s.Err()
}

// floor is x where guard is above the limit, else the limit, a constant: the
// gradient there is exactly 0.
func floor(s *cvae.Scope, x, guard *G.Node, limit float64) *G.Node {
	above := s.Above(guard, limit)
	return s.Add(s.Mul(x, above), s.Scale(limit, s.Shift(s.Scale(-1, above), 1)))
}
