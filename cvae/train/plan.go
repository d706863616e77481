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
// the epoch alone, so that a resumed run finds its place.
type plan interface {
	size() int         // of the epoch, in batches
	batch(k int) []int // the example numbers of batch k
}

// Rows of the purpose [rng.Shuffle] in a step, which is an epoch.
const (
	rowOrder   = iota // of the examples or of the batches
	rowRandom         // RandomBatch
	rowWindows        // the first window; one row a window
)

// beforeAll is the step of what is drawn once, before the first epoch.
const beforeAll = -1

// rowGroups is that of drawn batches.
const rowGroups = -2

// rowCalibration is that of the examples of a calibration.
const rowCalibration = -1

// A windows plan has full batches of n examples: each window of width·n of the
// shuffled examples is sorted by length and cut, and fewer than n examples are
// left out at the end of the epoch. With width 1 batches are simply random. It
// holds one window, whatever the size of the set.
type windows struct {
	set      *dialog.Set
	n, width int
	seed     uint64
	epoch    int
	order    rng.Permutation

	at      int // the window that batches holds; -1: none
	batches [][]int
}

func windowed(s *dialog.Set, n, width int, seed uint64, epoch int) *windows {
	stream := rng.New(seed, rng.Shuffle, epoch, rowOrder)
	return &windows{set: s, n: n, width: width, seed: seed, epoch: epoch, order: stream.Permutation(s.Len()), at: -1}
}

// size implements plan.
func (w *windows) size() int { return w.order.Len() / w.n }

// batch implements plan. Another window than that of the last call costs a look
// at each of its examples.
func (w *windows) batch(k int) []int {
	if at := k / w.width; at != w.at {
		w.at, w.batches = at, w.cut(at)
	}
	return w.batches[k%w.width]
}

// cut makes the batches of a window.
func (w *windows) cut(window int) [][]int {
	first := window * w.width
	batches := make([][]int, min(w.width, w.size()-first))
	examples := make([]int, len(batches)*w.n)
	for i := range examples {
		examples[i] = w.order.At(first*w.n + i)
	}
	examples = byLength(w.set, examples)
	stream := rng.New(w.seed, rng.Shuffle, w.epoch, rowWindows+window)
	order := stream.Permutation(len(batches))
	for i := range batches {
		lo := order.At(i) * w.n
		batches[i] = examples[lo : lo+w.n : lo+w.n]
	}
	return batches
}
