package eval

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// posteriors are the two kinds of q̂: q itself in dialogue, and a scaled one
// whose generator is not the prior.
var posteriors = []struct {
	config string
	cvae.Posterior
}{{"dialogue gru", cvae.GaussianPosterior{}}, {"text", doubled{}}}

// TestImportanceIsTheBound: with one sample ln w is, in expectation, minus the
// bound of the same example. The mean difference of 65 examples with 16 draws
// each must lie within 4 standard errors of 0.
func TestImportanceIsTheBound(t *testing.T) {
	for _, p := range posteriors {
		c := wide(p.config)
		m, s := model(t, c, cvae.Parts{Posterior: p.Posterior}), set(t, c, 65)
		difference := latent.NewMoments[float64](1)
		for seed := range uint64(16) {
			r := evaluate(t, m, s, Options{Seed: seed, Samples: 1})
			if err := difference.Add([]float64{float64(r.NLL.IW - r.NLL.ELBO)}); err != nil {
				t.Fatal(err)
			}
		}
		mean, se := difference.Mean()[0], math.Sqrt(difference.Variance()[0]/16)
		if !(math.Abs(mean) < 4*se) || !(se < 0.2) {
			t.Errorf("%s: iw − elbo is %.4f ± %.4f, want 0", p.config, mean, se)
		}
	}
}

// TestImportanceTightens: the likelihood improves with K, and even for few
// samples on the bound (Burda et al. 2016, theorem 1).
func TestImportanceTightens(t *testing.T) {
	for _, p := range posteriors {
		c := wide(p.config)
		m, s := model(t, c, cvae.Parts{Posterior: p.Posterior}), set(t, c, 130)
		before := evaluate(t, m, s, Options{Seed: 1}).NLL.ELBO
		for _, k := range []int{4, 16, 64} {
			r := evaluate(t, m, s, Options{Seed: 1, Samples: k})
			if !(r.NLL.IW < before) || *r.NLL.Samples != k || !(r.NLL.IWError > 0) || !(r.PPL.IW < r.PPL.ELBO) {
				t.Errorf("%s: iw of %d samples is %v ± %v, fewer give %v", p.config, k, r.NLL.IW, r.NLL.IWError, before)
			}
			before = r.NLL.IW
		}
	}
}

// TestIgnoredLatent cuts z off from the decoder of a model whose q̂ is the
// generator: all weights are p(x|c), z holds no information about the
// response, and the KL has collapsed. The estimate of the information is then
// the mean of ½Σ(t²−1) over standard normal t, whose standard error for N
// examples is √(Z/2N).
func TestIgnoredLatent(t *testing.T) {
	const n = 1000
	c := wide("dialogue both directions") // z reaches the start state alone
	c.Init.Weights = 3                    // a prior that depends on the context
	m := model(t, c, cvae.Parts{Posterior: priorPosterior{}})
	for _, p := range m.Params() {
		if strings.HasPrefix(p.Name, "start") {
			clear(p.Value)
		}
	}
	m.Changed()
	r := evaluate(t, m, set(t, c, n), Options{Samples: 3})
	near(t, "kl", r.KL, 0, 1e-6)
	near(t, "nll.elbo", r.NLL.ELBO, float64(r.Rec), 1e-6)
	near(t, "nll.iw", r.NLL.IW, float64(r.Rec), 1e-6)
	noise := 4 * math.Sqrt(float64(c.Latent.Dim)/2/n)
	near(t, "mi.full", r.MI.Full, 0, noise)
	near(t, "mi.minibatch", r.MI.Minibatch, 0, noise)
	if !(float64(r.MI.RawFull) > 4*noise) {
		t.Errorf("mi.raw_full is %v, but the prior depends on the context", r.MI.RawFull)
	}
	if *r.Residual != 0 || *r.Active == 0 || !*r.Collapse.KL || !*r.Collapse.ContextOnly || *r.Collapse.Prior {
		t.Errorf("%d active and %d residual units, collapse %+v", *r.Active, *r.Residual, r.Collapse)
	}
}

// TestDistortionAgrees: decoding without the graph gives the distortion of the
// scoring result for the same c and z.
func TestDistortionAgrees(t *testing.T) {
	for _, name := range []string{"dialogue gru", "dialogue lstm", "text"} {
		c := wide(name)
		m := model(t, c, cvae.Parts{})
		err := Each(t.Context(), m, set(t, c, 65), 1, func(_ []int, b *dialog.Batch, r *cvae.Result) error {
			for i, v := range m.Distortion(b, m.ContextsOf(b, single(r.C)), single(r.Z)) {
				near(t, fmt.Sprintf("%s: distortion of row %d", name, i), Number(v), r.Rec[i], 1e-5)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestImportanceSubset: the samples of an example depend on neither the subset
// nor the batch, and the subset is fixed.
func TestImportanceSubset(t *testing.T) {
	if a, b := subset(100, 7), subset(100, 7); len(a) != 7 || fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("subsets %v and %v of 7", a, b)
	}
	if n := len(subset(5, 9)); n != 5 {
		t.Errorf("%d of 5 examples are chosen when 9 are asked for", n)
	}
	c := wide("text")
	m, s := model(t, c, cvae.Parts{}), set(t, c, 70)
	want := map[int]float64{}
	nll := func(examples []int, into map[int]float64) {
		w := weigher{m, 1, 4}
		err := each(t.Context(), m, s, examples, 1, func(examples []int, b *dialog.Batch, r *cvae.Result) error {
			v, err := w.nll(t.Context(), examples, b, r)
			for i, e := range examples {
				into[e] = v[i]
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	nll(subset(70, 0), want)
	got := map[int]float64{}
	nll(subset(70, 5), got)
	if len(got) != 5 || len(want) != 70 {
		t.Fatalf("%d and %d examples", len(got), len(want))
	}
	for e, v := range got {
		near(t, fmt.Sprintf("iw of example %d", e), Number(v), want[e], 1e-5)
	}
}
