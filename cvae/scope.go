package cvae

import (
	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A Pass is what a graph is for.
type Pass uint8

// The passes.
const (
	Training Pass = iota // batch statistics, dropout, gradients
	Scoring              // saved statistics, no dropout, no gradients
)

// A Scope is where a method builds its part of one graph. Its arithmetic keeps
// the first error (see Err), so formulas read as formulas.
type Scope struct {
	nn.Arithmetic
	Pass  Pass
	Mode  Mode
	Batch int   // B
	Dim   int   // Z, the numbers of z: T·d
	Shape Shape // of z
	// Ranks gives the rows of the whole batch where x (B,n) or (B) are the share
	// of this graph; nil: x is the whole batch.
	Ranks  func(x *G.Node) *G.Node
	graph  backend
	prefix string // of the names of parameters and buffers, such as "bn."
}

// backend is the part of a graph that depends on the number type.
type backend interface {
	param(name string, n int, value float64) (*G.Node, error)
	buffer(name string, n int, value float64) (*Buffer, error)
	noise(name string, draw func(*rng.Stream) float64, shape ...int) *G.Node
	constant(values []float64) *G.Node
	beta() *G.Node
	observe(name string, n *G.Node)
	trained(name string, n int, value float64) (*Buffer, error)
}

// A Buffer is state of a method that is saved but not trained, (n). Node reads
// it in the graph of the scope it was made in.
type Buffer struct {
	Node *G.Node
	n    int
	get  func(int) float64
	set  func(int, float64)
}

// Len is the number of elements.
func (b *Buffer) Len() int { return b.n }

// At returns element i.
func (b *Buffer) At(i int) float64 { return b.get(i) }

// Set changes element i.
func (b *Buffer) Set(i int, v float64) { b.set(i, v) }

// Param returns a trained vector (n) of the inference group that begins as value.
// The name of a parameter or buffer is saved after that of the method.
func (s *Scope) Param(name string, n int, value float64) *G.Node {
	return s.Try(s.graph.param(s.prefix+name, n, value))
}

// Trained is Param for methods that also write to the vector, as a projection
// after every update does.
func (s *Scope) Trained(name string, n int, value float64) *Buffer {
	b, err := s.graph.trained(s.prefix+name, n, value)
	return s.orEmpty(b, n, err)
}

// Buffer returns the buffer of that name, (n), all value when it is new.
func (s *Scope) Buffer(name string, n int, value float64) *Buffer {
	b, err := s.graph.buffer(s.prefix+name, n, value)
	return s.orEmpty(b, n, err)
}

// orEmpty keeps err and returns b, or a buffer to go on with after an error.
func (s *Scope) orEmpty(b *Buffer, n int, err error) *Buffer {
	if err == nil {
		return b
	}
	s.Fail(err)
	return held(nil, make([]float64, n))
}

// Row is a vector that never changes, for every row of a matrix.
func (s *Scope) Row(values []float64) *G.Node { return s.graph.constant(values) }

// Noise returns a matrix of standard normal draws, fresh in every step.
func (s *Scope) Noise(name string, shape ...int) *G.Node {
	return s.Drawn(name, (*rng.Stream).Normal, shape...)
}

// Drawn is Noise of another distribution.
func (s *Scope) Drawn(name string, draw func(*rng.Stream) float64, shape ...int) *G.Node {
	return s.graph.noise(name, draw, shape...)
}

// Beta is the weight of the rate in the loss, which the training loop sets before
// every step.
func (s *Scope) Beta() *G.Node { return s.graph.beta() }

// Observe records the values of n in every step under name, for AfterUpdate
// and the log. Of a matrix, a graph of some rows of a batch records the mean row.
func (s *Scope) Observe(name string, n *G.Node) {
	if s.Ranks != nil && s.Err() == nil && n.Dims() == 2 {
		n = s.MeanColumns(n)
	}
	if s.Err() == nil {
		s.graph.observe(name, n)
	}
}

// Stop passes x on and lets no gradient back.
func (s *Scope) Stop(x *G.Node) *G.Node {
	return s.Do(func() (*G.Node, error) { return op.Stop(x) })
}

// AtMost is min(x, limit).
func (s *Scope) AtMost(x *G.Node, limit float64) *G.Node {
	return s.Do(func() (*G.Node, error) { return op.AtMost(x, limit) })
}

// Above is 1 where x > limit and 0 elsewhere; no gradient flows.
func (s *Scope) Above(x *G.Node, limit float64) *G.Node {
	return s.Do(func() (*G.Node, error) { return op.Above(x, limit) })
}

// Unit is the rows of x (B,n) divided by their lengths.
func (s *Scope) Unit(x *G.Node) *G.Node { return s.Do(func() (*G.Node, error) { return op.Unit(x) }) }

// About is points of the unit sphere about those of m (B,n), at a cosine (B,1) in
// the direction of eps (B,n) across m; gradients flow to m alone.
func (s *Scope) About(m, eps, cosine *G.Node) *G.Node {
	return s.Do(func() (*G.Node, error) { return op.About(m, eps, cosine) })
}

// LogSumExp is ln Σeˣ of every n elements in a row of the vector x (m·n), (m).
func (s *Scope) LogSumExp(x *G.Node, n int) *G.Node {
	return s.Do(func() (*G.Node, error) { return op.LogSumExp(x, n) })
}

// Before is x (B,Z) of the step before in every step of z; 0 in the first.
func (s *Scope) Before(x *G.Node) *G.Node {
	return s.Do(func() (*G.Node, error) { return op.Delay(x, s.Shape.Dim) })
}

// Std is the standard deviation of g, nil for N(0, I).
func (s *Scope) Std(g Gaussian) *G.Node {
	if g.Standard() {
		return nil
	}
	return s.Exp(s.Scale(0.5, g.LogVar))
}

// Sample draws mean + std·eps, reparameterised.
func (s *Scope) Sample(g Gaussian, eps *G.Node) *G.Node {
	return s.Add(g.Mean, s.Mul(s.Std(g), eps))
}

// KL is KL(q‖p) per dimension, (B,Z) in nats:
// ½(ℓp − ℓq + (e^ℓq + (μq−μp)²)/e^ℓp − 1), Kingma and Welling 2014, appendix B.
func (s *Scope) KL(q, p Gaussian) *G.Node {
	variance, square := s.Exp(q.LogVar), s.Square(q.Mean)
	if p.Standard() {
		return s.Scale(0.5, s.Shift(s.Sub(s.Add(square, variance), q.LogVar), -1))
	}
	square = s.Square(s.Sub(q.Mean, p.Mean))
	ratio := s.Div(s.Add(variance, square), s.Exp(p.LogVar))
	return s.Scale(0.5, s.Shift(s.Add(s.Sub(p.LogVar, q.LogVar), ratio), -1))
}

// Whiten is (x − μp)/σp, the coordinates in which the prior is N(0, I).
func (s *Scope) Whiten(x *G.Node, p Gaussian) *G.Node {
	if p.Standard() {
		return x
	}
	return s.Div(s.Sub(x, p.Mean), s.Std(p))
}

// Unwhiten maps the Gaussian u of whitened coordinates back: its mean to
// μp + σp·μu and its variance to σp²σu².
func (s *Scope) Unwhiten(u, p Gaussian) Gaussian {
	if p.Standard() {
		return u
	}
	return Gaussian{
		Mean:   s.Add(p.Mean, s.Mul(s.Std(p), u.Mean)),
		LogVar: s.Add(p.LogVar, u.LogVar),
	}
}

// Relative is g in whitened coordinates, the inverse of Unwhiten.
func (s *Scope) Relative(g, p Gaussian) Gaussian {
	if p.Standard() {
		return g
	}
	return Gaussian{Mean: s.Whiten(g.Mean, p), LogVar: s.Sub(g.LogVar, p.LogVar)}
}

// Whole is the rows of the whole batch, of which x holds this graph's. What
// compares or averages the examples of a batch must ask it.
func (s *Scope) Whole(x *G.Node) *G.Node {
	if s.Ranks == nil || s.Err() != nil {
		return x
	}
	return s.Ranks(x)
}

// Statistics are those of the columns of a matrix (B,Z) over the whole
// batch: mean and population variance, (Z) each, and the matrix less the mean.
type Statistics struct {
	Mean, Variance, Centred *G.Node
	Rows                    int // of the whole batch
}

// Statistics are those of x (B,Z).
func (s *Scope) Statistics(x *G.Node) (m Statistics) {
	all := s.Whole(x)
	if s.Err() != nil {
		return m
	}
	m.Mean, m.Rows = s.MeanColumns(all), all.Shape()[0]
	m.Centred = s.SubRow(all, m.Mean)
	m.Variance = s.MeanColumns(s.Square(m.Centred))
	if all != x {
		m.Centred = s.SubRow(x, m.Mean)
	}
	return m
}

// Pairs lines up rows of the whole batch, of which it has n: row i of x beside
// row j of y for every i and j, or every j ≠ i. Those of one i follow each other.
func (s *Scope) Pairs(x, y *G.Node, self bool) (first, second *G.Node, n int) {
	x, y = s.Whole(x), s.Whole(y)
	if s.Err() != nil {
		return nil, nil, s.Batch
	}
	n = x.Shape()[0]
	var i, j []int
	for k := range n * n {
		if self || k/n != k%n {
			i, j = append(i, k/n), append(j, k%n)
		}
	}
	return s.Try(op.Gather(x, i)), s.Try(op.Gather(y, j)), n
}
