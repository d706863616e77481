package method

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
)

// A standardiser is batch normalisation without scale and shift:
// (x−m)/√(v+ε) with the statistics of the batch in training and the running ones
// in scoring.
type standardiser struct {
	prefix            string // of the names of the running statistics
	suffix            string // of the names of what training observes
	epsilon, momentum float64
	mean, variance    *cvae.Buffer
}

// Names of what training observes.
const (
	batchMean        = "batch_mean"
	batchVariance    = "batch_variance"          // population
	unbiasedVariance = "unbiased_batch_variance" // by B−1
	retention        = "retention"               // v/(v+ε): what of γ² the ε of the normalisation leaves
)

// apply standardises the columns of x (B,Z).
func (n *standardiser) apply(s *cvae.Scope, x *G.Node) *G.Node {
	n.mean = s.Buffer(n.prefix+"running_mean", s.Dim, 0)
	n.variance = s.Buffer(n.prefix+"running_variance", s.Dim, 1)
	centred, variance := s.SubRow(x, n.mean.Node), n.variance.Node
	if s.Pass == cvae.Training {
		batch := s.Statistics(x)
		centred, variance = batch.Centred, batch.Variance
		s.Observe(batchMean+n.suffix, batch.Mean)
		s.Observe(unbiasedVariance+n.suffix, s.Scale(float64(batch.Rows)/float64(batch.Rows-1), variance))
		s.Observe(retention+n.suffix, s.Div(variance, s.Shift(variance, n.epsilon)))
	}
	return s.DivRow(centred, s.Sqrt(s.Shift(variance, n.epsilon)))
}

// move moves the running statistics as PyTorch does: the running variance takes
// the unbiased variance of the batch.
func (n *standardiser) move(observed map[string][]float64) {
	for d, v := range observed[unbiasedVariance+n.suffix] {
		n.mean.Set(d, (1-n.momentum)*n.mean.At(d)+n.momentum*observed[batchMean+n.suffix][d])
		n.variance.Set(d, (1-n.momentum)*n.variance.At(d)+n.momentum*v)
	}
}
