package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// spread adds what is known of every position to all rows of a layout, and sums the
// gradients. It is what the jobs read.
type spread[T kernel.Float] struct {
	path  kernel.Path
	seq   *ragged
	n     int // columns
	x     []T // (rows, n)
	added []T // (positions, n), or (rows, n) where it differs from step to step
}

// add adds m to x; nil is nothing.
func (s *spread[T]) add(t *kernel.Team, seq *ragged, n int, x, m []T) {
	if m == nil {
		return
	}
	*s = spread[T]{t.Path(), seq, n, x, m}
	t.Do(seq.steps(), (*spreadStep[T])(s))
	*s = spread[T]{}
}

// from is what is added to a step.
func (s *spread[T]) from(step int) []T {
	o, end := s.seq.offset[step]*s.n, s.seq.offset[step+1]*s.n
	if len(s.added) == s.seq.rows()*s.n {
		return s.added[o:end]
	}
	return s.added[:end-o]
}

type spreadStep[T kernel.Float] spread[T]

func (s *spreadStep[T]) Task(step, _ int) {
	kernel.Add(s.path, s.x[s.seq.offset[step]*s.n:s.seq.offset[step+1]*s.n], (*spread[T])(s).from(step))
}

// sum adds the gradients d (rows, n) to m, in step order; nil is nothing.
func (s *spread[T]) sum(t *kernel.Team, seq *ragged, n int, m, d []T) {
	if m == nil {
		return
	}
	*s = spread[T]{t.Path(), seq, n, d, m}
	t.Rows(seq.sequences(), (*spreadSum[T])(s))
	*s = spread[T]{}
}

type spreadSum[T kernel.Float] spread[T]

func (s *spreadSum[T]) Row(p int) {
	for step := range s.seq.length[p] {
		kernel.Add(s.path, row((*spread[T])(s).from(step), p, s.n), row(s.x, s.seq.offset[step]+p, s.n))
	}
}
