package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// denoising decodes a batch twice with the same z: from its words, and from words
// of which a share is read as <unk>. The loss is the mean of both passes. In a
// batch that is Alone it is that of the first.
type denoising[T kernel.Float] struct {
	first, second decoding[T]
	loss          []float64 // (B) of the second pass
	dstart, dz    []T       // gradients of the second pass
	alone         bool
}

func newDenoising[T kernel.Float](w *Autoregressive[T], s *Source[T]) *denoising[T] {
	noisy := *w
	noisy.DropWords = w.Denoise
	d := &denoising[T]{first: *newDecoding(w, s), second: *newDecoding(&noisy, s)}
	d.second.second = true
	return d
}

// Forward implements Scorer.
func (d *denoising[T]) Forward(t *kernel.Team, b *Batch, start, z []T, loss []float64) {
	if d.alone = b.Alone; d.alone {
		d.first.Forward(t, b, start, z, loss)
		return
	}
	weight := T(b.Weight) / 2
	d.loss = resize(d.loss, len(loss))
	d.first.forward(t, b, start, z, loss, weight)
	d.second.forward(t, b, start, z, d.loss, weight)
	for i, l := range d.loss {
		loss[i] = (loss[i] + l) / 2
	}
}

// Backward implements Scorer.
func (d *denoising[T]) Backward(t *kernel.Team, dstart, dz []T) {
	d.first.Backward(t, dstart, dz)
	if d.alone {
		return
	}
	d.dstart, d.dz = alike(d.dstart, dstart), alike(d.dz, dz)
	d.second.Backward(t, d.dstart, d.dz)
	kernel.Add(t.Path(), dstart, d.dstart)
	kernel.Add(t.Path(), dz, d.dz)
}
