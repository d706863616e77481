package cvae

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/op"
)

// outputs are the indices in Graph.reads of what every run reports; −1: none.
type outputs struct {
	loss, rec, kl, charged, z, side, bag, c int
	q, drawn, p, generator                  [2]int // mean, log-variance
}

// assemble adds the whole model to the graph and returns the training loss:
// the batch mean of distortion + beta·rate, plus the side terms.
func (g *Graph[T]) assemble(s *Scope) (*G.Node, error) {
	n := &nodes[T]{Graph: g, s: s}
	c, code, err := n.encode()
	if err != nil {
		return nil, err
	}
	rec, fraternal := n.decode(c, code.Z)
	if s.Err() != nil {
		return nil, s.Err()
	}
	side := sum(s, n.side, fraternal)
	g.outputs = g.readAll(c, rec, code)
	loss := s.Mean(rec)
	if !g.model.Latent().None() {
		if loss, side, err = g.charge(s, loss, side, code); err != nil {
			return nil, err
		}
	}
	if side != nil {
		g.outputs.side = g.read(side)
		loss = s.Add(loss, side)
	}
	if g.model.bag != nil {
		if bag := n.bagOfWords(c, code.Z); s.Err() == nil {
			g.outputs.bag = g.read(bag)
			loss = s.Add(loss, s.Scale(g.model.Parts.Decoder.BagOfWords, s.Mean(bag)))
		}
	}
	if s.Err() == nil {
		g.outputs.loss = g.read(loss)
	}
	if r := g.refining; r != nil {
		if g.pass == Scoring {
			loss = s.Add(s.Mean(rec), s.Mean(s.SumRows(code.KL)))
		}
		loss = s.Add(s.Mul(r.weight, loss), r.lead)
	}
	if g.size != g.rows {
		loss = s.Scale(float64(g.size)/float64(g.rows), loss)
	}
	return loss, s.Err()
}

// nodes is the executor that adds layers to a graph. After the first error of
// the scope its methods do nothing.
type nodes[T Float] struct {
	*Graph[T]
	s    *Scope
	side *G.Node // mean cross-entropy of the predicted act; nil without a head for it
}

func (n *nodes[T]) context(w *op.ContextEncoder[T]) *G.Node {
	return n.s.Do(func() (*G.Node, error) { return op.Context(n.model.team, w, &n.batch, n.anchor, n.source) })
}

func (n *nodes[T]) labels(l *op.Labels[T], c *G.Node) *G.Node {
	return n.s.Do(func() (*G.Node, error) { return op.AppendLabels(n.model.team, l, &n.batch, c) })
}

func (n *nodes[T]) affine(a *op.Affine[T], inputs ...*G.Node) *G.Node {
	return n.s.Do(func() (*G.Node, error) { return a.Node(n.model.team, inputs...) })
}

// act also adds the cross-entropy of the prediction, which is observed by its
// name. Only training tells the true act: what scoring measures is the generator
// that replies.
func (n *nodes[T]) act(a *op.Act[T], logits *G.Node) *G.Node {
	n.side = n.s.Mean(n.s.Do(func() (*G.Node, error) { return op.ActLoss[T](&n.batch, logits) }))
	n.s.Observe("act_ce", n.side)
	return n.s.Do(func() (*G.Node, error) { return op.GivenAct(a, &n.batch, logits, n.pass == Training) })
}

