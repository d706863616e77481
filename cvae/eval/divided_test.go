package eval

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/ranks"
)

// TestDivided: ranks that share the batches all report what one process does, to the last
// bit, also where some have no batch of the last round.
func TestDivided(t *testing.T) {
	for _, name := range []string{"dialogue gru", "text"} {
		c := wide(name)
		s := set(t, c, 4*batchRows+1)
		text := func(l ranks.Link) string {
			r, err := Evaluate(t.Context(), model(t, c, cvae.Parts{}), s, Options{Seed: 3, Samples: 2, SampleExamples: 5, Ranks: l}, nil)
			if err != nil {
				t.Error(err)
			}
			out, err := json.Marshal(r)
			if err != nil {
				t.Error(err)
			}
			return string(out)
		}
		want := text(nil)
		for _, n := range []int{1, 2, 4, 8} {
			var all sync.WaitGroup
			for _, l := range ranks.Local(n) {
				all.Go(func() {
					defer l.Close()
					before := l.Traffic()
					if got := text(l); got != want {
						t.Errorf("%s: rank %d of %d reports\n%s\none process\n%s", name, l.Rank(), n, got, want)
					}
					if sent := l.Traffic().Since(before).Sent; (sent > 0) != (n > 1) {
						t.Errorf("rank %d of %d sent %d bytes", l.Rank(), n, sent)
					}
				})
			}
			all.Wait()
		}
	}
}
