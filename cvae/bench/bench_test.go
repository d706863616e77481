package bench

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
)

// TestFlops compares the operations of a step with those that the PyTorch
// peers count for the same shapes: 28.63 G of w3 and 511.08 G of w1. The
// differences: our embeddings of w1 do not feed z through the input matrix of
// the LSTM, and w1's latent heads are counted here and not there.
func TestFlops(t *testing.T) {
	for name, want := range map[string]float64{"w3": 28.63e9, "w1": 511.08e9} {
		w, err := find(Options{Workload: name})
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

// TestShape: a size that is given is that of the model and of the text.
func TestShape(t *testing.T) {
	team, err := cvae.NewTeam(1)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	for name, s := range map[string]Shape{"w1": {Vocabulary: 50, Hidden: 6, Length: 7, Batch: 3}, "w2": {Vocabulary: 40, Hidden: 5, Length: 160, Batch: 2}} {
		w, err := find(Options{Workload: name, Shape: s})
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := w.model(Options{Seed: 1}, team)
		if err != nil {
			t.Fatal(err)
		}
		c, b := m.Config, w.data(m, 1)[0]
		got := Shape{Vocabulary: m.Vocabulary, Hidden: c.Decoder.Hidden, Length: len(b.Target[1]), Batch: b.Size()}
		if got != s || c.Encoder.Hidden != s.Hidden {
			t.Errorf("%s: %+v, want %+v", name, got, s)
		}
		if name == "w2" && (c.Context.Hidden != s.Hidden || len(b.Context[0][0]) != s.Length+1) { // +1: <s>
			t.Errorf("context of %d units, turns of %d tokens", c.Context.Hidden, len(b.Context[0][0]))
		}
	}
}

// TestOwnShape: a workload given its own sizes is the workload.
func TestOwnShape(t *testing.T) {
	team, err := cvae.NewTeam(1)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	var count [2]float64
	for i, s := range []Shape{{}, {Vocabulary: 8000, Hidden: 256, Length: 20, Batch: 64}} {
		w, err := find(Options{Workload: "w3", Shape: s})
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := w.model(Options{Seed: 1}, team)
		if err != nil {
			t.Fatal(err)
		}
		count[i] = flops(m, w.data(m, 1)[0])
	}
	if count[0] != count[1] {
		t.Errorf("%v operations, and %v with the same sizes given", count[0], count[1])
	}
}

// TestShapeRefused: a size out of range is an error that names it.
func TestShapeRefused(t *testing.T) {
	for name, s := range map[string]Shape{
		"vocabulary is 4":  {Vocabulary: 4},
		"hidden is -1":     {Hidden: -1},
		"length is 1":      {Length: 1},
		"batch is 1000000": {Batch: 1e6},
	} {
		if _, err := Train(context.Background(), Options{Workload: "w3", Shape: s}); err == nil || !strings.HasPrefix(err.Error(), name+";") {
			t.Errorf("%+v: %v", s, err)
		}
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
