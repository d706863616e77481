package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// cnnStates are the states of a CNN: of each block a ring of the inner channels of
// the latest words that it reads.
type cnnStates[T kernel.Float] struct {
	*CNN[T]
	team  *kernel.Team
	m     int // hypotheses
	step  int
	start []T   // (M, H); nil for zeros
	rings [][]T // by block, (M, reach, C)
	stem  stemRun[T]

	x, inner, window, middle, out []T
	norm                          normed[T]
}

func (w *CNN[T]) begin(t *kernel.Team, m int, start []T, _ *Source[T]) states[T] {
	s := &cnnStates[T]{CNN: w, team: t, m: m, start: start, stem: stemRun[T]{Stem: w.Stem}}
	for _, b := range w.Blocks {
		s.rings = append(s.rings, make([]T, m*b.reach()*b.channels()))
	}
	return s
}

func (s *cnnStates[T]) keep(rows []int) {
	s.m = len(rows)
	s.start = choose(s.start, rows, s.Width())
	for i, b := range s.Blocks {
		s.rings[i] = choose(s.rings[i], rows, b.reach()*b.channels())
	}
}

func (s *cnnStates[T]) advance(in *input[T], extra []T) []T {
	s.x = resize(s.x, s.m*s.Width())
	s.stem.advance(s.team, s.step, in, s.x, s.start, extra)
	for i, b := range s.Blocks {
		s.block(b, s.rings[i])
	}
	s.step++
	return s.x
}

// block adds a block to the stream, as convolving does.
func (s *cnnStates[T]) block(w *Convolution[T], ring []T) {
	t, c := s.team, w.channels()
	s.inner, s.window = resize(s.inner, s.m*c), resize(s.window, s.m*Taps*c)
	product(t, s.m, s.x, w.In, kernel.Base[T]{}, s.inner)
	s.norm.forward(t, w.NormIn, s.inner, s.inner)
	for i := range s.m {
		s.turn(w, row(ring, i, w.reach()*c), row(s.inner, i, c), row(s.window, i, Taps*c))
	}
	s.middle = resize(s.middle, s.m*c)
	product(t, s.m, s.window, w.Taps, kernel.Base[T]{}, s.middle)
	s.norm.forward(t, w.NormTaps, s.middle, s.middle)
	s.out = resize(s.out, len(s.x))
	product(t, s.m, s.middle, w.Out, kernel.Base[T]{}, s.out)
	s.norm.forward(t, w.NormOut, s.out, s.out)
	kernel.Add(t.Path(), s.x, s.out)
}

// turn writes the window of the word that inner (C) is of, and puts it in the ring
// in place of the oldest, which the window has read. The ring begins with zeros, the
// words before the first.
func (s *cnnStates[T]) turn(w *Convolution[T], ring, inner, window []T) {
	c := len(inner)
	for k := range Taps - 1 {
		back := (Taps - 1 - k) * w.Dilation
		at := (s.step + w.reach() - back) % w.reach()
		copy(window[k*c:], row(ring, at, c))
	}
	copy(window[(Taps-1)*c:], inner)
	copy(row(ring, s.step%w.reach(), c), inner)
}
