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
	// What a run forward or backward needs for itself alone is on loan from the
	// team: the pre-activations, or their gradients.
	pre    []T // (rows, G·H) of the input
	shared []T // (n, G·H) of an input whose rows are shared
	state  []T // (rows, 3·H) of the state of a GRU

	// lent says that nothing goes back: then the states too are on loan from the team.
	lent     bool
	previous []T // (rows, H) hidden state before each row
	hidden   []T // (rows, H) hidden state after each row
	cell     []T // (rows, H) cell state after each row, LSTM
	cell0    []T // (positions, H) cell state before the first step, LSTM
	saved    []T // (rows, saved·H)
	back     []T // (positions, H) scratch
	dcell    []T // (positions, H) gradient of the cell state, where the caller wants none
	now      moment[T]
}

// moment is what the jobs of a pass read besides its activations.
type moment[T kernel.Float] struct {
	path    kernel.Path
	seq     *ragged
	of      []int32 // the row of shared of each row; nil: there is none
	hidden  int     // H
	width   int     // G·H
	step    int
	offset  int // first row of the step
	extra   []T // (positions, G·H), or (rows, G·H)
	dhidden []T // (rows, H)
	dcell   []T // (positions, H)
	into    []T // (positions, H)
	sum     []T // (positions, G·H), or (rows, G·H)
}

// from is the rows of extra or sum that a step begins with: those of its own
// where there is a row for each of the layout. With one step both are alike.
func (m *moment[T]) from(matrix []T, step int) []T {
	if len(matrix) == m.seq.rows()*m.width {
		return matrix[m.seq.offset[step]*m.width:]
	}
	return matrix
}

// start prepares a run of the layer over seq.
func (p *pass[T]) start(t *kernel.Team, w *Recurrent[T], seq *ragged) {
	p.now = moment[T]{path: t.Path(), seq: seq, hidden: w.Hidden, width: w.Cell.Gates() * w.Hidden}
	p.pre = kernel.Borrow[T](t, 0, seq.rows()*p.now.width)
	if w.Cell == GRU {
		rows := seq.rows()
		if p.lent {
			rows = seq.sequences()
		}
		p.state = kernel.Borrow[T](t, 1, rows*p.now.width)
	}
}

// at goes to a step.
func (p *pass[T]) at(step int) { p.now.step, p.now.offset = step, p.now.seq.offset[step] }

// forward runs the layer. h0 and c0 are (positions, H), nil for zeros; extra, when
// not nil, is added to the pre-activations: (positions, G·H) to those of every
// step, (rows, G·H) to each row's.
func (p *pass[T]) forward(t *kernel.Team, w *Recurrent[T], seq *ragged, in *input[T], h0, c0, extra []T) {
	rows, h := seq.rows(), w.Hidden
	p.start(t, w, seq)
	p.provide(t, rows*h, w.Cell.saved())
	p.readInput(t, w, in, extra)
	p.begin(t, w, seq, h0, c0)
	for step := range seq.steps() {
		p.at(step)
		if w.Cell == LSTM {
			p.stepLSTM(t, w)
		} else {
			p.stepGRU(t, w)
		}
	}
}

// provide makes room for states of n numbers and for what is saved of them.
func (p *pass[T]) provide(t *kernel.Team, n, saved int) {
	if p.lent {
		p.previous, p.hidden = kernel.Borrow[T](t, 4, n), kernel.Borrow[T](t, 5, n)
		p.saved = kernel.Borrow[T](t, 6, p.now.seq.sequences()*p.now.hidden*saved) // of one step
		return
	}
	p.previous, p.hidden, p.saved = resize(p.previous, n), resize(p.hidden, n), resize(p.saved, n*saved)
}

// keeps is the row of saved, and of the state of a GRU, for position i of the step: that of
// the layout, or with memory on loan the position, since nobody looks back.
func (p *pass[T]) keeps(i int) int {
	if p.lent {
		return i
	}
	return p.now.offset + i
}

