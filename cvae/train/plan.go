package train

import (
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// LengthWindow is how many batches' worth of shuffled examples are sorted by
// length together by default: enough that batches are of nearly one length, few
// enough that they stay random.
const LengthWindow = 100

// A plan is the batches of one epoch. It is a function of the set, the seed and
// the epoch alone, so that a resumed run finds its place. It takes 4 bytes an
// example and 8 a batch.
type plan struct {
	set     *dialog.Set
	epoch   int
	order   []uint32 // example numbers; a batch is a part of it
	batches []span
	// The windows of so many batches that are not yet sorted are sorted when a
	// batch of theirs is asked for, so that an epoch begins without looking at
	// every example. Nil: all are sorted.
	width  int
	sorted []bool
}

// A span is the part [lo, hi) of an order.
type span struct{ lo, hi uint32 }

// windowed cuts full batches of n examples: windows of width·n of the shuffled
// examples are sorted by length, and fewer than n examples are left out at the
// end of the epoch. With width 1 batches are simply random.
func windowed(s *dialog.Set, n, width int, seed uint64, epoch int) plan {
	stream := rng.New(seed, rng.Shuffle, epoch, 0)
	p := plan{set: s, epoch: epoch, order: shuffledOrder(s.Len(), &stream), width: width}
	for lo := 0; lo+n <= len(p.order); lo += n {
		p.batches = append(p.batches, span{uint32(lo), uint32(lo + n)})
	}
	for lo := 0; lo < len(p.batches); lo += width {
		shuffle(p.batches[lo:min(len(p.batches), lo+width)], &stream)
		p.sorted = append(p.sorted, false)
	}
	return p
}

// sameLength cuts batches of at most n examples of one response length each,
// leaving out those smaller than least. The batches are made once, from the
// seed; only their order changes from epoch to epoch (He et al. 2019).
func sameLength(s *dialog.Set, n, least int, seed uint64, epoch int) plan {
	stream := rng.New(seed, rng.Shuffle, -1, 0)
	p := plan{set: s, epoch: epoch, order: shuffledOrder(s.Len(), &stream)}
	byLength(s, p.order)
	for lo := 0; lo < len(p.order); {
		hi, length := lo+1, s.Length(int(p.order[lo]))
		for hi < len(p.order) && hi-lo < n && s.Length(int(p.order[hi])) == length {
			hi++
		}
		if hi-lo >= least {
			p.batches = append(p.batches, span{uint32(lo), uint32(hi)})
		}
		lo = hi
	}
	again := rng.New(seed, rng.Shuffle, epoch, 0)
	shuffle(p.batches, &again)
	return p
}

// size is the number of batches.
func (p plan) size() int { return len(p.batches) }

// batch returns the example numbers of batch k.
func (p plan) batch(k int) []int {
	if p.sorted != nil && !p.sorted[k/p.width] {
		p.sort(k / p.width)
	}
	b := p.batches[k]
	examples := make([]int, 0, b.hi-b.lo)
	for _, e := range p.order[b.lo:b.hi] {
		examples = append(examples, int(e))
	}
	return examples
}

// sort sorts a window by length.
func (p plan) sort(window int) {
	n := p.width * int(p.batches[0].hi-p.batches[0].lo)
	byLength(p.set, p.order[window*n:min(len(p.order), (window+1)*n)])
	p.sorted[window] = true
}

// shuffledOrder is the numbers below n as rng's Perm permutes them.
func shuffledOrder(n int, stream *rng.Stream) []uint32 {
	order := make([]uint32, n)
	for i := range order {
		j := stream.IntN(i + 1)
		order[i] = order[j]
		order[j] = uint32(i)
	}
	return order
}

// byLength sorts examples by length, those of one length in their order: a
// counting sort, since lengths are few and looking one up costs more than a
// comparison.
func byLength(s *dialog.Set, examples []uint32) {
	lengths := make([]uint32, len(examples))
	var place []int // of the next example of each length
	for i, e := range examples {
		lengths[i] = uint32(s.Length(int(e)))
		for len(place) <= int(lengths[i])+1 {
			place = append(place, 0)
		}
		place[lengths[i]+1]++
	}
	for l := 1; l < len(place); l++ {
		place[l] += place[l-1]
	}
	sorted := make([]uint32, len(examples))
	for i, e := range examples {
		sorted[place[lengths[i]]] = e
		place[lengths[i]]++
	}
	copy(examples, sorted)
}

func shuffle(batches []span, stream *rng.Stream) {
	for i := len(batches) - 1; i > 0; i-- {
		j := stream.IntN(i + 1)
		batches[i], batches[j] = batches[j], batches[i]
	}
}
