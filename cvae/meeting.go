package cvae

import (
	"errors"
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/cvae/ranks"
)

// A meeting is where the shards of one batch exchange rows. The shards of this process
// are coroutines: one runs until it reaches the meeting, then the next one does. Once
// all are there, and have met those of the other ranks, the first goes on.
type meeting[T Float] struct {
	link   ranks.Link
	bounds []int // of the rows of all shards
	first  int   // of the shards of this process
	seats  []*seat[T]
	// decoded is called when every shard of this process has told that the gradients of
	// its decoder are whole and that it comes to no other meeting.
	decoded func() error
}

// A seat is the place of one shard at a meeting.
type seat[T Float] struct {
	*meeting[T]
	shard int
	pause func() bool // until all are here; false: the meeting has broken up
	why   errand
	bring []T
	taken []T // the answer
}

// An errand is why a shard waits for the others.
type errand int

const (
	rows    errand = iota // for the rows of all
	sums                  // for the sum of what all bring
	decoded               // to tell
)

// errBroken ends a shard when another one has failed.
var errBroken = errors.New("another shard has failed")

// newMeeting is that of shards with so many rows, of which this rank has its share.
func newMeeting[T Float](l ranks.Link, bounds []int) *meeting[T] {
	m := &meeting[T]{link: l, bounds: bounds}
	lo, hi := share(l, len(bounds)-1)
	m.first = lo
	for k := lo; k < hi; k++ {
		m.seats = append(m.seats, &seat[T]{meeting: m, shard: k})
	}
	return m
}

// share is the shards [lo,hi) of a rank, of n.
func share(l ranks.Link, n int) (lo, hi int) { return shareOf(l.Rank(), l.Size(), n) }

func shareOf(rank, size, n int) (lo, hi int) { return n * rank / size, n * (rank + 1) / size }

// rowsOf is how many rows a rank has.
func (m *meeting[T]) rowsOf(rank int) int {
	lo, hi := shareOf(rank, m.link.Size(), len(m.bounds)-1)
	return m.bounds[hi] - m.bounds[lo]
}

// Rows implements op.Meeting.
func (m *meeting[T]) Rows() int { return m.bounds[len(m.bounds)-1] }

// rows are those of a shard.
func (s *seat[T]) rows() (lo, hi int) { return s.bounds[s.shard], s.bounds[s.shard+1] }

// Gather implements op.Meeting.
func (s *seat[T]) Gather(mine, all []T) { copy(all, s.meet(mine, rows)) }

// Return implements op.Meeting.
func (s *seat[T]) Return(all, mine []T) {
	sum := s.meet(all, sums)
	lo, _ := s.rows()
	copy(mine, sum[lo*len(sum)/s.Rows():])
}

// tell says that this shard is decoded.
func (s *seat[T]) tell() { s.meet(nil, decoded) }

// meet brings numbers and returns the answer when all have brought theirs.
func (s *seat[T]) meet(bring []T, why errand) []T {
	s.bring, s.why = bring, why
	if !s.pause() {
		panic(errBroken)
	}
	return s.taken
}

// run runs the shards of this process, each by its own call of f with its number among
// them, in turns, between two calls of turn with that number.
func (m *meeting[T]) run(f func(k int) error, turn func(k int)) error {
	next, errs := make([]func() (struct{}, bool), len(m.seats)), make([]error, len(m.seats))
	for k, s := range m.seats {
		resume, stop := iter.Pull(func(yield func(struct{}) bool) {
			s.pause = func() bool { return yield(struct{}{}) }
			errs[k] = f(k)
		})
		next[k] = resume
		defer stop()
	}
	for {
		arrived := 0
		for k := range next {
			turn(k)
			_, waits := next[k]()
			turn(k)
			if waits {
				arrived++
			}
			if errs[k] != nil {
				return errs[k]
			}
		}
		if arrived == 0 {
			return nil
		}
		if arrived != len(next) {
			return fmt.Errorf("%d of %d shards came to a meeting", arrived, len(next))
		}
		if err := m.answer(); err != nil {
			return err
		}
	}
}

// answer makes the answer to what all have brought.
func (m *meeting[T]) answer() error {
	switch m.seats[0].why {
	case sums:
		return m.addUp()
	case decoded:
		return m.decoded()
	}
	var rows []T
	for _, s := range m.seats {
		rows = append(rows, s.bring...)
	}
	first := m.seats[0]
	lo, hi := first.rows()
	width := len(first.bring) / (hi - lo)
	parts, err := ranks.GatherSized(m.link, rows, func(rank int) int { return width * m.rowsOf(rank) })
	if err != nil {
		return err
	}
	var all []T
	for _, p := range parts {
		all = append(all, p...)
	}
	m.take(all)
	return nil
}

// addUp adds what all have brought, in the tree of [ranks.Sum].
func (m *meeting[T]) addUp() error {
	parts := make([][]T, len(m.seats))
	for k, s := range m.seats {
		parts[k] = append([]T(nil), s.bring...)
	}
	sum := ranks.Tree(parts)
	if err := ranks.Sum(m.link, sum); err != nil {
		return err
	}
	m.take(sum)
	return nil
}

func (m *meeting[T]) take(answer []T) {
	for _, s := range m.seats {
		s.taken = answer
	}
}
