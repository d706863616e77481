package train

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
)

// move is what the jobs of one step read: the group that moves, and the factor
// of the gradients.
type move struct {
	group nn.Group
	scale float64
}

// adamJob is the job of one piece in a step of Adam.
type adamJob optimiser

func (o *adamJob) Task(task, _ int) {
	s := o.pieces[task]
	p := o.model.Params()[s.Of]
	if p.Group&o.move.group == 0 || !(*optimiser)(o).moves(task) {
		return
	}
	t := float64(o.steps[nn.Whole] + o.steps[p.Group])
	c1, c2 := 1-math.Pow(beta1, t), 1-math.Pow(beta2, t)
	m, v := o.moments[s.Of].of(s)
	kernel.Adam(o.model.Team().Path(), p.Value[s.Lo:s.Hi], p.Grad[s.Lo:s.Hi], m, v,
		(*optimiser)(o).learningRate(), beta1, beta2, epsilon, c1, c2, o.move.scale)
}

// sgdJob is the job of one piece in a step of SGD. It updates the rows of
// embeddings that were touched and all of the rest, which is exact without
// momentum.
type sgdJob optimiser

func (o *sgdJob) Task(task, _ int) {
	s := o.pieces[task]
	p, path := o.model.Params()[s.Of], o.model.Team().Path()
	factor := float32(-(*optimiser)(o).learningRate() * o.move.scale)
	switch {
	case p.Group&o.move.group == 0 || !(*optimiser)(o).moves(task):
	case !p.Sparse:
		kernel.AXPY(path, p.Value[s.Lo:s.Hi], factor, p.Grad[s.Lo:s.Hi])
	case s.Lo == 0:
		for _, r := range p.Touched {
			kernel.AXPY(path, p.Row(p.Value, r), factor, p.Row(p.Grad, r))
		}
	}
}
