package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// backward sends dhidden (rows, H), the gradient of every hidden state, back
// through the layer and adds to the gradients of its weights. It overwrites
// dhidden and sets the gradient of the input. dh0 and dc0 (positions, H) and
// dextra, of the shape of extra, are added to when not nil.
func (p *pass[T]) backward(t *kernel.Team, w *Recurrent[T], seq *ragged, in *input[T], dhidden, dh0, dc0, dextra []T) {
	n := seq.sequences() * w.Hidden
	p.start(t, w, seq)
	p.back = resize(p.back, n)
	if w.Cell == LSTM && dc0 == nil {
		p.dcell = zeroed(p.dcell, n)
		dc0 = p.dcell
	}
	p.now.dhidden, p.now.dcell, p.now.sum = dhidden, dc0, dextra
	for step := seq.steps() - 1; step >= 0; step-- {
		p.at(step)
		if w.Cell == LSTM {
			t.Rows(seq.alive(step), (*backwardLSTM[T])(p))
			clear(p.back[:seq.alive(step)*w.Hidden])
		} else {
			t.Rows(seq.alive(step), (*backwardGRU[T])(p))
		}
		p.sendBack(t, w, dh0)
	}
	weightGradient(t, seq.rows(), p.stateGradient(w), p.previous, w.State)
	if w.StateBias != nil {
		kernel.AddColumns(t, w.StateBias.Grad, p.state)
	}
	p.inputGradients(t, w, in)
	if dextra != nil {
		t.Rows(seq.sequences(), (*sumEveryStep[T])(p))
	}
}

// stateGradient is where the gradient of the state pre-activations lies: a
// GRU's differs from that of the input pre-activations in the new gate.
func (p *pass[T]) stateGradient(w *Recurrent[T]) []T {
	if w.Cell == LSTM {
		return p.pre
	}
	return p.state
}

// backwardGRU is the job of one position in a step back of a GRU.
type backwardGRU[T kernel.Float] pass[T]

func (p *backwardGRU[T]) Row(i int) {
	r, h := p.now.offset+i, p.now.hidden
	kernel.GRUBackward(p.now.path, row(p.saved, r, 4*h), row(p.previous, r, h), row(p.now.dhidden, r, h),
		row(p.pre, r, 3*h), row(p.state, r, 3*h), row(p.back, i, h))
}

// backwardLSTM is the job of one position in a step back of an LSTM.
type backwardLSTM[T kernel.Float] pass[T]

func (p *backwardLSTM[T]) Row(i int) {
	r, h := p.now.offset+i, p.now.hidden
	kernel.LSTMBackward(p.now.path, row(p.saved, r, 5*h), (*pass[T])(p).cellBefore(i),
		row(p.now.dhidden, r, h), row(p.now.dcell, i, h), row(p.pre, r, 4*h))
}

// sendBack adds the gradient of the hidden states before the step to that of
// the states after the step before it.
func (p *pass[T]) sendBack(t *kernel.Team, w *Recurrent[T], dh0 []T) {
	seq, step := p.now.seq, p.now.step
	if step == 0 && dh0 == nil {
		return
	}
	inputGradient(t, seq.alive(step), p.stateGradient(w)[p.now.offset*w.State.Rows:], w.State, kernel.Itself[T](), p.back)
	p.now.into = dh0
	if step > 0 {
		p.now.into = p.now.dhidden[seq.offset[step-1]*w.Hidden:]
	}
	t.Rows(seq.alive(step), (*addBack[T])(p))
}

// addBack is the job of one position in sendBack.
type addBack[T kernel.Float] pass[T]

func (p *addBack[T]) Row(i int) {
	kernel.Add(p.now.path, row(p.now.into, i, p.now.hidden), row(p.back, i, p.now.hidden))
}

// inputGradients goes from the gradient of the pre-activations to those of the
// input and its weights; rows that share their input are summed first.
func (p *pass[T]) inputGradients(t *kernel.Team, w *Recurrent[T], in *input[T]) {
	n, dpre := in.rows(w.Input.Cols), p.pre
	if in.of != nil {
		p.shared = kernel.Borrow[T](t, 2, n*w.Input.Rows)
		dpre = p.shared
		clear(dpre)
		kernel.Scatter(t, dpre, in.of, p.pre, w.Input.Rows)
	}
	weightGradient(t, n, dpre, in.x, w.Input)
	kernel.AddColumns(t, w.Bias.Grad, dpre)
	in.dx = resize(in.dx, len(in.x))
	inputGradient(t, n, dpre, w.Input, kernel.Base[T]{}, in.dx)
}

// sumEveryStep is the job that adds the gradient of the pre-activations in the
// steps of one position to sum, in step order.
type sumEveryStep[T kernel.Float] pass[T]

func (p *sumEveryStep[T]) Row(i int) {
	m := &p.now
	for step := range m.seq.length[i] {
		kernel.Add(m.path, row(m.from(m.sum, step), i, m.width), row(p.pre, m.seq.offset[step]+i, m.width))
	}
}
