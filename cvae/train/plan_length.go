package train

import (
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// sameLength cuts batches of at most n examples of one response length each,
// leaving out those smaller than least. The batches depend on the seed alone (He
// et al. 2019). They take 8 bytes an example, for no batch is known before every
// length is.
func sameLength(s *dialog.Set, n, least int, seed uint64, epoch int) fixed {
	stream := rng.New(seed, rng.Shuffle, beforeAll, rowOrder)
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
	return inOrder(batches, seed, epoch)
}

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