// encode adds the context encoder, the prior and the posterior.
func (n *nodes[T]) encode() (c *G.Node, code Code, err error) {
	m, after := n.model, n.anchor
	if m.context != nil {
		c = encodeContext(n, m)
		after = c
	}
	if m.Latent().None() || n.s.Err() != nil {
		return c, code, n.s.Err()
	}
	f := Features{Context: c}
	if m.prior != nil {
		f.Prior.Mean, f.Prior.LogVar = gaussian(n, m.prior, c)
	}
	n.recognise(&f, after)
	if n.s.Err() != nil {
		return nil, code, n.s.Err()
	}
	if m.Parts.Refine.Steps > 0 {
		f.Raw = n.refined(f.Raw)
	}
	if m.Parts.Method != "" {
		n.s.prefix = m.Parts.Method + "."
	}
	if code, err = m.Parts.Posterior.Infer(n.s, f); err != nil {
		return nil, code, fmt.Errorf("building the posterior: %w", err)
	}
	n.s.prefix = ""
	return c, n.cut(code), n.s.Err()
}

// recognise adds the features of the responses, after those of their contexts, and
// what the recognition network makes of them.
func (n *nodes[T]) recognise(f *Features, after *G.Node) {
	m, z := n.model, n.s.Shape
	if !z.Sequence() {
		states, slots := n.response(f, after)
		f.Raw.Mean, f.Raw.LogVar = gaussian(n, m.recognition, present(f.Context, f.Response)...)
		if states != nil {
			n.prefixes(f, states, slots)
		}
		return
	}
	f.Response = n.s.Do(func() (*G.Node, error) { return op.ResponseSteps(m.team, m.response, &n.batch, after, z.Steps) })
	inputs := G.Nodes{f.Response}
	if f.Context != nil && n.s.Err() == nil {
		example := make([]int, n.size*z.Steps)
		for i := range example {
			example[i] = i / z.Steps
		}
		inputs = G.Nodes{n.s.Try(op.Gather(f.Context, example)), f.Response}
	}
	mean, logVar := gaussian(n, m.recognition, inputs...)
	row := func(x *G.Node) *G.Node { return n.s.Do(func() (*G.Node, error) { return op.Reshape(x, n.size) }) }
	f.Raw = Gaussian{row(mean), row(logVar)}
}

// response adds the response encoder. For a method that reads prefixes it also
// returns their features in so many rows for each response; a response that is
// longer than the model's has no more.
func (n *nodes[T]) response(f *Features, after *G.Node) (states *G.Node, slots int) {
	m := n.model
	slots = m.Config.Decoder.Tokens
	if m.Config.Encoder.Start {
		slots++
	}
	if _, ok := m.Parts.Posterior.(PrefixReader); !ok || n.pass != Training {
		f.Response = n.s.Do(func() (*G.Node, error) { return op.Response(m.team, m.response, &n.batch, after) })
		return nil, slots
	}
	states = n.s.Do(func() (*G.Node, error) { return op.Prefixes(m.team, m.response, &n.batch, slots, after) })
	f.Response = n.s.Do(func() (*G.Node, error) { return op.WholeResponse[T](&n.batch, slots, states) })
	return states, slots
}

// prefixes adds what the recognition network makes of the prefixes.
func (n *nodes[T]) prefixes(f *Features, states *G.Node, slots int) {
	rows := make([]int, n.size*slots)
	for i := range rows {
		rows[i] = i / slots
	}
	beside := func(x *G.Node) *G.Node {
		if x == nil {
			return nil
		}
		return n.s.Do(func() (*G.Node, error) { return op.Gather(x, rows) })
	}
	f.Prefixes.Prior = Gaussian{Mean: beside(f.Prior.Mean), LogVar: beside(f.Prior.LogVar)}
	f.Prefixes.Raw.Mean, f.Prefixes.Raw.LogVar = gaussian(n, n.model.recognition, present(beside(f.Context), states)...)
	f.Prefixes.Mean = func(x *G.Node) *G.Node {
		return n.s.Do(func() (*G.Node, error) { return op.MeanPrefix[T](&n.batch, slots, x) })
	}
}

