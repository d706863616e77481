package bench

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
)

// The forecast by hand: 2 ranks of a load of 1000 ms of computing send 2·30·1/2 MB at
// 100 MB/s, which take 300 ms, of which the decoder's 20·1/2 MB take 100 ms behind the
// computing, and 14 ways of 1 ms. 4 ranks send 45 MB, of which 15 MB behind, and two
// messages more in each of 10 exchanges.
func TestForecast(t *testing.T) {
	l := Load{Alone: 1800, Sharded: 2000, Sent: 30, Exchanges: 10, Decoder: 20, Behind: 0.2}
	line := Line{Latency: 1, Bandwidth: 100}
	for n, want := range map[int]float64{1: 1800, 2: 1000 + 14 + 300 - 100, 4: 500 + 14 + 10*2*message + 450 - 100} {
		if got := l.Forecast(n, line); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d ranks take %v ms, want %v", n, got, want)
		}
	}
	if got := l.Efficiency(2, line); math.Abs(got-900/1214.0) > 1e-9 {
		t.Errorf("the efficiency of 2 ranks is %v", got)
	}
	if slow := l.Best(Line{Latency: 1, Bandwidth: 1}); slow != 1 {
		t.Errorf("on a line that is too slow %d ranks are best", slow)
	}
	if none := l.Best(Line{Bandwidth: math.Inf(1)}); none < 64 {
		t.Errorf("on a line that takes no time %d ranks are best", none)
	}
}

// What the record says of the models is so: 2 ranks send the dense parameters once as
// gradients and parameters, and rows of embeddings; every measured step has its load.
func TestNetworks(t *testing.T) {
	r, err := Networks()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range r.Loads {
		w, err := find(Options{Workload: l.Workload})
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
		dense := 0.0
		for _, p := range m.Params() {
			if !p.Sparse {
				dense += 4e-6 * float64(len(p.Value))
			}
		}
		if l.Sent < dense || l.Sent > 1.1*dense || l.Decoder > dense {
			t.Errorf("%s: %v MB are sent and %v are the decoder's, of dense parameters of %v", l.Workload, l.Sent, l.Decoder, dense)
		}
		team.Close()
	}
	for _, m := range r.Measured {
		if paper, err := r.On(m); err != nil || paper < m.Computing {
			t.Errorf("%+v: %v, %v", m, paper, err)
		}
	}
}
