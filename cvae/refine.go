package cvae

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
)

// A Refinement moves what the recognition network puts out, λ = (μ, ℓ) of every
// example, by steps of gradient descent with momentum on the loss of that example
// (Kim et al. 2018, algorithm 1), in training and in scoring:
//
//	p ← Momentum·p − g, λ ← λ + Rate·p
//
// Every step draws z anew. Scoring descends on the bound itself, without dropout.
type Refinement struct {
	Steps          int // 0: none
	Rate, Momentum float64
	// Clip is the most that the length of the gradient of the μ, and of the ℓ, of an
	// example may be.
	Clip float64
	// Through sends the gradient of the loss at the end back through the steps.
	// Without it λ at the end is a constant, and the encoder learns from the loss
	// at the first λ.
	Through bool
}

// Runs is how often the model runs in a step of training, and for a batch in scoring;
// without a refinement it is once.
func (r Refinement) Runs() (training, scoring int) {
	switch {
	case r.Steps == 0:
		return 1, 1
	case r.Through:
		return 3*r.Steps + 2, r.Steps + 1
	}
	return r.Steps + 1, r.Steps + 1
}

// refining is the refinement of a graph. Its matrices are (2B,Z): the rows of μ,
// then those of ℓ.
type refining[T Float] struct {
	Refinement
	dim    int
	weight *G.Node // of the loss
	inputs G.Nodes // offset as nodes
	at     [2]int  // λ in Graph.reads
	lead   *G.Node // scalar whose gradient by the first λ is pull, a mean over the batch

	offset, pull     []T         // λ less the first, and what the first λ is pulled by
	speed, slope     []float64   // p and g
	path, clips      [][]float64 // offset and the factors of clipping (2B) of every step
	momentum, toward []float64   // gradients by p and by λ
}

// refined is the refined λ in the graph.
func (n *nodes[T]) refined(first Gaussian) Gaussian {
	rows, dim := n.size, n.s.Dim
	r := &refining[T]{Refinement: n.model.Parts.Refine, dim: dim}
	n.refining = r
	half, size := rows*dim, 2*rows*dim
	r.offset, r.pull = make([]T, size), make([]T, size)
	r.speed, r.slope, r.momentum, r.toward = make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size)
	for range r.Steps {
		r.path, r.clips = append(r.path, make([]float64, size)), append(r.clips, make([]float64, 2*rows))
	}
	r.weight = G.NewScalar(n.graph, n.anchor.Dtype(), G.WithName("weight"), G.WithValue(number[T](1)))
	var leads G.Nodes
	move := func(i int, name string, first *G.Node) *G.Node {
		offset := n.input("offset of "+name, r.offset[i*half:][:half], rows, dim)
		pull := n.input("pull of "+name, r.pull[i*half:][:half], rows, dim)
		r.inputs = append(r.inputs, offset)
		leads = append(leads, n.s.SumRows(n.s.Mul(pull, first)))
		moved := n.s.Add(n.s.Stop(first), offset)
		if n.s.Err() == nil {
			r.at[i] = n.read(moved)
		}
		return moved
	}
	out := Gaussian{move(0, "mean", first.Mean), move(1, "log-variance", first.LogVar)}
	r.lead = n.s.Mean(sum(n.s, leads...))
	return out
}

// weigh sets the factor of the loss in the next run.
func (g *Graph[T]) weigh(factor float64) error {
	g.batch.Weight = factor / float64(g.rows) // the loss is a mean over the batch
	if err := G.Let(g.refining.weight, number[T](factor)); err != nil {
		return fmt.Errorf("weighing the loss: %w", err)
	}
	return nil
}

// descend runs the graph with the draws of an attempt and sets slope to the
// gradient of the weighed loss of every example by its λ.
func (g *Graph[T]) descend(d Draws, attempt int, factor float64) error {
	r := g.refining
	if err := g.weigh(factor); err != nil {
		return err
	}
	g.fill(d, attempt)
	if err := g.machine.run(); err != nil {
		return err
	}
	half := len(r.slope) / 2
	for i := range r.inputs {
		gradient, err := op.Numbers[T](g.machine.value(g.slopes + i))
		if err != nil {
			return fmt.Errorf("reading a gradient of the posterior: %w", err)
		}
		for k, x := range gradient {
			r.slope[i*half+k] = float64(x) * float64(g.rows)
		}
	}
	return nil
}

