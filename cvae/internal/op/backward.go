package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// backward sends dhidden (rows, H), the gradient of every hidden state, back
// through the layer and adds to the gradients of its weights. It overwrites
// dhidden. dx (rows, E) is set when not nil; dh0 and dc0 (positions, H) and
// dextra (positions, G·H) are added to when not nil.
func (p *pass[T]) backward(t *kernel.Team, w *Recurrent[T], seq *ragged, x, dhidden, dx, dh0, dc0, dextra []T) {
	n := seq.sequences() * w.Hidden
	p.back = resize(p.back, n)
	if w.Cell == LSTM && dc0 == nil {
		dc0 = make([]T, n)
	}
	for step := seq.steps() - 1; step >= 0; step-- {
		if w.Cell == LSTM {
			p.backLSTM(t, w, seq, step, dhidden, dc0)
		} else {
			p.backGRU(t, w, seq, step, dhidden)
		}
		p.sendBack(t, w, seq, step, dhidden, dh0)
	}
	p.weightGradients(t, w, seq, x)
	if dx != nil {
		inputGradient(t, seq.rows(), p.pre, w.Input, kernel.Base[T]{}, dx)
	}
	if dextra != nil {
		p.sumEveryStep(t, seq, dextra, w.Input.Rows)
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

func (p *pass[T]) backGRU(t *kernel.Team, w *Recurrent[T], seq *ragged, step int, dhidden []T) {
	o, h := seq.offset[step], w.Hidden
	eachRow(t, seq.alive(step), func(i int) {
		r := o + i
		kernel.GRUBackward(t.Path(), row(p.saved, r, 4*h), row(p.previous, r, h), row(dhidden, r, h),
			row(p.pre, r, 3*h), row(p.state, r, 3*h), row(p.back, i, h))
	})
}

func (p *pass[T]) backLSTM(t *kernel.Team, w *Recurrent[T], seq *ragged, step int, dhidden, dcell []T) {
	o, n, h := seq.offset[step], seq.alive(step), w.Hidden
	eachRow(t, n, func(i int) {
		r := o + i
		kernel.LSTMBackward(t.Path(), row(p.saved, r, 5*h), p.cellBefore(seq, step, i, h),
			row(dhidden, r, h), row(dcell, i, h), row(p.pre, r, 4*h))
	})
	clear(p.back[:n*h])
}

// sendBack adds the gradient of the hidden states before a step to that of the
// states after the step before it.
func (p *pass[T]) sendBack(t *kernel.Team, w *Recurrent[T], seq *ragged, step int, dhidden, dh0 []T) {
	o, n, h := seq.offset[step], seq.alive(step), w.Hidden
	if step == 0 && dh0 == nil {
		return
	}
	inputGradient(t, n, p.stateGradient(w)[o*w.State.Rows:], w.State, kernel.Itself[T](), p.back)
	into := dh0
	if step > 0 {
		into = dhidden[seq.offset[step-1]*h:]
	}
	eachRow(t, n, func(i int) { kernel.Add(t.Path(), row(into, i, h), row(p.back, i, h)) })
}

func (p *pass[T]) weightGradients(t *kernel.Team, w *Recurrent[T], seq *ragged, x []T) {
	rows := seq.rows()
	weightGradient(t, rows, p.stateGradient(w), p.previous, w.State, &p.pack)
	weightGradient(t, rows, p.pre, x, w.Input, &p.pack)
	addColumns(t, w.Bias.Grad, p.pre)
	if w.StateBias != nil {
		addColumns(t, w.StateBias.Grad, p.state)
	}
}

// sumEveryStep adds the gradient of the pre-activations over the steps of each
// position to sum (positions, G·H), in step order.
func (p *pass[T]) sumEveryStep(t *kernel.Team, seq *ragged, sum []T, gh int) {
	eachRow(t, seq.sequences(), func(i int) {
		for step := range seq.length[i] {
			kernel.Add(t.Path(), row(sum, i, gh), row(p.pre, seq.offset[step]+i, gh))
		}
	})
}
