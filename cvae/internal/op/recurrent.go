package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Cell names a recurrent unit.
type Cell string

// The recurrent units.
const (
	GRU  Cell = "gru"  // Cho et al. 2014, in PyTorch's form
	LSTM Cell = "lstm" // Hochreiter and Schmidhuber 1997, without peepholes
)

// Gates is the number of gate blocks in a cell's weights: r,z,n of a GRU and
// i,f,g,o of an LSTM.
func (c Cell) Gates() int {
	if c == LSTM {
		return 4
	}
	return 3
}

// saved is how many vectors of the hidden size the backward step needs.
func (c Cell) saved() int {
	if c == LSTM {
		return 5
	}
	return 4
}

// A Recurrent is the parameters of one recurrent layer with E inputs and H
// hidden units; G is Cell.Gates().
type Recurrent[T kernel.Float] struct {
	Cell   Cell
	Hidden int
	Input  *Weight[T] // (G·H, E)
	State  *Weight[T] // (G·H, H)
	Bias   *Weight[T] // (1, G·H), added to the input pre-activations
	// StateBias (1, 3·H) is added to the state pre-activations of a GRU,
	// where the reset gate tells the two biases apart; nil for an LSTM.
	StateBias *Weight[T]
}

// pass is the activations of one run of a Recurrent over ragged sequences.
// Rows are those of the layout; positions are its sequences, longest first.
type pass[T kernel.Float] struct {
	pre      []T // (rows, G·H) input pre-activations, then their gradient
	state    []T // (rows, G·H) state pre-activations of a GRU, then their gradient
	previous []T // (rows, H) hidden state before each row
	hidden   []T // (rows, H) hidden state after each row
	cell     []T // (rows, H) cell state after each row, LSTM
	cell0    []T // (positions, H) cell state before the first step, LSTM
	saved    []T // (rows, saved·H)
	back     []T // (positions, H) scratch
	pack     kernel.Packed[T]
}

// forward runs the layer. x is (rows, E); h0 and c0 are (positions, H), nil for
// zeros; extra (positions, G·H), when not nil, is added to the pre-activations
// of every step.
func (p *pass[T]) forward(t *kernel.Team, w *Recurrent[T], seq *ragged, x, h0, c0, extra []T) {
	rows, h, gh := seq.rows(), w.Hidden, w.Cell.Gates()*w.Hidden
	p.pre = resize(p.pre, rows*gh)
	p.previous, p.hidden = resize(p.previous, rows*h), resize(p.hidden, rows*h)
	p.saved = resize(p.saved, rows*h*w.Cell.saved())
	product(t, rows, x, w.Input, w.Bias.each(), p.pre)
	if extra != nil {
		p.addEveryStep(t, seq, extra, gh)
	}
	p.begin(t, w, seq, h0, c0)
	for step := range seq.steps() {
		if w.Cell == LSTM {
			p.stepLSTM(t, w, seq, step)
		} else {
			p.stepGRU(t, w, seq, step)
		}
	}
}

func (p *pass[T]) addEveryStep(t *kernel.Team, seq *ragged, extra []T, gh int) {
	t.Run(seq.steps(), func(step, _ int) {
		o, n := seq.offset[step], seq.alive(step)
		kernel.Add(t.Path(), p.pre[o*gh:(o+n)*gh], extra[:n*gh])
	})
}

// begin sets the states before the first step.
func (p *pass[T]) begin(t *kernel.Team, w *Recurrent[T], seq *ragged, h0, c0 []T) {
	n := seq.sequences() * w.Hidden
	if h0 == nil {
		clear(p.previous[:n])
	} else {
		copy(p.previous[:n], h0)
	}
	if w.Cell != LSTM {
		p.state = resize(p.state, seq.rows()*3*w.Hidden)
		return
	}
	p.cell, p.cell0 = resize(p.cell, seq.rows()*w.Hidden), resize(p.cell0, n)
	if c0 == nil {
		clear(p.cell0)
	} else {
		copy(p.cell0, c0)
	}
}

// carry copies the state of position i after a step to where the next step, if
// the sequence has one, reads it.
func (p *pass[T]) carry(seq *ragged, step, i, h int) {
	if step+1 < seq.steps() && i < seq.alive(step+1) {
		copy(row(p.previous, seq.offset[step+1]+i, h), row(p.hidden, seq.offset[step]+i, h))
	}
}

func (p *pass[T]) stepGRU(t *kernel.Team, w *Recurrent[T], seq *ragged, step int) {
	o, n, h := seq.offset[step], seq.alive(step), w.Hidden
	product(t, n, p.previous[o*h:], w.State, w.StateBias.each(), p.state[o*3*h:])
	eachRow(t, n, func(i int) {
		r := o + i
		kernel.GRUForward(t.Path(), row(p.pre, r, 3*h), row(p.state, r, 3*h),
			row(p.previous, r, h), row(p.hidden, r, h), row(p.saved, r, 4*h))
		p.carry(seq, step, i, h)
	})
}

func (p *pass[T]) stepLSTM(t *kernel.Team, w *Recurrent[T], seq *ragged, step int) {
	o, n, h := seq.offset[step], seq.alive(step), w.Hidden
	product(t, n, p.previous[o*h:], w.State, kernel.Itself[T](), p.pre[o*4*h:])
	eachRow(t, n, func(i int) {
		r := o + i
		kernel.LSTMForward(t.Path(), row(p.pre, r, 4*h), p.cellBefore(seq, step, i, h),
			row(p.cell, r, h), row(p.hidden, r, h), row(p.saved, r, 5*h))
		p.carry(seq, step, i, h)
	})
}

// cellBefore is the cell state of position i before a step, (H).
func (p *pass[T]) cellBefore(seq *ragged, step, i, h int) []T {
	if step == 0 {
		return row(p.cell0, i, h)
	}
	return row(p.cell, seq.offset[step-1]+i, h)
}

// row returns row r of a row-major matrix with n columns.
func row[T kernel.Float](m []T, r, n int) []T { return m[r*n : (r+1)*n] }
