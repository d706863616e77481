package op

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/dialog"
)

// matrix adds an input (rows, cols) to a graph.
func matrix(g *G.ExprGraph, name string, rows, cols int, values []float64) *G.Node {
	v := tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(values))
	return G.NewMatrix(g, tensor.Float64, G.WithShape(rows, cols), G.WithName(name), G.WithValue(v))
}

// evaluate runs Σ weights⊙y forwards and, with inputs, backwards; it returns y
// and the gradients of the inputs.
func evaluate(t *testing.T, g *G.ExprGraph, y *G.Node, weight float64, inputs ...*G.Node) (value []float64, grads [][]float64, err error) {
	t.Helper()
	var out G.Value
	G.Read(y, &out)
	loss := G.Must(G.Mul(G.NewConstant(weight), G.Must(G.Sum(y))))
	if len(inputs) > 0 {
		if _, err := G.Grad(loss, inputs...); err != nil {
			t.Fatal(err)
		}
	}
	vm := G.NewTapeMachine(g, G.BindDualValues(inputs...))
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		return nil, nil, err
	}
	for _, n := range inputs {
		d, err := n.Grad()
		if err != nil {
			t.Fatal(err)
		}
		grads = append(grads, slices.Clone(d.Data().([]float64)))
	}
	return slices.Clone(out.Data().([]float64)), grads, nil
}

// TestNodesStayApart: every instance has a hash and a name of its own, and so
// have its gradients, or gorgonia would merge layers of different weights.
func TestNodesStayApart(t *testing.T) {
	seen, names := map[uint32]string{}, map[string]bool{}
	note := func(op G.Op) {
		if other, ok := seen[op.Hashcode()]; ok || names[op.String()] {
			t.Errorf("%s has the hash or the name of %s", op, other)
		}
		seen[op.Hashcode()], names[op.String()] = op.String(), true
	}
	for _, name := range []string{"affine", "stop", "atMost", "encodeContext", "encodeResponse", "decodeLoss", "fraternal", "bagOfWords"} {
		for range 300 {
			f := &fused[float64]{signature: signature[float64]{name: name, id: serial.Add(1), in: make([]tensor.Shape, 4)}}
			note(f)
			note(newGradient(f))
			for i := 1; i < 4; i++ {
				note(newReader(f, i))
			}
		}
	}
}

// TestEqualOpsAreNotMerged: two layers of one shape and one input, and the same
// layer twice.
func TestEqualOpsAreNotMerged(t *testing.T) {
	team, g := newTeam(t, 1), G.NewGraph()
	x := matrix(g, "x", 2, 3, []float64{1, 2, 3, 4, 5, 6})
	a, b := &Affine[float64]{Weights: []*Weight[float64]{newWeight(2, 3, 1)}}, &Affine[float64]{Weights: []*Weight[float64]{newWeight(2, 3, 4)}}
	ya, yb, again := G.Must(a.Node(team, x)), G.Must(b.Node(team, x)), G.Must(a.Node(team, x))
	if ya == yb || ya == again {
		t.Fatal("nodes are merged")
	}
	if limit, other := G.Must(AtMost(x, 1)), G.Must(AtMost(x, 2)); limit == other {
		t.Fatal("limits are merged")
	}
	var va, vb G.Value
	G.Read(ya, &va)
	G.Read(yb, &vb)
	if _, _, err := evaluate(t, g, again, 1); err != nil {
		t.Fatal(err)
	}
	for i, w := range []*Weight[float64]{a.Weights[0], b.Weights[0]} {
		got := []G.Value{va, vb}[i].Data().([]float64)
		close(t, "a layer", got[0], w.Value[0]+2*w.Value[1]+3*w.Value[2])
	}
}

// TestStopAndAtMost forwards and backwards.
func TestStopAndAtMost(t *testing.T) {
	for name, test := range map[string]struct {
		op          func(*G.Node) (*G.Node, error)
		value, grad []float64
	}{
		"stop":   {Stop, []float64{-1, 2, 3, 2.5}, []float64{0, 0, 0, 0}},
		"atMost": {func(x *G.Node) (*G.Node, error) { return AtMost(x, 2.5) }, []float64{-1, 2, 2.5, 2.5}, []float64{3, 3, 0, 0}},
	} {
		g := G.NewGraph()
		x := matrix(g, "x", 2, 2, []float64{-1, 2, 3, 2.5})
		value, grads, err := evaluate(t, g, G.Must(test.op(x)), 3, x)
		if err != nil || !slices.Equal(value, test.value) || !slices.Equal(grads[0], test.grad) {
			t.Errorf("%s: %v, gradient %v, %v", name, value, grads, err)
		}
	}
}

