package training

import (
	"testing"

	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// TestExchanged: a run whose pasts are exchanged learns something else, the same on any number
// of threads, and a resumed one learns what the uninterrupted one does.
func TestExchanged(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.MaxSteps = 20
	plain := sums(t, trained(t, c, 1))
	c.Train.Exchange = 0.5
	want := sums(t, trained(t, c, 1))
	if want == plain {
		t.Error("train.exchange changes nothing")
	}
	if got := sums(t, trained(t, c, 2)); got != want {
		t.Errorf("on two threads:\n%swant\n%s", got, want)
	}
	c.MaxSteps = 9
	dir := trained(t, c, 1)
	c.MaxSteps = 20
	trainIn(t, t.Context(), c, Options{Out: dir, Resume: true, Threads: 1})
	if got := sums(t, dir); got != want {
		t.Errorf("after a resume:\n%swant\n%s", got, want)
	}
}
