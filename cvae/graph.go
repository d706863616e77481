package cvae

import (
	"fmt"
	"slices"
	"sync"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// building serialises graph construction: differentiating one gorgonia graph
// while another is built is a data race in gorgonia, which hashes shared
// constant nodes.
var building sync.Mutex

// A Graph runs a model on batches of one size.
type Graph[T Float] struct {
	model      *Model[T]
	pass       Pass
	size       int // rows
	rows       int // of the batch that they are of
	machine    *machine
	graph      *G.ExprGraph
	batch      op.Batch
	source     *op.Source[T] // of the batch; nil: the decoder does not attend to the contexts
	anchor     *G.Node
	inputs     G.Nodes        // nodes to differentiate by
	vectors    []*nn.Param[T] // trained ones that the graph carries as inputs
	noises     []noise[T]
	constants  int     // so many
	steps      []T     // (B,Z) 1 up to the steps of each response, then 0; nil without steps
	rateWeight *G.Node // beta; nil where nobody asked for it
	reads      G.Nodes
	watched    map[string]int // observed name → index in reads
	outputs    outputs
	refining   *refining[T] // nil without a refinement
	slopes     int          // index among the wanted nodes of the gradients by its inputs
}

type noise[T Float] struct {
	data []T
	cols int
	each bool // a row for each example
	draw func(*rng.Stream) float64
}

// Draws names the random numbers of one run.
type Draws struct {
	Seed    uint64
	Purpose rng.Purpose
	Step    int
}

// build makes a graph for batches of n examples.
func (m *Model[T]) build(pass Pass, n int) (*Graph[T], error) { return m.buildPart(pass, n, nil) }

// buildPart makes a graph for n of the examples of batches whose others are at the
// meeting; nil: n is all.
func (m *Model[T]) buildPart(pass Pass, n int, part op.Meeting[T]) (*Graph[T], error) {
	if n < 1 {
		return nil, fmt.Errorf("a graph needs batches of at least 1 example, not %d", n)
	}
	building.Lock()
	defer building.Unlock()
	g := &Graph[T]{model: m, pass: pass, size: n, graph: G.NewGraph(), rows: n, watched: map[string]int{}, source: m.newSource()}
	s := &Scope{Arithmetic: nn.Arithmetic{Number: number[T]}, Pass: pass, Mode: m.Config.Mode, Batch: n, Dim: m.Latent().Width(), Shape: m.Latent(), graph: g}
	if part != nil {
		g.rows = part.Rows()
		s.Ranks = func(x *G.Node) *G.Node { return s.Do(func() (*G.Node, error) { return op.Whole(part, x) }) }
	}
	g.anchor = g.input("anchor", make([]T, n), n, 1)
	g.inputs = G.Nodes{g.anchor}
	loss, err := g.assemble(s)
	if err != nil {
		return nil, fmt.Errorf("building the graph: %w", err)
	}
	// The gradients come last: their ops read what those of the loss kept.
	wanted, inputs := g.reads, g.differentiated()
	if len(inputs) > 0 {
		gradients, err := G.Grad(loss, inputs...)
		if err != nil {
			return nil, fmt.Errorf("differentiating the graph: %w", err)
		}
		wanted = slices.Concat(wanted, gradients)
	}
	g.machine = newMachine(g.graph, wanted...)
	return g, nil
}

// differentiated are the nodes to differentiate by, those of a refinement last.
func (g *Graph[T]) differentiated() (inputs G.Nodes) {
	if g.pass == Training {
		inputs = g.inputs
	}
	g.slopes = len(g.reads) + len(inputs)
	if g.refining != nil {
		inputs = slices.Concat(inputs, g.refining.inputs)
	}
	return inputs
}

func number[T Float](v float64) any { return T(v) }

// input adds an input node that reads values, which stays shared.
func (g *Graph[T]) input(name string, values []T, shape ...int) *G.Node {
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
	return G.NewTensor(g.graph, value.Dtype(), len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(value))
}

func (g *Graph[T]) read(n *G.Node) int {
	g.reads = append(g.reads, n)
	return len(g.reads) - 1
}

// Run runs the graph on a batch with beta as the rate's weight. A training
// graph adds to the gradients of the parameters; with a refinement it sets them.
func (g *Graph[T]) Run(b *dialog.Batch, d Draws, beta float64) (*Result, error) {
	return g.runPart(b, 0, d, beta)
}

// runPart is Run on the examples of a batch from first on.
func (g *Graph[T]) runPart(whole *dialog.Batch, first int, d Draws, beta float64) (*Result, error) {
	if whole.Size() != g.rows {
		return nil, fmt.Errorf("a batch of %d examples for a graph of %d", whole.Size(), g.rows)
	}
	b := whole
	if g.size != g.rows {
		b = whole.Slice(first, first+g.size)
	}
	g.batch = op.Batch{Batch: b, Seed: d.Seed, Step: d.Step, First: first, Of: whole}
	if r, ok := g.model.Parts.Rate.(Denoiser); ok {
		g.batch.Alone = !r.Denoises()
	}
	if g.pass == Training {
		g.batch.Weight = 1 / float64(g.rows) // the loss is a mean over the batch
	}
	g.measure(b)
	if g.rateWeight != nil {
		if err := G.Let(g.rateWeight, number[T](beta)); err != nil {
			return nil, fmt.Errorf("setting beta: %w", err)
		}
	}
	if g.refining != nil {
		if err := g.refine(d); err != nil {
			return nil, err
		}
	}
	g.fill(d, 0)
	if err := g.machine.run(); err != nil {
		return nil, fmt.Errorf("running the graph: %w", err)
	}
	if err := g.collect(); err != nil {
		return nil, err
	}
	if g.refining != nil && g.pass == Scoring {
		g.model.ZeroGrad(nn.Whole)
	}
	return g.result()
}

// fill draws the noise inputs: row r of every input depends on the draws, its number in
// the batch and the attempt, which is 0 but in the steps of a refinement.
func (g *Graph[T]) fill(d Draws, attempt int) {
	for k, n := range g.noises {
		first := 0
		if n.each {
			first = g.batch.First
		}
		for r := 0; r*n.cols < len(n.data); r++ {
			stream := rng.New(d.Seed, d.Purpose, d.Step, first+r+(k+attempt*len(g.noises))<<32)
			for c := range n.cols {
				n.data[r*n.cols+c] = T(float32(n.draw(&stream)))
			}
		}
	}
}

// measure marks the steps of z of each response.
func (g *Graph[T]) measure(b *dialog.Batch) {
	z := g.model.Latent()
	for i := 0; i*z.Width() < len(g.steps); i++ {
		row := g.steps[i*z.Width() : (i+1)*z.Width()]
		clear(row)
		for k := range z.Length(len(b.Target[i])) {
			row[k] = 1
		}
	}
}

// collect adds the gradients of the graph's vectors to their parameters'.
func (g *Graph[T]) collect() error {
	if g.pass != Training {
		return nil
	}
	for k, v := range g.vectors {
		gradient, err := op.Numbers[T](g.machine.value(len(g.reads) + 1 + k)) // that of the anchor comes first
		if err != nil {
			return fmt.Errorf("reading the gradient of %s: %w", v.Name, err)
		}
		for i, x := range gradient {
			v.Grad[i] += x
		}
	}
	return nil
}

func (g *Graph[T]) param(name string, n int, value float64) (*G.Node, error) {
	p, err := g.model.store.Param(name, nn.Inference, 1, n, nn.Init{Value: value})
	if err != nil {
		return nil, err
	}
	node := g.input(name, p.Value, n)
	g.inputs = append(g.inputs, node)
	g.vectors = append(g.vectors, p)
	return node, nil
}

// trained is param with a hold on the values. Vectors are not packed, so
// writing to them needs no call of Changed.
func (g *Graph[T]) trained(name string, n int, value float64) (*Buffer, error) {
	node, err := g.param(name, n, value)
	if err != nil {
		return nil, err
	}
	return held(node, g.vectors[len(g.vectors)-1].Value), nil
}

func (g *Graph[T]) buffer(name string, n int, value float64) (*Buffer, error) {
	b, err := g.model.store.Buffer(name, n, value)
	if err != nil {
		return nil, err
	}
	return held(g.input(name, b.Value, n), b.Value), nil
}

// held is a hold on the values of an input.
func held[T Float](node *G.Node, values []T) *Buffer {
	return &Buffer{node, len(values), func(i int) float64 { return float64(values[i]) }, func(i int, v float64) { values[i] = T(v) }}
}

func (g *Graph[T]) noise(name string, draw func(*rng.Stream) float64, shape ...int) *G.Node {
	data := make([]T, tensor.Shape(shape).TotalSize())
	g.noises = append(g.noises, noise[T]{data, shape[len(shape)-1], len(shape) > 1, draw})
	return g.input(name, data, shape...)
}

func (g *Graph[T]) constant(values []float64) *G.Node {
	row := make([]T, len(values))
	for i, v := range values {
		row[i] = T(v)
	}
	g.constants++
	return g.input(fmt.Sprint("constant ", g.constants), row, len(row))
}

func (g *Graph[T]) beta() *G.Node {
	if g.rateWeight == nil {
		g.rateWeight = G.NewScalar(g.graph, g.anchor.Dtype(), G.WithName("beta"), G.WithValue(number[T](0)))
	}
	return g.rateWeight
}

func (g *Graph[T]) observe(name string, n *G.Node) { g.watched[name] = g.read(n) }
