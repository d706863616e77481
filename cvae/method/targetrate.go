package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// targetrate asks for a rate instead of charging for it: the loss is
// D + w·|R − σ|, R the mean KL of the batch and σ the target (Alemi et al. 2018;
// Burgess et al. 2018 with a large w). Below the target a nat earns what above
// it a nat costs. As with free bits, a constant shift of all posteriors reaches
// the target without information. The KL reported is the true one.
var targetrate = Method{
	Name: "targetrate", Title: "Target rate, the KL held at a given number of nats",
	Cite: "Alemi et al. 2018; Burgess et al. 2018",
	Parameters: []Parameter{
		{Name: "nats", Dialogue: 6.0, Text: 6.0, Max: 1e4, Help: "KL to reach, nats per response", Source: "ours: near the KL of bn at its default"},
		{Name: "weight", Dialogue: 1.0, Text: 1.0, Max: 1e4, Help: "price of a nat away from it; Burgess et al. take 1000", Source: "Alemi et al. 2018"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Rate: targetRate{nats: v.Number("nats"), weight: v.Number("weight")}}}, nil
	},
}

// targetRate is the rate of targetrate.
type targetRate struct{ nats, weight float64 }

// Charge implements cvae.Rate: w·(KL − σ) for a row, with the sign that makes
// the mean of the batch w·|R − σ|.
func (t targetRate) Charge(s *cvae.Scope, code cvae.Code) (perRow, side *G.Node, err error) {
	rate := s.SumRows(code.KL)
	guard := s.Stop(rate)
	mean := s.Add(s.Scale(0, guard), s.Mean(s.Whole(guard)))
	sign := s.Shift(s.Scale(2, s.Above(mean, t.nats)), -1)
	return s.Scale(t.weight, s.Mul(sign, s.Shift(rate, -t.nats))), nil, s.Err()
}
