package cvae

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae/internal/nn"
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
	c, code, err := g.encode(s)
	if err != nil {
		return nil, err
	}
	act, side, err := g.predictAct(s, c, code.Z)
	if err != nil {
		return nil, err
	}
	rec, fraternal, err := g.decode(s, c, code.Z, act)
	if err != nil {
		return nil, err
	}
	side = sum(s, side, fraternal)
	g.outputs = g.readAll(c, rec, code)
	loss := s.Mean(rec)
	if g.model.Parts.Latent != None {
		if loss, side, err = g.charge(s, loss, side, code); err != nil {
			return nil, err
		}
	}
	if side != nil {
		g.outputs.side = g.read(side)
		loss = s.Add(loss, side)
	}
	if g.model.bag != nil {
		bag, err := g.bagOfWords(c, code.Z)
		if err != nil {
			return nil, err
		}
		g.outputs.bag = g.read(bag)
		loss = s.Add(loss, s.Scale(g.model.Parts.Decoder.BagOfWords, s.Mean(bag)))
	}
	if s.Err() == nil {
		g.outputs.loss = g.read(loss)
	}
	return loss, s.Err()
}

// weight is the factor of one row's distortion in the loss; 0 when scoring.
func (g *Graph[T]) weight() float64 {
	if g.pass == Scoring {
		return 0
	}
	return 1 / float64(g.size)
}

// encode adds the context encoder, the prior and the posterior.
func (g *Graph[T]) encode(s *Scope) (c *G.Node, code Code, err error) {
	m, after := g.model, g.anchor
	if m.context != nil {
		if c, err = op.Context(m.team, m.context, &g.batch, g.anchor); err != nil {
			return nil, code, err
		}
		if m.labels != nil {
			if c, err = op.AppendLabels(m.team, m.labels, &g.batch, c); err != nil {
				return nil, code, err
			}
		}
		after = c
	}
	if m.Parts.Latent == None {
		return c, code, nil
	}
	f := Features{Context: c}
	if f.Response, err = op.Response(m.team, m.response, &g.batch, after); err != nil {
		return nil, code, err
	}
	inputs := G.Nodes{f.Response}
	if c != nil {
		inputs = G.Nodes{c, f.Response}
		if f.Prior, err = g.head(m.prior, c); err != nil {
			return nil, code, err
		}
	}
	if f.Raw, err = g.head(m.recognition, inputs...); err != nil {
		return nil, code, err
	}
	if code, err = m.Parts.Posterior.Infer(s, f); err != nil {
		return nil, code, fmt.Errorf("building the posterior: %w", err)
	}
	return c, code, nil
}

// head adds a Gaussian head.
func (g *Graph[T]) head(h *nn.Head[T], inputs ...*G.Node) (out Gaussian, err error) {
	if h.Hidden != nil {
		hidden, err := h.Hidden.Node(g.model.team, inputs...)
		if err != nil {
			return out, err
		}
		inputs = G.Nodes{hidden}
	}
	if out.Mean, err = h.Mean.Node(g.model.team, inputs...); err != nil {
		return out, err
	}
	out.LogVar, err = h.LogVar.Node(g.model.team, inputs...)
	return out, err
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

// predictAct adds what the decoder is told of the act of the response (B,E) and
// the cross-entropy of the prediction, a scalar that is observed by its name;
// both are nil without a head for it. Only training tells the true act: what
// scoring measures is the generator that replies.
func (g *Graph[T]) predictAct(s *Scope, c, z *G.Node) (act, side *G.Node, err error) {
	m := g.model
	if m.act == nil {
		return nil, nil, nil
	}
	hidden, err := m.act.Hidden.Node(m.team, present(c, z)...)
	if err != nil {
		return nil, nil, err
	}
	logits, err := m.act.Logits.Node(m.team, hidden)
	if err != nil {
		return nil, nil, err
	}
	terms, err := op.ActLoss[T](&g.batch, logits)
	if err != nil {
		return nil, nil, err
	}
	side = s.Mean(terms)
	s.Observe("act_ce", side)
	act, err = op.GivenAct(m.act, &g.batch, logits, g.pass == Training)
	return act, side, err
}

// decode adds the distortion (B) and the side term of fraternal dropout, a
// scalar that is observed by its name; nil without.
func (g *Graph[T]) decode(s *Scope, c, z, act *G.Node) (rec, side *G.Node, err error) {
	m := g.model
	var start *G.Node
	if m.start != nil {
		if start, err = m.start.Node(m.team, present(c, z, act)...); err != nil {
			return nil, nil, err
		}
	}
	if m.decoder.Latent == nil {
		z = nil
	}
	rec, terms, err := op.Decode(m.team, m.decoder, &g.batch, g.anchor, start, z, g.weight())
	if err != nil || terms == nil {
		return rec, nil, err
	}
	side = s.Mean(terms)
	s.Observe("fraternal", side)
	return rec, side, s.Err()
}

// charge adds the rate to the loss, and the side terms of the posterior and of
// the rate to side.
func (g *Graph[T]) charge(s *Scope, loss, side *G.Node, code Code) (_, _ *G.Node, err error) {
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
	loss = s.Add(loss, s.Mul(s.Signal(Beta), s.Mean(rate)))
	return loss, sum(s, side, code.Side, more), s.Err()
}

func (g *Graph[T]) bagOfWords(c, z *G.Node) (*G.Node, error) {
	m := g.model
	hidden, err := m.bagHidden.Node(m.team, present(c, z)...)
	if err != nil {
		return nil, err
	}
	return op.BagOfWords(m.team, m.bag, &g.batch, hidden, g.weight()*m.Parts.Decoder.BagOfWords)
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
