package op

import (
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// decoding is the activations of one run of an Autoregressive over a batch.
type decoding[T kernel.Float] struct {
	*Autoregressive[T]
	second          bool // the second pass of fraternal dropout, with masks of its own
	seq             ragged
	lengths         []int
	inputs          [][]int32
	ids             []int32
	input           input[T]
	maskIn, maskOut []T        // dropout factors of x and hidden
	start           []T        // (positions, H)
	z               []T        // (positions, Z), or with Steps (rows, Z)
	extra           []T        // (positions, Extra), or with Steps (rows, Extra)
	source          *Source[T] // nil: none
	run             run[T]
	attentive       attentive[T]
	hidden          []T // (rows, H) after dropout: those of run or attentive, or dropped
	dropped         []T // (rows, H)
	wide            []T // (rows, H+Z) [hidden; z] of a decoder with Skip
	dfeatures       []T // (rows, H) or with Skip (rows, H+Z): of what the output layer reads
	dhidden         []T // (rows, H) of a decoder with Skip
	dstart          []T // (positions, H)
	dextra, dz      []T // of the shapes of extra and z
	words           targets
	softmax         softmax[T]
	rowLoss         []float64
	path            kernel.Path // of the run
	masking         masking[T]
}

func newDecoding[T kernel.Float](d *Autoregressive[T], s *Source[T]) *decoding[T] {
	return &decoding[T]{Autoregressive: d, source: s, run: d.Network.run(s), attentive: attentive[T]{Attention: d.Attention}}
}

// Forward implements Scorer.
func (d *decoding[T]) Forward(t *kernel.Team, b *Batch, start, z []T, loss []float64) {
	d.forward(t, b, start, z, loss, T(b.Weight))
}

// forward scores the batch; with a weight it drops out and computes the
// gradients of weight·Σ loss as far as what the output layer reads.
func (d *decoding[T]) forward(t *kernel.Team, b *Batch, start, z []T, loss []float64, weight T) {
	d.path = t.Path()
	d.arrange(b.Batch, start, z)
	if weight != 0 {
		d.dropWords(t, b)
	}
	if weight != 0 && d.DropIn > 0 {
		d.input.readEach(t, d.Embedding, d.ids)
		d.maskIn = d.drop(t, d.maskIn, b, rng.DropIn, d.DropIn, d.input.x, d.Embedding.Cols)
	} else {
		d.input.read(t, d.Embedding, d.ids)
		d.maskIn = d.maskIn[:0]
	}
	d.hidden = d.run.forward(t, &d.seq, &d.input, d.start, d.latent(t))
	if d.Attention != nil {
		d.hidden = d.attentive.forward(t, &d.seq, d.source, d.seq.order, d.hidden)
	}
	var dfeatures []T
	if weight != 0 {
		if d.DropOut > 0 {
			d.dropped = append(d.dropped[:0], d.hidden...)
			d.hidden = d.dropped
		}
		d.maskOut = d.drop(t, d.maskOut, b, rng.DropOut, d.DropOut, d.hidden, d.Network.Width())
		d.dfeatures = resize(d.dfeatures, d.seq.rows()*d.Output.Weight.Cols)
		dfeatures = d.dfeatures
	}
	d.rowLoss = resize(d.rowLoss, d.seq.rows())
	d.softmax.run(t, d.Output, d.features(t), &d.words, weight, d.rowLoss, dfeatures)
	d.sum(loss, d.rowLoss)
}

// sum writes the sum over the rows of every example to sums (B).
func (d *decoding[T]) sum(sums, rows []float64) {
	for p, i := range d.seq.order {
		sums[i] = 0
		for step := range d.seq.length[p] {
			sums[i] += rows[d.seq.offset[step]+p]
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
	d.start = d.ordered(d.start, start, d.Network.Width())
	switch {
	case !d.ReadsLatent():
	case d.Steps > 0:
		d.z = zeroed(d.z, d.seq.rows()*d.latentWidth())
		d.eachStep(z, func(r int, z []T) { copy(row(d.z, r, len(z)), z) })
	default:
		d.z = d.ordered(d.z, z, d.latentWidth())
	}
}

// eachStep calls f with every row of the layout that has a step of z, and with that
// step in a matrix (B, T·Z).
func (d *decoding[T]) eachStep(m []T, f func(r int, z []T)) {
	width := d.latentWidth()
	for p, i := range d.seq.order {
		for step := range min(d.seq.length[p], d.Steps) {
			f(d.seq.offset[step]+p, row(row(m, i, d.Steps*width), step, width))
		}
	}
}

// latentRow is the row of z that a row of the layout reads, which is of a position.
func (d *decoding[T]) latentRow(r, position int) int {
	if d.Steps > 0 {
		return r
	}
	return position
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

// latent is what z adds to the steps, nil without.
func (d *decoding[T]) latent(t *kernel.Team) []T {
	if d.Latent == nil {
		return nil
	}
	n := len(d.z) / d.Latent.Cols
	d.extra = resize(d.extra, n*d.Latent.Rows)
	product(t, n, d.z, d.Latent, kernel.Base[T]{}, d.extra)
	return d.extra
}

// Backward implements Scorer.
func (d *decoding[T]) Backward(t *kernel.Team, dstart, dz []T) {
	dhidden := d.hiddenGradient(t)
	kernel.Mask(t, dhidden, d.maskOut)
	if d.Attention != nil {
		dhidden = d.attentive.backward(t, &d.seq, d.source, dhidden)
	}
	n, h := d.seq.sequences(), d.Network.Width()
	var into, dextra []T
	if dstart != nil {
		d.dstart = zeroed(d.dstart, n*h)
		into = d.dstart
	}
	if d.Latent != nil {
		d.dextra = zeroed(d.dextra, len(d.extra))
		dextra = d.dextra
	}
	d.run.backward(t, &d.seq, &d.input, dhidden, into, dextra)
	kernel.Mask(t, d.input.dx, d.maskIn)
	d.input.scatter(t, d.Embedding)
	if dstart != nil {
		d.original(dstart, into, h)
	}
	if d.ReadsLatent() {
		d.latentGradient(t, dz, dextra)
	}
}

// original copies the rows of m (positions, n) into the order of the batch.
func (d *decoding[T]) original(dst, m []T, n int) {
	for p, i := range d.seq.order {
		copy(row(dst, i, n), row(m, p, n))
	}
}

// latentGradient sets dz (B, Z), or with Steps (B, T·Z), to the gradient from the
// steps and from the output layer.
func (d *decoding[T]) latentGradient(t *kernel.Team, dz, dextra []T) {
	width := d.latentWidth()
	n := len(d.z) / width
	if d.Latent != nil {
		weightGradient(t, n, dextra, d.z, d.Latent)
		d.dz = resize(d.dz, n*width)
		inputGradient(t, n, dextra, d.Latent, kernel.Base[T]{}, d.dz)
	} else {
		d.dz = zeroed(d.dz, n*width)
	}
	if d.Skip {
		d.addSkipGradient(t)
	}
	if d.Steps > 0 {
		clear(dz)
		d.eachStep(dz, func(r int, dz []T) { copy(dz, row(d.dz, r, width)) })
		return
	}
	d.original(dz, d.dz, width)
}
