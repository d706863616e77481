package train

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
)

// span is elements [lo,hi) of parameter i. Where only the touched rows of a
// sparse parameter count, its first span stands for all of it.
type span struct{ i, lo, hi int }

// chunk is how many elements one task updates.
const chunk = 1 << 15

// spansOf lists the spans of all parameters.
func spansOf(params []*nn.Param[float32]) (spans []span) {
	for i, p := range params {
		for lo := 0; lo < len(p.Value); lo += chunk {
			spans = append(spans, span{i, lo, min(len(p.Value), lo+chunk)})
		}
	}
	return spans
}

// norm is the Euclidean norm of all gradients, summed in the order of spans.
func (o *optimiser) norm() float64 {
	o.model.Team().Do(len(o.spans), (*squaring)(o))
	sum := 0.0
	for _, s := range o.sums {
		sum += s
	}
	return math.Sqrt(sum)
}

// squaring is the job of one span in norm.
type squaring optimiser

func (o *squaring) Task(task, _ int) {
	s := o.spans[task]
	p, path := o.model.Params()[s.i], o.model.Team().Path()
	switch {
	case !p.Sparse:
		o.sums[task] = kernel.SumSquares(path, p.Grad[s.lo:s.hi])
	case s.lo == 0:
		o.sums[task] = touchedSquares(path, p)
	}
}

// touchedSquares sums the squares of an embedding's gradient in order of use.
func touchedSquares(path kernel.Path, p *nn.Param[float32]) float64 {
	sum := 0.0
	for _, r := range p.Touched {
		sum += kernel.SumSquares(path, p.Row(p.Grad, r))
	}
	return sum
}
