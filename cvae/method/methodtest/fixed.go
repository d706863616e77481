package methodtest

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae"
)

// Fixed feeds a posterior the outputs of the recognition and prior networks
// that a test chooses, in float64. The matrices (B,Z) may be changed between
// runs. Without PriorMean the prior of the model stays.
type Fixed struct {
	cvae.Posterior
	Mean, LogVar           []float64
	PriorMean, PriorLogVar []float64
	// Probed gives every mean and log-variance of q a parameter of its own, 0,
	// whose gradient is the loss's gradient by it.
	Probed bool
	// Ranks becomes that of the scope.
	Ranks func(s *cvae.Scope, x *G.Node) *G.Node
}

// fixedPrefixes is a Fixed whose method reads prefixes, which stay those of the
// model.
type fixedPrefixes struct{ *Fixed }

// ReadsPrefixes implements cvae.PrefixReader.
func (fixedPrefixes) ReadsPrefixes() {}

// Infer implements cvae.Posterior.
func (p *Fixed) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	if len(p.Mean) != s.Batch*s.Dim {
		return p.Posterior.Infer(s, f) // the graph that cvae.New builds
	}
	f.Raw = cvae.Gaussian{
		Mean:   instead(s, f.Raw.Mean, "fixed mean", p.Mean),
		LogVar: instead(s, f.Raw.LogVar, "fixed log-variance", p.LogVar),
	}
	if p.Ranks != nil {
		s.Ranks = func(x *G.Node) *G.Node { return p.Ranks(s, x) }
	}
	if p.Probed {
		f.Raw.Mean, f.Raw.LogVar = probe(s, f.Raw.Mean, meanProbe), probe(s, f.Raw.LogVar, logVarProbe)
	}
	if p.PriorMean != nil && !f.Prior.Standard() {
		f.Prior = cvae.Gaussian{
			Mean:   instead(s, f.Prior.Mean, "fixed prior mean", p.PriorMean),
			LogVar: instead(s, f.Prior.LogVar, "fixed prior log-variance", p.PriorLogVar),
		}
	}
	return p.Posterior.Infer(s, f)
}

// instead replaces the values of n, which stays in the graph times 0.
func instead(s *cvae.Scope, n *G.Node, name string, values []float64) *G.Node {
	v := tensor.New(tensor.WithShape(s.Batch, s.Dim), tensor.WithBacking(values))
	fixed := G.NewMatrix(n.Graph(), tensor.Float64, G.WithShape(s.Batch, s.Dim), G.WithName(name), G.WithValue(v))
	return s.Add(fixed, s.Scale(0, n))
}

// Names of the probes, before the row.
const (
	meanProbe   = "probe.mean."
	logVarProbe = "probe.log_variance."
)

// probe adds a parameter to every row of n.
func probe(s *cvae.Scope, n *G.Node, name string) *G.Node {
	for row := range s.Batch {
		mask := make([]float64, s.Batch*s.Dim)
		Fill(mask[row*s.Dim:(row+1)*s.Dim], []float64{1})
		v := tensor.New(tensor.WithShape(s.Batch, s.Dim), tensor.WithBacking(mask))
		label := fmt.Sprint(name, row)
		here := G.NewMatrix(n.Graph(), tensor.Float64, G.WithShape(s.Batch, s.Dim), G.WithName("mask of "+label), G.WithValue(v))
		n = s.Add(n, s.MulRow(here, s.Param(label, s.Dim, 0)))
	}
	return n
}

// Fill sets every row of the matrix m to row.
func Fill(m, row []float64) {
	for i := range m {
		m[i] = row[i%len(row)]
	}
}
