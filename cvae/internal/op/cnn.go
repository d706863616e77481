package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// Taps is the width of a convolution.
const Taps = 3

// A CNN is the Network of decoder.kind cnn: residual blocks of dilated causal
// convolutions (Yang, Hu, Salakhutdinov and Berg-Kirkpatrick 2017), with layer
// norm in place of their batch norm, which would mix the examples and steps of a
// batch. What it starts from, and what z adds, enter every step. A word is seen
// from itself and 2·Σ dilation words on.
type CNN[T kernel.Float] struct {
	Stem   *Stem[T]
	Blocks []*Convolution[T]
}

// A Convolution is one residual block, of C inner channels:
//
//	x_t += f(W₃·f(Σ_k W₂ₖ·f(W₁·x)_{t−k·dilation})), f = relu of layer norm
type Convolution[T kernel.Float] struct {
	Dilation int
	In       *Weight[T] // (C, H) W₁
	Taps     *Weight[T] // (C, 3·C) W₂, the oldest word first
	Out      *Weight[T] // (H, C) W₃
	NormIn   *Norm[T]   // (C)
	NormTaps *Norm[T]   // (C)
	NormOut  *Norm[T]   // (H)
}

// channels is C.
func (w *Convolution[T]) channels() int { return w.In.Rows }

// reach is how many words back the block reads.
func (w *Convolution[T]) reach() int { return (Taps - 1) * w.Dilation }

// Width implements Network.
func (w *CNN[T]) Width() int { return w.Stem.Hidden }

// Extra implements Network: z is added to the embeddings.
func (w *CNN[T]) Extra() int { return w.Stem.Hidden }

// Longest implements Network.
func (w *CNN[T]) Longest() int { return w.Stem.longest() }

func (w *CNN[T]) run(*Source[T]) run[T] {
	r := &cnnRun[T]{CNN: w, stem: stemRun[T]{Stem: w.Stem}}
	for _, b := range w.Blocks {
		r.blocks = append(r.blocks, &convolving[T]{Convolution: b})
	}
	return r
}

// cnnRun is the run of a CNN.
type cnnRun[T kernel.Float] struct {
	*CNN[T]
	stem   stemRun[T]
	blocks []*convolving[T]
	hidden []T // (rows, H)
}

func (r *cnnRun[T]) forward(t *kernel.Team, seq *ragged, in *input[T], start, extra []T) []T {
	r.hidden = resize(r.hidden, seq.rows()*r.Width())
	r.stem.forward(t, seq, in, r.hidden, start, extra)
	for _, b := range r.blocks {
		b.forward(t, seq, r.hidden)
	}
	return r.hidden
}

func (r *cnnRun[T]) backward(t *kernel.Team, seq *ragged, in *input[T], dhidden, dstart, dextra []T) {
	for i := len(r.blocks) - 1; i >= 0; i-- {
		r.blocks[i].backward(t, seq, dhidden)
	}
	r.stem.backward(t, in, dhidden, dstart, dextra)
}

// convolving is the activations of one block in a run over a batch.
type convolving[T kernel.Float] struct {
	*Convolution[T]
	x               []T // (rows, H) the stream before the block
	inner           []T // (rows, C) after W₁
	in, middle, out normed[T]
	seq             *ragged
	window, from    []T // (rows, 3·C) and (rows, C), what the jobs read
}

// forward adds the block to the stream x (rows, H).
func (b *convolving[T]) forward(t *kernel.Team, seq *ragged, x []T) {
	rows, c := seq.rows(), b.channels()
	b.x, b.inner = append(b.x[:0], x...), resize(b.inner, rows*c)
	product(t, rows, x, b.In, kernel.Base[T]{}, b.inner)
	b.in.forward(t, b.NormIn, b.inner, b.inner)
	window := b.gather(t, seq)
	middle := kernel.Borrow[T](t, 1, rows*c)
	product(t, rows, window, b.Taps, kernel.Base[T]{}, middle)
	b.middle.forward(t, b.NormTaps, middle, middle)
	out := kernel.Borrow[T](t, 2, len(x))
	product(t, rows, middle, b.Out, kernel.Base[T]{}, out)
	b.out.forward(t, b.NormOut, out, out)
	kernel.AddAll(t, x, out)
}

// gather lays the words that every row's convolution reads side by side, (rows,
// 3·C), 0 before the first.
func (b *convolving[T]) gather(t *kernel.Team, seq *ragged) []T {
	b.window = kernel.Borrow[T](t, 0, seq.rows()*Taps*b.channels())
	b.seq, b.from = seq, b.inner
	t.Do(seq.steps(), (*gatherTaps[T])(b))
	return b.window
}

// gatherTaps is the job of one step in gather.
type gatherTaps[T kernel.Float] convolving[T]

func (b *gatherTaps[T]) Task(step, _ int) {
	c, n := b.channels(), b.seq.alive(step)
	for k := range Taps {
		past := step - (Taps-1-k)*b.Dilation
		for p := range n {
			to := row(b.window, b.seq.offset[step]+p, Taps*c)[k*c : (k+1)*c]
			if past < 0 {
				clear(to)
			} else {
				copy(to, row(b.from, b.seq.offset[past]+p, c))
			}
		}
	}
}

// backward turns d (rows, H), the gradient of the stream after the block, into that
// before it.
func (b *convolving[T]) backward(t *kernel.Team, seq *ragged, d []T) {
	rows, c := seq.rows(), b.channels()
	out := kernel.Borrow[T](t, 2, 2*len(d))
	out, dout := out[:len(d)], out[len(d):]
	b.out.again(t, out)
	copy(dout, d)
	b.out.backward(t, dout, out)

	both := kernel.Borrow[T](t, 1, 2*rows*c)
	middle, dmiddle := both[:rows*c], both[rows*c:]
	b.middle.again(t, middle)
	weightGradient(t, rows, dout, middle, b.Out)
	inputGradient(t, rows, dout, b.Out, kernel.Base[T]{}, dmiddle)
	b.middle.backward(t, dmiddle, middle)

	window := b.gather(t, seq)
	weightGradient(t, rows, dmiddle, window, b.Taps)
	inputGradient(t, rows, dmiddle, b.Taps, kernel.Base[T]{}, window)
	b.from = middle
	t.Do(seq.steps(), (*scatterTaps[T])(b))
	b.in.backward(t, middle, b.inner)
	weightGradient(t, rows, middle, b.x, b.In)
	inputGradient(t, rows, middle, b.In, kernel.Itself[T](), d)
}

// scatterTaps is the job of one step that sums the gradients of its rows over the
// windows that read them.
type scatterTaps[T kernel.Float] convolving[T]

func (b *scatterTaps[T]) Task(step, _ int) {
	c, o := b.channels(), b.seq.offset[step]
	clear(b.from[o*c : b.seq.offset[step+1]*c])
	for k := range Taps {
		later := step + (Taps-1-k)*b.Dilation
		if later >= b.seq.steps() {
			continue
		}
		for p := range b.seq.alive(later) {
			kernel.Add(b.in.path, row(b.from, o+p, c), row(b.window, b.seq.offset[later]+p, Taps*c)[k*c:(k+1)*c])
		}
	}
}
