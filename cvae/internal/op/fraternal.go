package op

import (
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// fraternal decodes a batch twice with different masks and the same z (Zolna et
// al. 2018). The loss is the mean of both passes, and
//
//	disagreement = κ·mean((logit_a − logit_b)²)
//
// over all predicted words and the whole vocabulary, before the softmax. Biases
// and skipped latents are alike in both passes, so with δ = h_a − h_b the square
// of a row is δᵀ(WᵀW)δ for the columns W (V, H) of the output layer that read h:
// no logits are kept, and the products cost V·H² and not rows·V·H.
type fraternal[T kernel.Float] struct {
	first, second decoding[T]
	loss          []float64 // (B) of the second pass
	delta, pulled []T       // (rows, H) δ and δ·WᵀW
	gram, outer   []T       // (H, H) WᵀW and Σ δδᵀ
	pack          kernel.Packed[T]
	rows, terms   []float64 // (rows) and (B): the disagreement before its mean over the batch
	dstart, dz    []T       // gradients of the second pass
	factor        float64   // of the squares
	slope         T         // of the gradient
	path          kernel.Path
}

func newFraternal[T kernel.Float](w *Autoregressive[T], s *Source[T]) *fraternal[T] {
	f := &fraternal[T]{first: *newDecoding(w, s), second: *newDecoding(w, s)}
	f.second.second = true
	return f
}

// Forward implements Scorer.
func (f *fraternal[T]) Forward(t *kernel.Team, b *Batch, start, z []T, loss []float64) {
	weight := T(b.Weight)
	f.loss, f.terms = resize(f.loss, len(loss)), resize(f.terms, len(loss))
	f.first.forward(t, b, start, z, loss, weight/2)
	f.second.forward(t, b, start, z, f.loss, weight/2)
	for i, l := range f.loss {
		loss[i] = (loss[i] + l) / 2
	}
	f.compare(t, b.whole(), weight)
}

// compare sets terms, whose mean over the batch is the disagreement, and adds
// the gradients of weight·Σ terms to those of the output layer and of the
// hidden states of both passes.
func (f *fraternal[T]) compare(t *kernel.Team, whole *dialog.Batch, weight T) {
	rows, h := f.first.seq.rows(), f.first.Network.Width()
	v := f.first.Output.Weight.Rows
	f.factor = f.first.Fraternal * float64(whole.Size()) / float64(whole.Tokens()) / float64(v)
	f.delta, f.pulled, f.rows = resize(f.delta, rows*h), resize(f.pulled, rows*h), resize(f.rows, rows)
	f.pull(t, rows, h)
	t.Rows(rows, (*squaring[T])(f))
	f.first.sum(f.terms, f.rows)
	f.slope, f.path = 2*weight*T(f.factor), t.Path()
	f.weightGradient(t, rows, h)
	t.Rows(rows, (*stateGradient[T])(f))
}

// squaring is the job that computes the disagreement of one row.
type squaring[T kernel.Float] fraternal[T]

func (f *squaring[T]) Row(r int) {
	square, h := 0.0, f.first.Network.Width()
	for i, p := range row(f.pulled, r, h) {
		square += float64(p) * float64(f.delta[r*h+i])
	}
	f.rows[r] = f.factor * square
}

// stateGradient is the job that adds the gradients of the hidden states of one
// row.
type stateGradient[T kernel.Float] fraternal[T]

func (f *stateGradient[T]) Row(r int) {
	h, width := f.first.Network.Width(), f.first.Output.Weight.Cols
	kernel.AXPY(f.path, row(f.first.dfeatures, r, width)[:h], f.slope, row(f.pulled, r, h))
	kernel.AXPY(f.path, row(f.second.dfeatures, r, width)[:h], -f.slope, row(f.pulled, r, h))
}

// subtracting is the job that computes δ of one row.
type subtracting[T kernel.Float] fraternal[T]

func (f *subtracting[T]) Row(r int) {
	h := f.first.Network.Width()
	second := row(f.second.hidden, r, h)
	for i, x := range row(f.first.hidden, r, h) {
		f.delta[r*h+i] = x - second[i]
	}
}

// pull computes δ and δ·WᵀW.
func (f *fraternal[T]) pull(t *kernel.Team, rows, h int) {
	t.Rows(rows, (*subtracting[T])(f))
	w := f.first.Output.Weight
	f.gram = resize(f.gram, h*h)
	f.pack.Pack(t, w.Rows, h, w.Value, w.Cols)
	kernel.Gemm(t, h, kernel.Columns(w.Value, w.Cols), &f.pack, f.gram, h, kernel.Base[T]{})
	f.pack.Pack(t, h, h, f.gram, h)
	kernel.Gemm(t, rows, kernel.Rows(f.delta, h), &f.pack, f.pulled, h, kernel.Base[T]{})
}

// weightGradient adds slope·W·Σ δδᵀ to the columns of the output layer that
// read h.
func (f *fraternal[T]) weightGradient(t *kernel.Team, rows, h int) {
	w := f.first.Output.Weight
	f.outer = resize(f.outer, h*h)
	f.pack.Pack(t, rows, h, f.delta, h)
	kernel.Gemm(t, h, kernel.Columns(f.delta, h), &f.pack, f.outer, h, kernel.Base[T]{})
	kernel.Scale(t.Path(), f.outer, f.slope)
	f.pack.Pack(t, h, h, f.outer, h)
	kernel.Gemm(t, w.Rows, kernel.Rows(w.Value, w.Cols), &f.pack, w.Grad, w.Cols, kernel.Itself[T]())
}

// Disagreement implements Disagreer.
func (f *fraternal[T]) Disagreement() []float64 { return f.terms }

// Backward implements Scorer.
func (f *fraternal[T]) Backward(t *kernel.Team, dstart, dz []T) {
	f.first.Backward(t, dstart, dz)
	f.dstart, f.dz = alike(f.dstart, dstart), alike(f.dz, dz)
	f.second.Backward(t, f.dstart, f.dz)
	kernel.Add(t.Path(), dstart, f.dstart)
	kernel.Add(t.Path(), dz, f.dz)
}

// alike resizes s to the length of m; nil for nil.
func alike[T kernel.Float](s, m []T) []T {
	if m == nil {
		return nil
	}
	return resize(s, len(m))
}