// readInput computes the pre-activations of the input, in pre or, where nothing
// is added to them, in shared alone.
func (p *pass[T]) readInput(t *kernel.Team, w *Recurrent[T], in *input[T], extra []T) {
	n, into := in.rows(w.Input.Cols), p.pre
	if in.of != nil {
		p.shared = kernel.Borrow[T](t, 2, n*p.now.width)
		into = p.shared
	}
	product(t, n, in.x, w.Input, w.Bias.each(), into)
	p.now.of, p.now.extra = in.of, extra
	if extra != nil || in.of != nil && w.Cell == LSTM {
		t.Do(p.now.seq.steps(), (*everyStep[T])(p))
		p.now.of = nil
	}
}

// everyStep is the job that spreads shared pre-activations over one step and
// adds extra to them.
type everyStep[T kernel.Float] pass[T]

func (p *everyStep[T]) Task(step, _ int) {
	m := &p.now
	o, n := m.seq.offset[step], m.seq.alive(step)
	if m.of != nil {
		for r := o; r < o+n; r++ {
			copy(row(p.pre, r, m.width), row(p.shared, int(m.of[r]), m.width))
		}
	}
	if m.extra != nil {
		kernel.Add(m.path, p.pre[o*m.width:(o+n)*m.width], m.from(m.extra, step)[:n*m.width])
	}
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
		return
	}
	p.cell, p.cell0 = resize(p.cell, seq.rows()*w.Hidden), resize(p.cell0, n)
	if c0 == nil {
		clear(p.cell0)
	} else {
		copy(p.cell0, c0)
	}
}

// carry copies the state of position i after the step to where the next step,
// if the sequence has one, reads it.
func (p *pass[T]) carry(i int) {
	seq, h := p.now.seq, p.now.hidden
	if next := p.now.step + 1; next < seq.steps() && i < seq.alive(next) {
		copy(row(p.previous, seq.offset[next]+i, h), row(p.hidden, p.now.offset+i, h))
	}
}

func (p *pass[T]) stepGRU(t *kernel.Team, w *Recurrent[T]) {
	o, n := p.now.offset, p.now.seq.alive(p.now.step)
	product(t, n, p.previous[o*w.Hidden:], w.State, w.StateBias.each(), p.state[p.keeps(0)*3*w.Hidden:])
	t.Rows(n, (*forwardGRU[T])(p))
}

// forwardGRU is the job of one position in a step of a GRU.
type forwardGRU[T kernel.Float] pass[T]

func (p *forwardGRU[T]) Row(i int) {
	r, h := p.now.offset+i, p.now.hidden
	at := (*pass[T])(p).keeps(i)
	pre := row(p.pre, r, 3*h)
	if p.now.of != nil {
		pre = row(p.shared, int(p.now.of[r]), 3*h)
	}
	kernel.GRUForward(p.now.path, pre, row(p.state, at, 3*h),
		row(p.previous, r, h), row(p.hidden, r, h), row(p.saved, at, 4*h))
	(*pass[T])(p).carry(i)
}

func (p *pass[T]) stepLSTM(t *kernel.Team, w *Recurrent[T]) {
	o, n := p.now.offset, p.now.seq.alive(p.now.step)
	product(t, n, p.previous[o*w.Hidden:], w.State, kernel.Itself[T](), p.pre[o*4*w.Hidden:])
	t.Rows(n, (*forwardLSTM[T])(p))
}

// forwardLSTM is the job of one position in a step of an LSTM.
type forwardLSTM[T kernel.Float] pass[T]

func (p *forwardLSTM[T]) Row(i int) {
	r, h := p.now.offset+i, p.now.hidden
	kernel.LSTMForward(p.now.path, row(p.pre, r, 4*h), (*pass[T])(p).cellBefore(i),
		row(p.cell, r, h), row(p.hidden, r, h), row(p.saved, (*pass[T])(p).keeps(i), 5*h))
	(*pass[T])(p).carry(i)
}

// cellBefore is the cell state of position i before the step, (H).
func (p *pass[T]) cellBefore(i int) []T {
	if p.now.step == 0 {
		return row(p.cell0, i, p.now.hidden)
	}
	return row(p.cell, p.now.seq.offset[p.now.step-1]+i, p.now.hidden)
}

// row returns row r of a row-major matrix with n columns.
func row[T kernel.Float](m []T, r, n int) []T { return m[r*n : (r+1)*n] }