// TestPanicIsAnError: gorgonia runs ops on a goroutine of its own.
func TestPanicIsAnError(t *testing.T) {
	for _, where := range []string{"forward", "backward"} {
		g := G.NewGraph()
		x := matrix(g, "x", 1, 2, []float64{1, 2})
		stumble := func(here string) {
			if here == where {
				panic("stumbled")
			}
		}
		y, err := apply("stumbling", tensor.Shape{1, 2}, fused[float64]{
			forward:  func([][]float64, []float64) { stumble("forward") },
			backward: func([][]float64, []float64, [][]float64) { stumble("backward") },
		}, x)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := evaluate(t, g, y, 1, x); err == nil || !strings.Contains(err.Error(), "stumbled") || !strings.Contains(err.Error(), "stumbling#") {
			t.Errorf("%s: %v", where, err)
		}
	}
}

// TestWrongNumberType of an input is an error.
func TestWrongNumberType(t *testing.T) {
	f := &fused[float64]{signature: signature[float64]{name: "typed", out: tensor.Shape{1}}, forward: func([][]float64, []float64) {}}
	single, _ := newDense[float32](tensor.Shape{1})
	if _, err := f.Do(single); err == nil {
		t.Error("float32 passes for float64")
	}
}

// decoder is a small decoder of nine words that starts at zero.
func decoder() *Autoregressive[float64] {
	h := 3
	e := NewWeight[float64](9, 2, true)
	fill(e.Value, 1)
	return &Autoregressive[float64]{
		Embedding: e,
		Network: &Recurrent[float64]{Cell: GRU, Hidden: h, Input: newWeight(3*h, 2, 2), State: newWeight(3*h, h, 3),
			Bias: newWeight(1, 3*h, 4), StateBias: newWeight(1, 3*h, 5)},
		Output: &Output[float64]{Weight: newWeight(9, h, 6), Bias: newWeight(1, 9, 7)},
	}
}

// words is a batch of responses, whose mean loss is the objective.
func words(responses ...[]int32) *Batch {
	examples := make([]dialog.Example, len(responses))
	for i, r := range responses {
		examples[i] = dialog.Example{Response: r}
	}
	return &Batch{Batch: dialog.NewBatch(examples, false), Weight: 1 / float64(len(responses))}
}

// TestLossWeight: the gradients of the output layer are those of Weight·Σ loss
// for the weight that the batch has in each run of one graph. They are linear in
// it; those of weight 1 are what TestCrossEntropy and the gradient checks of the
// models look at.
func TestLossWeight(t *testing.T) {
	decode := func(w *Autoregressive[float64]) func(*Batch, *G.Node) (*G.Node, error) {
		return func(b *Batch, x *G.Node) (*G.Node, error) {
			y, terms, err := Decode(newTeam(t, 1), w, b, x, nil, nil, nil, true)
			if terms != nil {
				y = G.Must(G.Add(y, terms))
			}
			return y, err
		}
	}
	plain, twins, bag := decoder(), decoder(), decoder().Output
	twins.DropOut, twins.Fraternal = 0.4, 0.15
	for name, test := range map[string]struct {
		layer *Output[float64]
		build func(*Batch, *G.Node) (*G.Node, error)
	}{
		"decodeLoss": {plain.Output, decode(plain)},
		"fraternal":  {twins.Output, decode(twins)},
		"bagOfWords": {bag, func(b *Batch, x *G.Node) (*G.Node, error) { return BagOfWords(newTeam(t, 1), bag, b, x, 1) }},
	} {
		g, b := G.NewGraph(), words([]int32{4, 5}, []int32{6})
		x := matrix(g, "x", 2, 3, []float64{1, 2, 3, 4, 5, 6})
		y, err := test.build(b, x)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := G.Grad(G.Must(G.Sum(y)), x); err != nil {
			t.Fatal(err)
		}
		vm := G.NewTapeMachine(g, G.BindDualValues(x))
		defer vm.Close()
		gradient := func(weight float64) []float64 {
			b.Weight = weight
			test.layer.Weight.ZeroGrad()
			if err := vm.RunAll(); err != nil {
				t.Fatal(err)
			}
			vm.Reset()
			return slices.Clone(test.layer.Weight.Grad)
		}
		whole := gradient(1)
		for _, weight := range []float64{0.5, 0.3} {
			for i, v := range gradient(weight) {
				if close(t, name, v, weight*whole[i]); whole[i] == 0 && i < 9 {
					t.Errorf("%s: element %d has no gradient", name, i)
				}
			}
		}
	}
}

