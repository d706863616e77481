package train

import (
	"cmp"
	"slices"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// LengthWindow is how many batches' worth of shuffled examples are sorted by
// length together by default: enough that batches are of nearly one length, few
// enough that they stay random.
const LengthWindow = 100

// A plan is the batches of one epoch, example numbers each. It is a function of
// the set, the seed and the epoch alone, so that a resumed run finds its place.
type plan [][]int

// windowed cuts full batches of n examples: windows of width·n of the shuffled
// examples are sorted by length, what does not fill a batch is carried into the
// next window, and fewer than n examples are left out at the end of the epoch.
// With width 1 batches are simply random.
func windowed(s *dialog.Set, n, width int, seed uint64, epoch int) plan {
	stream := rng.New(seed, rng.Shuffle, epoch, 0)
	order := stream.Perm(s.Len())
	var p plan
	var carried []int
	for lo := 0; lo < len(order); lo += width * n {
		window := append(carried, order[lo:min(len(order), lo+width*n)]...)
		byLength(s, window)
		full := len(window) / n * n
		batches := cut(window[:full], n)
		shuffle(batches, &stream)
		p = append(p, batches...)
		carried = slices.Clone(window[full:])
	}
	return p
}

// sameLength cuts batches of at most n examples of one response length each,
// leaving out those smaller than least. The batches are made once, from the
// seed; only their order changes from epoch to epoch (He et al. 2019).
func sameLength(s *dialog.Set, n, least int, seed uint64, epoch int) plan {
	stream := rng.New(seed, rng.Shuffle, -1, 0)
	order := stream.Perm(s.Len())
	byLength(s, order)
	var p plan
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && hi-lo < n && s.Length(order[hi]) == s.Length(order[lo]) {
			hi++
		}
		if hi-lo >= least {
			p = append(p, order[lo:hi])
		}
		lo = hi
	}
	again := rng.New(seed, rng.Shuffle, epoch, 0)
	shuffle(p, &again)
	return p
}

func byLength(s *dialog.Set, examples []int) {
	slices.SortStableFunc(examples, func(a, b int) int { return cmp.Compare(s.Length(a), s.Length(b)) })
}

func cut(examples []int, n int) (p plan) {
	for lo := 0; lo < len(examples); lo += n {
		p = append(p, examples[lo:lo+n:lo+n])
	}
	return p
}

func shuffle(p plan, stream *rng.Stream) {
	for i := len(p) - 1; i > 0; i-- {
		j := stream.IntN(i + 1)
		p[i], p[j] = p[j], p[i]
	}
}
