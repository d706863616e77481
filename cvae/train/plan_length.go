package train

import (
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A lengths plan has batches of one response length each. The batches are made
// once, from the seed; only their order changes from epoch to epoch (He et al.
// 2019). It takes 8 bytes an example, for no batch of it is known before every
// length is.
type lengths struct {
	batches [][]int
	order   rng.Permutation
}

// sameLength cuts batches of at most n examples, leaving out those smaller than
// least.
func sameLength(s *dialog.Set, n, least int, seed uint64, epoch int) lengths {
	stream := rng.New(seed, rng.Shuffle, -1, rowOrder)
	examples := byLength(s, stream.Permutation(s.Len()).First(s.Len()))
	var batches [][]int
	for len(examples) > 0 {
		hi, length := 1, s.Length(examples[0])
		for hi < len(examples) && hi < n && s.Length(examples[hi]) == length {
			hi++
		}
		if hi >= least {
			batches = append(batches, examples[:hi:hi])
		}
		examples = examples[hi:]
	}
	again := rng.New(seed, rng.Shuffle, epoch, rowOrder)
	return lengths{batches: batches, order: again.Permutation(len(batches))}
}

// size implements plan.
func (l lengths) size() int { return len(l.batches) }

// batch implements plan.
func (l lengths) batch(k int) []int { return l.batches[l.order.At(k)] }

// byLength returns examples sorted by length, those of one length in their
// order: a counting sort, since lengths are few and looking one up costs more
// than a comparison.
func byLength(s *dialog.Set, examples []int) []int {
	of := make([]int, len(examples))
	var place []int // of the next example of each length
	for i, e := range examples {
		of[i] = s.Length(e)
		for len(place) <= of[i]+1 {
			place = append(place, 0)
		}
		place[of[i]+1]++
	}
	for l := 1; l < len(place); l++ {
		place[l] += place[l-1]
	}
	sorted := make([]int, len(examples))
	for i, e := range examples {
		sorted[place[of[i]]] = e
		place[of[i]]++
	}
	return sorted
}
