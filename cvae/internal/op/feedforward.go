package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// An Activation names the function between the layers of a FeedForward.
type Activation string

// The activations.
const (
	ReLU Activation = "relu"
	GELU Activation = "gelu" // Hendrycks and Gimpel 2016, the form with a tanh
)

// A FeedForward adds W₂·a(W₁·x + b₁) + b₂ to every row.
type FeedForward[T kernel.Float] struct {
	Up, UpBias     *Weight[T] // (F, H), (1, F)
	Down, DownBias *Weight[T] // (H, F), (1, H)
	Activation     Activation
}

// feeding is what a FeedForward keeps of the rows that it has read.
type feeding[T kernel.Float] struct {
	before []T // (rows, F) what a GELU reads, or what a ReLU has left of it
	jobs   feedingJobs[T]
}

// feedingJobs is what the jobs read.
type feedingJobs[T kernel.Float] struct {
	path          kernel.Path
	n             int
	x, y, scratch []T
}

// forward adds to x (rows, H) what the network makes of read (rows, H).
func (k *feeding[T]) forward(t *kernel.Team, w *FeedForward[T], read, x []T) {
	rows, f := len(x)/w.Up.Cols, w.Up.Rows
	k.before = resize(k.before, rows*f)
	product(t, rows, read, w.Up, w.UpBias.each(), k.before)
	if w.Activation == ReLU {
		k.jobs = feedingJobs[T]{path: t.Path(), n: f, x: k.before}
		t.Rows(rows, (*rectifying[T])(&k.jobs))
	}
	inner := k.activated(t, w)
	kernel.AddEach(t, x, w.DownBias.Value)
	product(t, rows, inner, w.Down, kernel.Itself[T](), x)
}

// activated is the inner activations, (rows, F).
func (k *feeding[T]) activated(t *kernel.Team, w *FeedForward[T]) []T {
	if w.Activation == ReLU {
		return k.before
	}
	f := w.Up.Rows
	k.jobs = feedingJobs[T]{path: t.Path(), n: f, x: k.before, y: kernel.Borrow[T](t, 0, len(k.before))}
	t.Rows(len(k.before)/f, (*bending[T])(&k.jobs))
	return k.jobs.y
}

type rectifying[T kernel.Float] feedingJobs[T]

func (j *rectifying[T]) Row(r int) { kernel.Rectify(j.path, row(j.x, r, j.n)) }

type bending[T kernel.Float] feedingJobs[T]

func (j *bending[T]) Row(r int) { kernel.GELU(j.path, row(j.y, r, j.n), row(j.x, r, j.n)) }

// backward adds to the gradients of the weights, for d (rows, H), the gradient of
// what was added, and sets dread (rows, H), the gradient of read.
func (k *feeding[T]) backward(t *kernel.Team, w *FeedForward[T], read, d, dread []T) {
	rows, f := len(d)/w.Up.Cols, w.Up.Rows
	kernel.AddColumns(t, w.DownBias.Grad, d)
	weightGradient(t, rows, d, k.activated(t, w), w.Down)
	inner := kernel.Borrow[T](t, 0, 2*rows*f)
	inner, scratch := inner[:rows*f], inner[rows*f:]
	inputGradient(t, rows, d, w.Down, kernel.Base[T]{}, inner)
	k.jobs = feedingJobs[T]{path: t.Path(), n: f, x: k.before, y: inner, scratch: scratch}
	if w.Activation == ReLU {
		t.Rows(rows, (*unrectifying[T])(&k.jobs))
	} else {
		t.Rows(rows, (*unbending[T])(&k.jobs))
	}
	kernel.AddColumns(t, w.UpBias.Grad, inner)
	weightGradient(t, rows, inner, read, w.Up)
	inputGradient(t, rows, inner, w.Up, kernel.Base[T]{}, dread)
}

type unrectifying[T kernel.Float] feedingJobs[T]

func (j *unrectifying[T]) Row(r int) {
	kernel.RectifyBackward(j.path, row(j.y, r, j.n), row(j.x, r, j.n))
}

type unbending[T kernel.Float] feedingJobs[T]

func (j *unbending[T]) Row(r int) {
	kernel.GELUBackward(j.path, row(j.y, r, j.n), row(j.x, r, j.n), row(j.scratch, r, j.n))
}