// cut zeroes what is past the steps of each response; a Gaussian of zeros is
// N(0, I), of which the rate is 0.
func (n *nodes[T]) cut(code Code) Code {
	z := n.s.Shape
	if !z.Sequence() {
		return code
	}
	n.steps = make([]T, n.size*z.Width())
	steps := n.input("steps", n.steps, n.size, z.Width())
	for _, x := range []**G.Node{&code.Z, &code.KL, &code.Q.Mean, &code.Q.LogVar, &code.Drawn.Mean, &code.Drawn.LogVar,
		&code.P.Mean, &code.P.LogVar, &code.Generator.Mean, &code.Generator.LogVar} {
		if *x != nil {
			*x = n.s.Mul(*x, steps)
		}
	}
	return code
}

// present returns the nodes that are not nil.
func present(nodes ...*G.Node) (out G.Nodes) {
	for _, n := range nodes {
		if n != nil {
			out = append(out, n)
		}
	}
	return out
}

// sum adds the terms that are not nil, in order; nil without any.
func sum(s *Scope, terms ...*G.Node) (total *G.Node) {
	for _, term := range present(terms...) {
		if total == nil {
			total = term
			continue
		}
		total = s.Add(total, term)
	}
	return total
}

// decode adds the distortion (B) and the side term of fraternal dropout, a
// scalar that is observed by its name; nil without.
func (n *nodes[T]) decode(c, z *G.Node) (rec, side *G.Node) {
	m := n.model
	start := start(n, m, beginning(m, c, z))
	if !m.decoder.ReadsLatent() {
		z = nil
	}
	var terms *G.Node
	rec = n.s.Do(func() (rec *G.Node, err error) {
		rec, terms, err = op.Decode(m.team, n.decoder(), &n.batch, n.anchor, start, z, n.source, n.pass == Training || n.refining != nil)
		return rec, err
	})
	if terms != nil {
		side = n.s.Mean(terms)
		n.s.Observe("fraternal", side)
	}
	return rec, side
}

// decoder is that of the model. Scoring with a refinement goes backward through one
// that drops nothing.
func (n *nodes[T]) decoder() op.Decoder[T] {
	d, ok := n.model.decoder.(*op.Autoregressive[T])
	if !ok || n.refining == nil || n.pass == Training {
		return n.model.decoder
	}
	return d.Undropped()
}

// charge adds the rate to the loss, and the side terms of the posterior and of
// the rate to side.
func (g *Graph[T]) charge(s *Scope, loss, side *G.Node, code Code) (_, _ *G.Node, err error) {
	if code.Charged != nil {
		code.KL = code.Charged
	}
	rate, more := s.SumRows(code.KL), (*G.Node)(nil)
	if r := g.model.Parts.Rate; r != nil {
		if rate, more, err = r.Charge(s, code); err != nil {
			return nil, nil, fmt.Errorf("building the rate: %w", err)
		}
	}
	if s.Err() != nil {
		return nil, nil, s.Err()
	}
	g.outputs.charged = g.read(rate)
	loss = s.Add(loss, s.Mul(s.Beta(), s.Mean(rate)))
	return loss, sum(s, side, code.Side, more), s.Err()
}

func (n *nodes[T]) bagOfWords(c, z *G.Node) *G.Node {
	m := n.model
	hidden := n.affine(m.bagHidden, given(m, c, z)...)
	return n.s.Do(func() (*G.Node, error) {
		return op.BagOfWords(m.team, m.bag, &n.batch, hidden, m.Parts.Decoder.BagOfWords)
	})
}

// readAll makes every output of the model readable after a run.
func (g *Graph[T]) readAll(c, rec *G.Node, code Code) outputs {
	one := func(n *G.Node) int {
		if n == nil {
			return -1
		}
		return g.read(n)
	}
	both := func(d Gaussian) [2]int { return [2]int{one(d.Mean), one(d.LogVar)} }
	return outputs{
		rec: one(rec), kl: one(code.KL), charged: -1, z: one(code.Z), side: -1, bag: -1, c: one(c),
		q: both(code.Q), drawn: both(code.Drawn), p: both(code.P), generator: both(code.generator()),
	}
}
