package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

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

// stemRun is what a Stem keeps of a run.
type stemRun[T kernel.Float] struct {
	*Stem[T]
	lifted []T // (n, H) of the different inputs

	// What the jobs read.
	path  kernel.Path
	seq   *ragged
	in    *input[T]
	x     []T    // (rows, H) the stream or its gradient
	added [2][]T // (positions, H) or (rows, H)
	step  int    // of all rows, where there is no layout
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
// nothing, has a row for every position or for every row of the layout.
func (s *stemRun[T]) forward(t *kernel.Team, seq *ragged, in *input[T], x []T, added ...[]T) {
	s.lift(t, in)
	s.seq, s.x = seq, x
	s.added = [2][]T{}
	copy(s.added[:], added)
	t.Do(seq.steps(), (*stemStep[T])(s))
}

// stemStep is the job of one step of the layout in forward.
type stemStep[T kernel.Float] stemRun[T]

func (s *stemStep[T]) Task(step, _ int) {
	o, n, h := s.seq.offset[step], s.seq.alive(step), s.Hidden
	for r := o; r < o+n; r++ {
		s.fill(r, step)
	}
	for _, m := range s.added {
		if m != nil {
			kernel.Add(s.path, s.x[o*h:(o+n)*h], s.from(m, step))
		}
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

// from is the rows of m that belong to a step: the same in every step, unless m
// has a row for every row of the layout.
func (s *stemStep[T]) from(m []T, step int) []T {
	o, n, h := s.seq.offset[step], s.seq.alive(step), s.Hidden
	if len(m) == s.seq.rows()*h {
		return m[o*h : (o+n)*h]
	}
	return m[:n*h]
}

// advance writes the stream of the next word of every hypothesis to x (M, H).
func (s *stemRun[T]) advance(t *kernel.Team, step int, in *input[T], x []T, added ...[]T) {
	s.lift(t, in)
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
		if m != nil {
			s.added[0] = m
			t.Rows(s.seq.sequences(), (*stemSum[T])(s))
		}
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

// stemSum is the job of one position that adds its gradients in step order.
type stemSum[T kernel.Float] stemRun[T]

func (s *stemSum[T]) Row(p int) {
	for step := range s.seq.length[p] {
		kernel.Add(s.path, row((*stemStep[T])(s).from(s.added[0], step), p, s.Hidden), row(s.x, s.seq.offset[step]+p, s.Hidden))
	}
}

// stemPosition is the job of one step that adds the gradients of its position.
type stemPosition[T kernel.Float] stemRun[T]

func (s *stemPosition[T]) Task(step, _ int) {
	o, n, h := s.seq.offset[step], s.seq.alive(step), s.Hidden
	kernel.AddRows(s.path, row(s.Positions.Grad, step, h), s.x[o*h:], n, h)
}
