package method_test

import (
	"math"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// shared runs a method twice on four rows of no pattern: alone, and as a rank
// that is given the rows of another, which are its own plus 1.
func shared(t *testing.T, name string, settings map[string]any) (b *methodtest.Bench, alone, whole *cvae.Result) {
	t.Helper()
	b = methodtest.NewBench(t, cvae.Text, name, settings, 4)
	scatter(b)
	alone = b.Run()
	b.Ranks = func(s *cvae.Scope, x *G.Node) *G.Node { return s.Try(G.Concat(0, x, s.Shift(x, 1))) }
	g, err := b.Model.TrainingGraph(4)
	if err != nil {
		t.Fatal(err)
	}
	return b, alone, methodtest.Run(t, g, b.Batch, 1)
}

func scatter(b *methodtest.Bench) {
	for i := range b.Mean {
		b.Mean[i], b.LogVar[i] = math.Sin(float64(i*i)), 0.7*math.Cos(float64(3*i))
	}
}

// TestRanksStatistics: what a method observes of its share of a batch is that of
// the whole batch, here of a bench that has all eight rows.
func TestRanksStatistics(t *testing.T) {
	for name, observed := range map[string][]string{
		"bn": {"batch_mean", "unbiased_batch_variance"}, "du": {"batch_mean", "unbiased_batch_variance"},
		"scale": {"batch_variance", "factor"}, "mae": {"mpd", "diversity", "smoothness"},
	} {
		b, alone, whole := shared(t, name, nil)
		all := methodtest.NewBench(t, cvae.Text, name, nil, 8)
		for i, v := range b.Mean {
			all.Mean[i], all.Mean[len(b.Mean)+i] = v, v+1
			all.LogVar[i], all.LogVar[len(b.Mean)+i] = b.LogVar[i], b.LogVar[i]+1
		}
		want := all.Run()
		for _, o := range observed {
			methodtest.Near(t, name+" "+o, whole.Observed[o], want.Observed[o], 1e-12)
			if slices.Equal(whole.Observed[o], alone.Observed[o]) {
				t.Errorf("%s: %s does not see the other rank", name, o)
			}
		}
		methodtest.Near(t, name+": the mean of the first row", whole.Drawn.Mean[:3], want.Drawn.Mean[:3], 1e-12)
	}
}

// TestRanksCharge: the guard of free bits and the mean rate of targetrate are of
// the whole batch, where those of the other rank are 1 higher.
func TestRanksCharge(t *testing.T) {
	for name, settings := range map[string]map[string]any{
		"freebits":   {"freebits.lambda": 0.7, "freebits.variant": "dim-batch"}, // KLs of 0.5 and 1.5
		"targetrate": {"targetrate.nats": 1.7},                                  // rates of 1.5 and 2.5
	} {
		b, _, _ := shared(t, name, settings)
		methodtest.Fill(b.LogVar, []float64{0})
		b.Columns(1, -1, 1, -1)
		alone := b.Run().Charged
		g, err := b.Model.TrainingGraph(4)
		if err != nil {
			t.Fatal(err)
		}
		whole := methodtest.Run(t, g, b.Batch, 1).Charged
		want := map[string][2]float64{"freebits": {2.1, 1.5}, "targetrate": {0.2, -0.2}}[name]
		near(t, name+" alone", alone, want[0])
		near(t, name+" with another rank", whole, want[1])
	}
}

// TestRanksPairs: pairs are of the rows of all ranks. The estimate of aggkl is
// compared with its definition, that of mmd with what any shift of all draws
// leaves: z and the prior's draws of both ranks are shifted by 1.
func TestRanksPairs(t *testing.T) {
	_, _, r := shared(t, "aggkl", nil)
	var z, m, s []float64
	for _, shift := range []float64{0, 1} {
		for i := range r.Z {
			z, m, s = append(z, r.Z[i]+shift), append(m, r.Q.Mean[i]+shift), append(s, math.Exp((r.Q.LogVar[i]+shift)/2))
		}
	}
	near(t, "aggregated KL", r.Observed["aggregated_kl"], aggregatedKL(z, m, s))

	kernel := func(x, y []float64) (mean float64) {
		n := len(x) / 3
		for i := range n {
			for j := range n {
				square := 0.0
				for d := range 3 {
					square += (x[3*i+d] - y[3*j+d]) * (x[3*i+d] - y[3*j+d])
				}
				mean += math.Exp(-square/9) / float64(n*n)
			}
		}
		return mean
	}
	var prior []float64
	b := methodtest.NewBench(t, cvae.Text, "mmd", nil, 4)
	scatter(b)
	b.Ranks = func(s *cvae.Scope, x *G.Node) *G.Node {
		if x.Name() == "prior" {
			prior = x.Value().Data().([]float64)
		}
		return s.Try(G.Concat(0, x, s.Shift(x, 1)))
	}
	g, err := b.Model.TrainingGraph(4)
	if err != nil {
		t.Fatal(err)
	}
	r = methodtest.Run(t, g, b.Batch, 1)
	z = nil
	var p []float64
	for _, shift := range []float64{0, 1} {
		for i := range r.Z {
			z, p = append(z, r.Z[i]+shift), append(p, prior[i]+shift)
		}
	}
	near(t, "MMD", r.Observed["mmd"], kernel(z, z)+kernel(p, p)-2*kernel(z, p))
}