// TestBatchSize: a batch of another size than the graph's is an error.
func TestBatchSize(t *testing.T) {
	for _, b := range []*Batch{{}, words([]int32{4}), words([]int32{4}, []int32{4}, []int32{5})} {
		g := G.NewGraph()
		x := matrix(g, "x", 2, 3, make([]float64, 6))
		y, _, err := Decode(newTeam(t, 1), decoder(), b, x, nil, nil, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := evaluate(t, g, y, 1); err == nil || !strings.Contains(err.Error(), "2 examples") {
			t.Errorf("%v", err)
		}
	}
}

// TestCrossEntropy is −ln softmax by its definition, in blocks and chunks of
// the vocabulary and with several targets a row, and its gradient sums to zero
// over the vocabulary.
func TestCrossEntropy(t *testing.T) {
	const v, h, rows = chunkWords + 30, 3, 70
	team := newTeam(t, 2)
	o := &Output[float64]{Weight: newWeight(v, h, 1), Bias: newWeight(1, v, 2)}
	hidden, loss, dhidden := make([]float64, rows*h), make([]float64, rows), make([]float64, rows*h)
	fill(hidden, 3)
	var g targets
	g.reset()
	for r := range rows {
		g.add([]int32{int32(r * 7 % v), int32(v - 1 - r), 0}[:1+r%3]...)
	}
	var s softmax[float64]
	s.run(team, o, hidden, &g, 0.25, loss, dhidden)
	for r := range rows {
		close(t, fmt.Sprintf("loss of row %d", r), loss[r], crossEntropy(o, hidden[r*h:(r+1)*h], g.of(r)))
	}
	sum := 0.0
	for _, b := range o.Bias.Grad {
		sum += b
	}
	close(t, "sum of the gradient over the vocabulary", sum, 0)
	once := slices.Clone(o.Weight.Grad)
	s.run(team, o, hidden, &g, 0.25, loss, dhidden)
	for i, w := range o.Weight.Grad {
		close(t, "accumulated gradient", w, 2*once[i])
	}
}

func crossEntropy(o *Output[float64], hidden []float64, words []int32) float64 {
	mass, logits := 0.0, make([]float64, o.Weight.Rows)
	for i := range logits {
		logits[i] = o.Bias.Value[i]
		for j, x := range hidden {
			logits[i] += x * o.Weight.Value[i*len(hidden)+j]
		}
		mass += math.Exp(logits[i])
	}
	loss := 0.0
	for _, w := range words {
		loss += math.Log(mass) - logits[w]
	}
	return loss
}

// TestDropout keeps 1−p of the elements, scaled to keep the mean, and depends
// on seed, step and row alone.
func TestDropout(t *testing.T) {
	const n, p = 2000, 0.3
	team := newTeam(t, 2)
	ones := func(seed uint64, step int) []float64 {
		var d decoding[float64]
		d.seq.layout([]int{1, 2, 1})
		x := slices.Repeat([]float64{1}, 4*n)
		d.drop(team, nil, &Batch{Seed: seed, Step: step}, 1, p, x, n)
		return x
	}
	x, kept := ones(1, 1), 0
	for _, v := range x {
		if v != 0 {
			close(t, "a kept element", v, 1/(1-p))
			kept++
		}
	}
	// 8,000 draws: five standard deviations are 0.026.
	if share := float64(kept) / (4 * n); math.Abs(share-0.7) > 0.026 {
		t.Errorf("%v are kept", share)
	}
	if !slices.Equal(x, ones(1, 1)) || slices.Equal(x, ones(2, 1)) || slices.Equal(x, ones(1, 2)) {
		t.Error("masks do not depend on seed and step alone")
	}
	if slices.Equal(x[:n], x[n:2*n]) || slices.Equal(x[:n], x[3*n:]) {
		t.Error("rows or steps share a mask")
	}
}
