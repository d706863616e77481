package op

import (
	"errors"
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// A Decoder is the parameters of the recurrent decoder p(x|z,c).
type Decoder[T kernel.Float] struct {
	Embedding *Weight[T]
	Layer     *Recurrent[T]
	Latent    *Weight[T] // (G·H, Z): z enters every step; nil: it does not
	Output    *Output[T]
	// DropIn and DropOut are the probabilities of dropping an element of the
	// word embeddings and of the hidden states before the output layer.
	DropIn, DropOut float64
}

// decoding is the activations of one run of a Decoder over a batch.
type decoding[T kernel.Float] struct {
	*Decoder[T]
	seq             ragged
	lengths         []int
	inputs          [][]int32
	ids             []int32
	x, dx           []T // (rows, E)
	maskIn, maskOut []T // dropout factors of x and hidden
	h0, c0, z       []T // (positions, H), (positions, H), (positions, Z)
	extra           []T // (positions, G·H)
	pass            pass[T]
	hidden          []T // (rows, H) after dropout
	dhidden         []T // (rows, H)
	words           targets
	softmax         softmax[T]
	rowLoss         []float64
	pack            kernel.Packed[T]
}

// Loss writes −ln p(x|z,c) of every example to loss (B), in nats, without a
// graph, dropout or gradients. start (B, H) and z (B, Z) are as in Decode.
func (d *Decoder[T]) Loss(t *kernel.Team, b *dialog.Batch, start, z []T, loss []float64) {
	pass := decoding[T]{Decoder: d}
	pass.forward(t, &Batch{Batch: b}, start, z, loss, 0)
}

// forward scores the batch; with weight > 0 it drops out and computes the
// gradients of weight·Σ loss as far as the hidden states.
func (d *decoding[T]) forward(t *kernel.Team, b *Batch, start, z []T, loss []float64, weight T) {
	d.arrange(b.Batch, start, z)
	d.x = resize(d.x, len(d.ids)*d.Embedding.Cols)
	gather(t, d.Embedding, d.ids, d.x)
	if weight > 0 {
		d.maskIn = d.drop(t, d.maskIn, b, rng.DropIn, d.DropIn, d.x, d.Embedding.Cols)
	}
	d.pass.forward(t, d.Layer, &d.seq, d.x, d.h0, d.c0, d.latent(t))
	d.hidden = append(d.hidden[:0], d.pass.hidden...)
	d.dhidden = d.dhidden[:0]
	if weight > 0 {
		d.maskOut = d.drop(t, d.maskOut, b, rng.DropOut, d.DropOut, d.hidden, d.Layer.Hidden)
		d.dhidden = resize(d.dhidden, len(d.hidden))
	}
	d.rowLoss = resize(d.rowLoss, d.seq.rows())
	var dhidden []T
	if weight > 0 {
		dhidden = d.dhidden
	}
	d.softmax.run(t, d.Output, d.hidden, &d.words, weight, d.rowLoss, dhidden)
	for p, i := range d.seq.order {
		loss[i] = 0
		for step := range d.seq.length[p] {
			loss[i] += d.rowLoss[d.seq.offset[step]+p]
		}
	}
}

// arrange lays out the words and brings start and z into the order of the
// layout.
func (d *decoding[T]) arrange(b *dialog.Batch, start, z []T) {
	d.lengths, d.inputs = d.lengths[:0], d.inputs[:0]
	for _, target := range b.Target {
		d.lengths = append(d.lengths, len(target))
		d.inputs = append(d.inputs, target)
	}
	d.seq.layout(d.lengths)
	d.ids = d.seq.tokens(d.ids, d.inputs, false)
	d.words.reset()
	for _, word := range d.ids {
		d.words.add(word)
	}
	n := d.seq.sequences()
	for r := len(d.ids) - 1; r >= n; r-- { // the input of a step is the target of the step before
		step := d.stepOf(r)
		d.ids[r] = d.ids[d.seq.offset[step-1]+r-d.seq.offset[step]]
	}
	for r := range n {
		d.ids[r] = tokenize.Start
	}
	d.begin(start, z)
}

func (d *decoding[T]) stepOf(r int) int {
	lo, hi := 0, d.seq.steps()
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; d.seq.offset[mid] <= r {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// begin sets the initial state: a GRU starts in start, an LSTM's cell in start
// and its hidden state in tanh(start).
func (d *decoding[T]) begin(start, z []T) {
	d.h0, d.c0 = d.ordered(d.h0, start, d.Layer.Hidden), nil
	if d.Layer.Cell == LSTM && start != nil {
		d.c0 = append([]T(nil), d.h0...)
		kernel.Tanh(kernel.PureGo, d.h0, d.c0)
	}
	if d.Latent != nil {
		d.z = d.ordered(d.z, z, d.Latent.Cols)
	}
}

// ordered copies the rows of m (B, n) into the order of the layout; nil stays nil.
func (d *decoding[T]) ordered(dst, m []T, n int) []T {
	if m == nil {
		return nil
	}
	dst = resize(dst, len(m))
	for p, i := range d.seq.order {
		copy(row(dst, p, n), row(m, i, n))
	}
	return dst
}

// latent is what z adds to the pre-activations of every step, nil without.
func (d *decoding[T]) latent(t *kernel.Team) []T {
	if d.Latent == nil {
		return nil
	}
	d.extra = resize(d.extra, d.seq.sequences()*d.Latent.Rows)
	clear(d.extra)
	product(t, d.seq.sequences(), d.z, d.Latent, d.extra)
	return d.extra
}

// drop multiplies x (rows, n) by a fresh dropout mask, which it returns; with
// p = 0 the mask is empty. The draws of an example depend on its place in the
// batch and its own words alone.
func (d *decoding[T]) drop(t *kernel.Team, mask []T, b *Batch, purpose rng.Purpose, p float64, x []T, n int) []T {
	if p == 0 {
		return mask[:0]
	}
	mask = resize(mask, len(x))
	kept := T(1 / (1 - p))
	eachRow(t, d.seq.sequences(), func(position int) {
		draws := rng.New(b.Seed, purpose, b.Step, d.seq.order[position])
		for step := range d.seq.length[position] {
			at := (d.seq.offset[step] + position) * n
			for i := at; i < at+n; i++ {
				mask[i] = 0
				if draws.Float64() >= p {
					mask[i] = kept
				}
				x[i] *= mask[i]
			}
		}
	})
	return mask
}

// backward sends the gradients that forward began back to the weights and to
// dstart (B, H) and dz (B, Z); either may be nil.
func (d *decoding[T]) backward(t *kernel.Team, dstart, dz []T) {
	multiply(d.dhidden, d.maskOut)
	n, h := d.seq.sequences(), d.Layer.Hidden
	var dh0, dc0, dextra []T
	if dstart != nil {
		dh0, dc0 = make([]T, n*h), make([]T, n*h)
	}
	if d.Latent != nil {
		dextra = make([]T, n*d.Latent.Rows)
	}
	d.dx = resize(d.dx, len(d.x))
	d.pass.backward(t, d.Layer, &d.seq, d.x, d.dhidden, d.dx, dh0, dc0, dextra)
	multiply(d.dx, d.maskIn)
	scatter(t, d.Embedding, d.ids, d.dx)
	if dstart != nil {
		d.startGradient(dstart, dh0, dc0)
	}
	if d.Latent != nil {
		d.latentGradient(t, dz, dextra)
	}
}

func multiply[T kernel.Float](x, mask []T) {
	for i, m := range mask {
		x[i] *= m
	}
}

func (d *decoding[T]) startGradient(dstart, dh0, dc0 []T) {
	h := d.Layer.Hidden
	for p, i := range d.seq.order {
		into, from := row(dstart, i, h), row(dh0, p, h)
		if d.Layer.Cell != LSTM {
			copy(into, from)
			continue
		}
		for j, h0 := range row(d.h0, p, h) {
			into[j] = dc0[p*h+j] + T(from[j]*(1-T(h0*h0)))
		}
	}
}

func (d *decoding[T]) latentGradient(t *kernel.Team, dz, dextra []T) {
	n, width := d.seq.sequences(), d.Latent.Cols
	weightGradient(t, n, dextra, d.z, d.Latent, &d.pack)
	sorted := make([]T, n*width)
	inputGradient(t, n, dextra, d.Latent, sorted, false)
	for p, i := range d.seq.order {
		copy(row(dz, i, width), row(sorted, p, width))
	}
}

// errWeight says that the graph asks for another loss than the op was built for.
var errWeight = errors.New("the gradient of the loss of a row differs from the weight the op was built with")

// checkWeight compares the upstream gradient with weight: the output layer's
// gradients are computed in the forward pass, while its logits are at hand.
func checkWeight[T kernel.Float](grad []T, weight T) error {
	for _, g := range grad {
		if math.Abs(float64(g-weight)) > 1e-5*float64(weight) {
			return fmt.Errorf("%w: %g, not %g", errWeight, g, weight)
		}
	}
	return nil
}

func checkSize(b *Batch, n int) error {
	if b.Batch == nil || b.Size() != n {
		return fmt.Errorf("the graph is built for batches of %d examples", n)
	}
	return nil
}

// checkWords refuses responses with words outside the vocabulary of v words,
// which the softmax would score as impossible to miss.
func checkWords(b *Batch, v int) error {
	for _, target := range b.Target {
		for _, word := range target {
			if word < 0 || int(word) >= v {
				return fmt.Errorf("word %d is not in the vocabulary of %d", word, v)
			}
		}
	}
	return nil
}

// Decode adds −ln p(x|z,c) of every example, (B) in nats, to the graph. start
// (B, H) is the initial state (nil: zero), z (B, Z) the latent of a decoder
// with Latent; anchor gives the op a place in the graph when both are nil. In
// training weight is the factor of every row's loss in the objective, which the
// graph must respect; 0 scores without dropout and has no gradient.
func Decode[T kernel.Float](t *kernel.Team, w *Decoder[T], b *Batch, anchor, start, z *G.Node, weight float64) (*G.Node, error) {
	d := decoding[T]{Decoder: w}
	var inputs G.Nodes
	startAt, zAt := -1, -1
	if start != nil {
		startAt, inputs = len(inputs), append(inputs, start)
	}
	if z != nil {
		zAt, inputs = len(inputs), append(inputs, z)
	}
	if inputs == nil {
		inputs = G.Nodes{anchor}
	}
	n := inputs[0].Shape()[0]
	loss := make([]float64, n)
	return apply(&fused[T]{
		name: "decodeLoss",
		out:  tensor.Shape{n},
		forward: func(in [][]T, out []T) error {
			if err := checkSize(b, n); err != nil {
				return err
			}
			if err := checkWords(b, w.Output.Weight.Rows); err != nil {
				return err
			}
			d.forward(t, b, pick(in, startAt), pick(in, zAt), loss, T(weight))
			for i, l := range loss {
				out[i] = T(l)
			}
			return nil
		},
		backward: func(_ [][]T, grad []T, din [][]T) error {
			if err := checkWeight(grad, T(weight)); err != nil {
				return err
			}
			for _, m := range din {
				clear(m)
			}
			d.backward(t, pick(din, startAt), pick(din, zAt))
			return nil
		},
	}, inputs...)
}

func pick[T kernel.Float](m [][]T, i int) []T {
	if i < 0 {
		return nil
	}
	return m[i]
}
