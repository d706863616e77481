package train

import (
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/ranks"
)

// norm is the Euclidean norm of all gradients, summed in the order of pieces, whoever owns
// them.
func (o *optimiser) norm() (float64, error) {
	o.model.Team().Do(len(o.pieces), (*squaring)(o))
	if err := o.gatherSums(); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, s := range o.sums {
		sum += s
	}
	return math.Sqrt(sum), nil
}

// gatherSums fills in the sums of the pieces that other ranks own.
func (o *optimiser) gatherSums() error {
	if o.link.Size() == 1 {
		return nil
	}
	of := make([][]int, o.link.Size()) // the pieces of every rank
	for i, owner := range o.owners {
		if owner != cvae.Shared {
			of[owner] = append(of[owner], i)
		}
	}
	var mine []float64
	for _, i := range of[o.link.Rank()] {
		mine = append(mine, o.sums[i])
	}
	all, err := ranks.GatherSized(o.link, mine, func(r int) int { return len(of[r]) })
	if err != nil {
		return fmt.Errorf("gathering the norm of the gradients: %w", err)
	}
	for r, pieces := range of {
		for k, i := range pieces {
			o.sums[i] = all[r][k]
		}
	}
	return nil
}

// squaring is the job of one piece in norm. Of a sparse parameter the touched rows count
// alone, and its first piece stands for all of it.
type squaring optimiser

func (o *squaring) Task(task, _ int) {
	s := o.pieces[task]
	p, path := o.model.Params()[s.Of], o.model.Team().Path()
	switch {
	case !(*optimiser)(o).moves(task): // another rank sums it up
	case !p.Sparse:
		o.sums[task] = kernel.SumSquares(path, p.Grad[s.Lo:s.Hi])
	case s.Lo == 0:
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
