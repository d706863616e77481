package train

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
)

// piece is elements [lo,hi) of parameter i. Where only the touched rows of a
// sparse parameter count, its first piece stands for all of it.
type piece struct{ i, lo, hi int }

// chunk is how many elements one task updates.
const chunk = 1 << 15

// piecesOf lists the pieces of all parameters.
func piecesOf(params []*nn.Param[float32]) (pieces []piece) {
	for i, p := range params {
		for lo := 0; lo < len(p.Value); lo += chunk {
			pieces = append(pieces, piece{i, lo, min(len(p.Value), lo+chunk)})
		}
	}
	return pieces
}

// norm is the Euclidean norm of all gradients, summed in the order of pieces.
func (o *optimiser) norm() float64 {
	o.model.Team().Do(len(o.pieces), (*squaring)(o))
	sum := 0.0
	for _, s := range o.sums {
		sum += s
	}
	return math.Sqrt(sum)
}

// squaring is the job of one piece in norm.
type squaring optimiser

func (o *squaring) Task(task, _ int) {
	s := o.pieces[task]
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