// refine moves λ. It leaves the graph ready for the run of the refined loss, with
// what the steps have said about the parameters in their gradients.
func (g *Graph[T]) refine(d Draws) error {
	r := g.refining
	clear(r.offset)
	clear(r.pull)
	clear(r.speed)
	for k := range r.Steps {
		if err := g.descend(d, k+1, 1); err != nil {
			return fmt.Errorf("refining the posterior, step %d: %w", k+1, err)
		}
		if k == 0 {
			copy(r.toward, r.slope)
		}
		r.step(k)
	}
	if g.pass == Training && r.Through {
		if err := g.unroll(d); err != nil {
			return fmt.Errorf("differentiating the refinement: %w", err)
		}
	} else {
		g.model.ZeroGrad(nn.Whole)
	}
	for i, x := range r.toward {
		r.pull[i] = T(x)
	}
	return g.weigh(1)
}

// step moves λ along slope.
func (r *refining[T]) step(k int) {
	for row := range r.clips[k] {
		from, to := row*r.dim, (row+1)*r.dim
		factor := 1.0
		if length := norm(r.slope[from:to]); length > r.Clip {
			factor = r.Clip / length
		}
		r.clips[k][row] = factor
		for i := from; i < to; i++ {
			r.path[k][i] = float64(r.offset[i])
			r.speed[i] = r.Momentum*r.speed[i] - factor*r.slope[i]
			r.offset[i] = T(r.path[k][i] + r.Rate*r.speed[i])
		}
	}
}

// unroll sets toward to the gradient of the refined loss by the first λ, and adds
// what the steps owe to the parameters to their gradients: products of second
// derivatives with a vector, as central differences of gradients under the same
// draws (Kim et al. 2018, algorithm 2). What clips is a constant.
func (g *Graph[T]) unroll(d Draws) error {
	r := g.refining
	end := append([]T(nil), r.offset...)
	if err := g.descend(d, 0, 1); err != nil {
		return err
	}
	g.model.ZeroGrad(nn.Whole)
	copy(r.toward, r.slope)
	clear(r.momentum)
	for k := r.Steps - 1; k >= 0; k-- {
		for i := range r.momentum {
			r.momentum[i] += r.Rate * r.toward[i]
		}
		if err := g.curve(d, k); err != nil {
			return err
		}
		for i := range r.momentum {
			r.momentum[i] *= r.Momentum
		}
	}
	copy(r.offset, end)
	return nil
}

// curve takes the product of the second derivatives of step k with momentum off
// toward and off the gradients of the parameters.
func (g *Graph[T]) curve(d Draws, k int) error {
	r := g.refining
	direction := make([]float64, len(r.momentum))
	for i, p := range r.momentum {
		direction[i] = p * r.clips[k][i/r.dim]
	}
	length := norm(direction)
	if length == 0 {
		return nil
	}
	h := radius[T]() * math.Max(1, g.reach()) / length
	for _, sign := range []float64{1, -1} {
		for i, v := range direction {
			r.offset[i] = T(r.path[k][i] + sign*h*v)
		}
		if err := g.descend(d, k+1, -sign/(2*h)); err != nil {
			return err
		}
		if err := g.collect(); err != nil {
			return err
		}
		for i, x := range r.slope {
			r.toward[i] += x
		}
	}
	return nil
}

// reach is the length of λ in the last run.
func (g *Graph[T]) reach() float64 {
	square := 0.0
	for _, at := range g.refining.at {
		values, err := op.Numbers[T](g.machine.value(at))
		if err != nil {
			return 0
		}
		for _, x := range values {
			square += float64(x) * float64(x)
		}
	}
	return math.Sqrt(square)
}

// radius is how far a central difference goes from λ, relative to it where it is
// longer than 1: nearer, the numbers round the difference away.
func radius[T Float]() float64 {
	if _, double := any(T(0)).(float64); double {
		return 1e-5
	}
	return 0.01
}

func norm(v []float64) float64 {
	square := 0.0
	for _, x := range v {
		square += x * x
	}
	return math.Sqrt(square)
}
