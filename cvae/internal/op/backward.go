package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// backward sends dhidden (rows, H), the gradient of every hidden state, back
// through the layer and adds to the gradients of its weights. It overwrites
// dhidden. dx (rows, E) is set when not nil; dh0 and dc0 (positions, H) and
// dextra (positions, G·H) are added to when not nil.
func (p *pass[T]) backward(t *kernel.Team, w *Recurrent[T], seq *ragged, x, dhidden, dx, dh0, dc0, dextra []T) {
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
	p.weightGradients(t, w, x)
	if dx != nil {
		inputGradient(t, seq.rows(), p.pre, w.Input, kernel.Base[T]{}, dx)
	}
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

func (p *pass[T]) weightGradients(t *kernel.Team, w *Recurrent[T], x []T) {
	rows := p.now.seq.rows()
	weightGradient(t, rows, p.stateGradient(w), p.previous, w.State, &p.pack)
	weightGradient(t, rows, p.pre, x, w.Input, &p.pack)
	kernel.AddColumns(t, w.Bias.Grad, p.pre)
	if w.StateBias != nil {
		kernel.AddColumns(t, w.StateBias.Grad, p.state)
	}
}

// sumEveryStep is the job that adds the gradient of the pre-activations over
// the steps of one position to sum (positions, G·H), in step order.
type sumEveryStep[T kernel.Float] pass[T]

func (p *sumEveryStep[T]) Row(i int) {
	m := &p.now
	for step := range m.seq.length[i] {
		kernel.Add(m.path, row(m.sum, i, m.width), row(p.pre, m.seq.offset[step]+i, m.width))
	}
}
