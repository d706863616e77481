package op

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// A Stem brings word embeddings to the width of a Network whose layers all add to
// one stream of rows (H):
//
//	x_t = scale·W·e_t + position_t + Σ added
type Stem[T kernel.Float] struct {
	Hidden    int
	Input     *Weight[T] // (H, E); nil: E is H, and W is 1
	Scale     T          // 0: 1
	Positions *Weight[T] // (T, H) learned; nil: fixed ones or none
	Fixed     []T        // (T, H)
}

// positions is the rows of positions, (T, H); nil without.
func (w *Stem[T]) positions() []T {
	if w.Positions != nil {
		return w.Positions.Value
	}
	return w.Fixed
}

// longest is T; 0 without positions.
func (w *Stem[T]) longest() int { return len(w.positions()) / w.Hidden }

// stemRun is what a Stem keeps of a run.
type stemRun[T kernel.Float] struct {
	*Stem[T]
	lifted []T // (n, H) of the different inputs

	spread spread[T]

	// What the jobs read.
	path kernel.Path
	seq  *ragged
	in   *input[T]
	x    []T // (rows, H) the stream or its gradient
}

// lift brings the different inputs to the width of the stream.
func (s *stemRun[T]) lift(t *kernel.Team, in *input[T]) {
	s.path, s.in = t.Path(), in
	if s.Input == nil {
		s.lifted = append(s.lifted[:0], in.x...)
	} else {
		s.lifted = resize(s.lifted, in.rows(s.Input.Cols)*s.Hidden)
		product(t, in.rows(s.Input.Cols), in.x, s.Input, kernel.Base[T]{}, s.lifted)
	}
	if s.Scale != 0 {
		kernel.Scale(s.path, s.lifted, s.Scale)
	}
}

// forward writes the stream of a layout to x (rows, H). What is added, nil for
// nothing, is spread over it.
func (s *stemRun[T]) forward(t *kernel.Team, seq *ragged, in *input[T], x []T, added ...[]T) {
	s.lift(t, in)
	s.seq, s.x = seq, x
	t.Do(seq.steps(), (*stemStep[T])(s))
	for _, m := range added {
		s.spread.add(t, seq, s.Hidden, x, m)
	}
}

// stemStep is the job of one step of the layout in forward.
type stemStep[T kernel.Float] stemRun[T]

func (s *stemStep[T]) Task(step, _ int) {
	for r := s.seq.offset[step]; r < s.seq.offset[step+1]; r++ {
		s.fill(r, step)
	}
}

// fill writes the word and the position of row r to the stream.
func (s *stemStep[T]) fill(r, step int) {
	x, word := row(s.x, r, s.Hidden), r
	if s.in.of != nil {
		word = int(s.in.of[r])
	}
	copy(x, row(s.lifted, word, s.Hidden))
	if p := s.positions(); p != nil {
		kernel.Add(s.path, x, row(p, step, s.Hidden))
	}
}

// advance writes the stream of the next word of every hypothesis to x (M, H). Words
// past the longest response, of which nobody reads what comes next, share its last
// position.
func (s *stemRun[T]) advance(t *kernel.Team, step int, in *input[T], x []T, added ...[]T) {
	s.lift(t, in)
	if n := s.longest(); n > 0 {
		step = min(step, n-1)
	}
	s.x, s.in = x, in
	for r := range len(x) / s.Hidden {
		(*stemStep[T])(s).fill(r, step)
	}
	for _, m := range added {
		if m != nil {
			kernel.Add(s.path, x, m)
		}
	}
}

// backward goes from the gradient of the stream, dx (rows, H), to those of the
// weights and of the input, and adds to the gradients of what was added, nil where
// nobody wants them.
func (s *stemRun[T]) backward(t *kernel.Team, in *input[T], dx []T, dadded ...[]T) {
	s.x = dx
	for _, m := range dadded {
		s.spread.sum(t, s.seq, s.Hidden, m, dx)
	}
	if s.Positions != nil {
		t.Do(s.seq.steps(), (*stemPosition[T])(s))
	}
	dlifted, n := dx, len(s.lifted)/s.Hidden
	if in.of != nil {
		dlifted = s.lifted
		clear(dlifted)
		kernel.Scatter(t, dlifted, in.of, dx, s.Hidden)
	}
	if s.Scale != 0 {
		kernel.Scale(s.path, dlifted, s.Scale)
	}
	in.dx = resize(in.dx, len(in.x))
	if s.Input == nil {
		copy(in.dx, dlifted)
		return
	}
	weightGradient(t, n, dlifted, in.x, s.Input)
	inputGradient(t, n, dlifted, s.Input, kernel.Base[T]{}, in.dx)
}

// stemPosition is the job of one step that adds the gradients of its position.
type stemPosition[T kernel.Float] stemRun[T]

func (s *stemPosition[T]) Task(step, _ int) {
	o, n, h := s.seq.offset[step], s.seq.alive(step), s.Hidden
	kernel.AddRows(s.path, row(s.Positions.Grad, step, h), s.x[o*h:], n, h)
}

// Sinusoids gives a stem the fixed positions of Vaswani et al. 2017, 3.5, for n
// steps, and scales the words by √H beside them (3.4):
//
//	position_t[2i] = sin(t/10000^(2i/H)), position_t[2i+1] = cos(t/10000^(2i/H))
func (w *Stem[T]) Sinusoids(n int) {
	w.Fixed, w.Scale = make([]T, n*w.Hidden), T(math.Sqrt(float64(w.Hidden)))
	for t := range n {
		for i := range w.Hidden {
			sin, cos := math.Sincos(float64(t) / math.Pow(10000, float64(i&^1)/float64(w.Hidden)))
			w.Fixed[t*w.Hidden+i] = T(sin)
			if i%2 == 1 {
				w.Fixed[t*w.Hidden+i] = T(cos)
			}
		}
	}
}
