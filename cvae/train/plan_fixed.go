package train

import (
	"github.com/cvae-go/cvae/dialog/rng"
)

// A fixed plan has batches that were cut once. Only their order changes from
// epoch to epoch.
type fixed struct {
	batches [][]int
	order   rng.Permutation
}

// inOrder puts batches into the order of an epoch.
func inOrder(batches [][]int, seed uint64, epoch int) fixed {
	stream := rng.New(seed, rng.Shuffle, epoch, rowOrder)
	return fixed{batches: batches, order: stream.Permutation(len(batches))}
}

// size implements plan.
func (f fixed) size() int { return len(f.batches) }

// batch implements plan.
func (f fixed) batch(k int) []int { return f.batches[f.order.At(k)] }

// drawn cuts n random examples a batch, all of one group where the examples
// have groups; what does not fill a batch is left out. Batches that are kept are
// those of every epoch, others are drawn anew.
func drawn(examples int, groups []int, n int, kept bool, seed uint64, epoch int) fixed {
	cut := epoch
	if kept {
		cut = beforeAll
	}
	stream := rng.New(seed, rng.Shuffle, cut, rowGroups)
	var batches [][]int
	open := map[int][]int{} // by group
	for _, e := range stream.Permutation(examples).First(examples) {
		group := 0
		if groups != nil {
			group = groups[e]
		}
		if open[group] = append(open[group], e); len(open[group]) == n {
			batches, open[group] = append(batches, open[group]), nil
		}
	}
	return inOrder(batches, seed, epoch)
}
