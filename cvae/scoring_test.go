package cvae_test

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// TestScoringSizes scores batches of many sizes: the memory that the model keeps for
// them is that of a few, and a size that comes back scores as before.
func TestScoringSizes(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	m := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.PureGo)
	score := func(n int) []float64 {
		r, err := m.Score(randomBatch(c, n, cvaetest.Vocabulary, 1), cvae.Draws{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return r.Rec
	}
	first := score(7)
	for n := 30; n < 34; n++ {
		score(n)
	}
	before := heap()
	for n := 34; n < 64; n++ {
		score(n)
	}
	if after := heap(); after > 2*before+1<<20 {
		t.Errorf("30 more sizes take the heap from %d to %d bytes", before, after)
	}
	if diff := cmp.Diff(first, score(7)); diff != "" {
		t.Errorf("scored again (-first +again):\n%s", diff)
	}
	runtime.KeepAlive(m)
}

// heap is what is held.
func heap() uint64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
