package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Norm is the parameters of a layer normalisation (Ba, Kiros and Hinton 2016).
type Norm[T kernel.Float] struct {
	Gain, Bias *Weight[T] // (1, n)
	// Rectified cuts the result off at 0.
	Rectified bool
}

// normed is what a Norm keeps of the rows that it has read.
type normed[T kernel.Float] struct {
	hat   []T // (rows, n) before gain and bias; after backward, the gradient of the gain by row
	scale []T // (rows)

	// What the jobs read.
	path kernel.Path
	of   *Norm[T]
	x, y []T // (rows, n)
}

// forward normalises the rows of x (rows, n) to y, which may be x.
func (k *normed[T]) forward(t *kernel.Team, w *Norm[T], x, y []T) {
	rows := len(x) / w.Gain.Cols
	k.hat, k.scale = resize(k.hat, len(x)), resize(k.scale, rows)
	k.path, k.of, k.x, k.y = t.Path(), w, x, y
	t.Rows(rows, (*normForward[T])(k))
	k.x, k.y = nil, nil
}

type normForward[T kernel.Float] normed[T]

func (k *normForward[T]) Row(r int) {
	n := k.of.Gain.Cols
	k.scale[r] = kernel.Normalise(k.path, row(k.hat, r, n), row(k.x, r, n))
	(*normed[T])(k).finish(r, row(k.y, r, n))
}

// finish writes the result of row r to y (n).
func (k *normed[T]) finish(r int, y []T) {
	w := k.of
	kernel.ScaleShift(k.path, y, row(k.hat, r, len(y)), w.Gain.Value, w.Bias.Value)
	if w.Rectified {
		kernel.Rectify(k.path, y)
	}
}

// again writes the result of the last forward to y (rows, n).
func (k *normed[T]) again(t *kernel.Team, y []T) {
	k.y = y
	t.Rows(len(k.scale), (*normAgain[T])(k))
	k.y = nil
}

type normAgain[T kernel.Float] normed[T]

func (k *normAgain[T]) Row(r int) { (*normed[T])(k).finish(r, row(k.y, r, k.of.Gain.Cols)) }

// backward turns d (rows, n), the gradient of the result y, into that of the input.
// y is read where it is rectified. It can be called once after a forward.
func (k *normed[T]) backward(t *kernel.Team, d, y []T) {
	k.x, k.y = d, y
	if k.of.Rectified {
		t.Rows(len(k.scale), (*normCut[T])(k))
	}
	kernel.AddColumns(t, k.of.Bias.Grad, d)
	t.Rows(len(k.scale), (*normBackward[T])(k))
	kernel.AddColumns(t, k.of.Gain.Grad, k.hat)
	k.x, k.y = nil, nil
}

type normCut[T kernel.Float] normed[T]

func (k *normCut[T]) Row(r int) {
	n := k.of.Gain.Cols
	kernel.RectifyBackward(k.path, row(k.x, r, n), row(k.y, r, n))
}

type normBackward[T kernel.Float] normed[T]

func (k *normBackward[T]) Row(r int) {
	n := k.of.Gain.Cols
	kernel.NormBackward(k.path, row(k.x, r, n), row(k.hat, r, n), k.of.Gain.Value, k.scale[r])
}
