package cvae

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/op"
)

// A machine computes some nodes of a graph and all that they read, each node
// once in a run, in the order in which the first of the wanted needs it.
// gorgonia's tape machine does the same, but for nodes that nobody wants too,
// and makes about four small objects for each of them in every run. This one
// keeps what it hands to the ops, and the values that an op can write to again.
type machine struct {
	steps  []step
	wanted []int // steps
	// turn is called after a step: that after which the gradients of the decoder are whole
	// and no rows are waited for. Nil: nothing is.
	turn    func()
	turning int
}

// A step computes one node.
type step struct {
	node  *G.Node
	op    G.Op  // nil: an input, whose value may be another in the next run
	from  []int // the steps it reads
	read  []G.Value
	value G.Value
	again G.UsePreallocDoer // writes to value; nil where it must not
}

// newMachine returns a machine for the wanted nodes of g.
func newMachine(g *G.ExprGraph, wanted ...*G.Node) *machine {
	m, at := &machine{}, map[*G.Node]int{}
	for _, n := range wanted {
		m.wanted = append(m.wanted, m.add(g, n, at))
	}
	for i, s := range m.steps {
		if op.Meets(s.op) || op.DecodesBack(s.op) {
			m.turning = i
		}
	}
	return m
}

// add returns the step of n; at knows those of other nodes.
func (m *machine) add(g *G.ExprGraph, n *G.Node, at map[*G.Node]int) int {
	if i, ok := at[n]; ok {
		return i
	}
	s := step{node: n, op: n.Op()}
	for children := g.From(n.ID()); children.Next(); {
		s.from = append(s.from, m.add(g, children.Node().(*G.Node), at))
	}
	s.read = make([]G.Value, len(s.from))
	m.steps = append(m.steps, s)
	at[n] = len(m.steps) - 1
	return at[n]
}

// value is that of wanted node i in the last run.
func (m *machine) value(i int) G.Value { return m.steps[m.wanted[i]].value }

// run computes every step.
func (m *machine) run() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	for i := range m.steps {
		s := &m.steps[i]
		for k, from := range s.from {
			s.read[k] = m.steps[from].value
		}
		if err := s.run(); err != nil {
			return err
		}
		if i == m.turning && m.turn != nil {
			m.turn()
		}
	}
	return nil
}

func (s *step) run() (err error) {
	switch {
	case s.op == nil:
		s.value = s.node.Value()
	case s.again != nil:
		s.value, err = s.again.UsePreallocDo(s.value, s.read...)
	default:
		first := s.value == nil
		if s.value, err = s.op.Do(s.read...); first && err == nil {
			s.again = s.writer()
		}
	}
	return err
}

// writer returns the op if it can write to the value that it made: a tensor
// with memory of its own, which a repetition by 1 has not.
func (s *step) writer() G.UsePreallocDoer {
	made, ok := s.value.(*tensor.Dense)
	if !ok {
		return nil
	}
	for _, v := range s.read {
		if t, ok := v.(*tensor.Dense); ok && t.Uintptr() == made.Uintptr() {
			return nil
		}
	}
	writer, _ := s.op.(G.UsePreallocDoer)
	return writer
}
