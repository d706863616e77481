package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Pool says what the features of a sequence are of its hidden states.
type Pool string

// The pools. Those but LastState spread the features of different sequences
// (Long et al. 2019).
const (
	LastState Pool = "last" // the state after the last word
	MeanState Pool = "mean" // the mean of the states over the words
	MaxState  Pool = "max"  // the largest of each hidden unit over the words
)

// Pools are all of them.
func Pools() []Pool { return []Pool{LastState, MeanState, MaxState} }

// pooling is the features of every prefix of ragged sequences, each from those
// of the prefix before and one state more.
type pooling[T kernel.Float] struct {
	pool      Pool
	seq       *ragged
	width     int // H
	hidden    []T // (rows, H)
	features  []T // (rows, H); of LastState those are the states themselves
	dfeatures []T // (rows, H) their gradient, then that of the states
}

// forward computes the features of every prefix.
func (p *pooling[T]) forward(t *kernel.Team, pool Pool, seq *ragged, width int, hidden []T) {
	p.pool, p.seq, p.width, p.hidden = pool, seq, width, hidden
	if pool == MeanState || pool == MaxState {
		p.features = resize(p.features, len(hidden))
		t.Rows(seq.sequences(), (*poolForward[T])(p))
		return
	}
	p.features = hidden
}

// backward turns the gradient of the features in dfeatures into that of the
// hidden states.
func (p *pooling[T]) backward(t *kernel.Team) {
	if p.pool == MeanState || p.pool == MaxState {
		t.Rows(p.seq.sequences(), (*poolBackward[T])(p))
	}
}

// at is row t of the sequence in a position, in a matrix (rows, H).
func (p *pooling[T]) at(m []T, position, t int) []T {
	return row(m, p.seq.offset[t]+position, p.width)
}

// poolForward is the job of one position.
type poolForward[T kernel.Float] pooling[T]

func (j *poolForward[T]) Row(position int) {
	p := (*pooling[T])(j)
	for t := range p.seq.length[position] {
		now, state := p.at(p.features, position, t), p.at(p.hidden, position, t)
		if t == 0 {
			copy(now, state)
			continue
		}
		before := p.at(p.features, position, t-1)
		for i, h := range state {
			if p.pool == MaxState {
				now[i] = max(before[i], h)
			} else {
				now[i] = before[i] + T((h-before[i])/T(t+1))
			}
		}
	}
}

// poolBackward is the job of one position: what a feature hands to the prefix
// before goes there, the rest is the gradient of its state. Of equal states the
// first is the largest.
type poolBackward[T kernel.Float] pooling[T]

func (j *poolBackward[T]) Row(position int) {
	p := (*pooling[T])(j)
	for t := p.seq.length[position] - 1; t > 0; t-- {
		now, earlier := p.at(p.dfeatures, position, t), p.at(p.dfeatures, position, t-1)
		state, before := p.at(p.hidden, position, t), p.at(p.features, position, t-1)
		for i, d := range now {
			switch own := d / T(t+1); {
			case p.pool == MeanState:
				now[i], earlier[i] = own, earlier[i]+T(own*T(t))
			case state[i] <= before[i]:
				now[i], earlier[i] = 0, earlier[i]+d
			}
		}
	}
}
