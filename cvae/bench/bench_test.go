package bench

import (
	"context"
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
)

// TestFlops compares the operations of a step with those that the PyTorch
// peers count for the same shapes: 28.63 G of w3 and 511.08 G of w1. The
// differences: our embeddings of w1 do not feed z through the input matrix of
// the LSTM, and w1's latent heads are counted here and not there.
func TestFlops(t *testing.T) {
	for name, want := range map[string]float64{"w3": 28.63e9, "w1": 511.08e9} {
		w, err := find(name)
		if err != nil {
			t.Fatal(err)
		}
		team, err := cvae.NewTeam(1)
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := w.model(Options{Seed: 1}, team)
		if err != nil {
			t.Fatal(err)
		}
		if got := 3 * flops(m, w.data(m, 1)[0]); math.Abs(got-want) > 0.01*want {
			t.Errorf("%s: %.4g operations, want %.4g", name, got, want)
		}
		team.Close()
	}
}

// TestRuns runs one step of every kind and checks that the report is filled.
func TestRuns(t *testing.T) {
	r, err := Train(context.Background(), Options{Workload: "w3", Threads: 2, Steps: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !(r.TokensPerSec > 0 && r.GFlops > 0 && r.PeakRSSMB > 0) || r.Threads != 2 {
		t.Errorf("report %+v", r)
	}
	p, err := Reply(context.Background(), Options{Workload: "w3", Steps: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !(p.MsMedian > 0 && p.GFlops > 0) {
		t.Errorf("report %+v", p)
	}
	if _, err := Train(context.Background(), Options{Workload: "w9"}); err == nil {
		t.Error("a workload that does not exist was run")
	}
}

// TestZipf checks the first probabilities against 1/rank.
func TestZipf(t *testing.T) {
	z := newZipf(104)
	h := z.cumulative[99]
	if got, want := h, 5.187377517639621; math.Abs(got-want) > 1e-12 { // H(100)
		t.Errorf("the 100th harmonic number is %v", got)
	}
}
