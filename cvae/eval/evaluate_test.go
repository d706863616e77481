package eval

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// TestEvaluateSums recomputes the rates of a report from the result of every
// example, in dialogue.
func TestEvaluateSums(t *testing.T) {
	c := wide("dialogue gru")
	m, n := model(t, c, cvae.Parts{}), 65
	s, d := set(t, c, n), c.Latent.Dim
	var rec, kl, prior float64
	tokens, perDim := 0, make([]float64, d)
	err := Each(t.Context(), m, s, 2, func(_ []int, b *dialog.Batch, r *cvae.Result) error {
		tokens += b.Tokens()
		for i := range r.Rec {
			rec += r.Rec[i]
			kl += latent.KL(row(r.Q.Mean, i, d), row(r.Q.LogVar, i, d), row(r.P.Mean, i, d), row(r.P.LogVar, i, d))
			prior += latent.KL(row(r.P.Mean, i, d), row(r.P.LogVar, i, d), nil, nil)
			for k, v := range row(r.KL, i, d) {
				perDim[k] += v / float64(n)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := evaluate(t, m, s, Options{Seed: 2})
	near(t, "rec", r.Rec, rec/float64(n), 1e-9)
	near(t, "kl", r.KL, kl/float64(n), 1e-5)
	near(t, "prior_kl", r.PriorKL, prior/float64(n), 1e-9)
	near(t, "nll.elbo", r.NLL.ELBO, (rec+kl)/float64(n), 1e-5)
	near(t, "ppl.elbo", r.PPL.ELBO, math.Exp((rec+kl)/float64(tokens)), 1e-4)
	near(t, "ppl.reconstruction", r.PPL.Reconstruction, math.Exp(rec/float64(tokens)), 1e-9)
	near(t, "side", r.Side, 0, 0)
	for k, v := range r.KLPerDim {
		near(t, "kl_per_dim", v, perDim[k], 1e-9)
	}
	if r.Examples != n || r.Tokens != tokens || *r.LatentDim != d || len(r.KLPerDim) != d {
		t.Errorf("%d examples, %d tokens, latent of %d, want %d, %d, %d", r.Examples, r.Tokens, *r.LatentDim, n, tokens, d)
	}
	if r.Collapse.Prior == nil || r.Bounds.E1.Known() {
		t.Errorf("collapse.prior %v must apply in dialogue, bounds %v only to Scale", r.Collapse.Prior, r.Bounds)
	}
}

// TestEvaluateScaled holds a Scale-VAE to the closed forms of its bounds, and
// checks that its likelihood is that of the generator.
func TestEvaluateScaled(t *testing.T) {
	c := wide("text")
	m := model(t, c, cvae.Parts{Posterior: doubled{}})
	s, d := set(t, c, 65), c.Latent.Dim
	var want latent.ScaleBounds
	factors := []float64{factor, factor, factor}
	means := latent.NewMoments[float64](d)
	err := Each(t.Context(), m, s, 3, func(_ []int, _ *dialog.Batch, r *cvae.Result) error {
		for i, rec := range r.Rec {
			b := latent.NewScaleBounds(rec, row(r.Q.Mean, i, d), stds(row(r.Q.LogVar, i, d)), factors)
			want.E1, want.E2, want.E3 = want.E1+b.E1/65, want.E2+b.E2/65, want.E3+b.E3/65
		}
		return means.Add(r.Drawn.Mean)
	})
	if err != nil {
		t.Fatal(err)
	}
	r := evaluate(t, m, s, Options{Seed: 3})
	near(t, "e1", r.Bounds.E1, want.E1, 1e-5)
	near(t, "e2", r.Bounds.E2, want.E2, 1e-5)
	near(t, "e3", r.Bounds.E3, want.E3, 1e-5)
	near(t, "nll.elbo", r.NLL.ELBO, want.E2, 1e-5)
	near(t, "mi.raw_full", r.MI.RawFull, float64(r.MI.Full), 0) // N(0,I) whitens nothing
	if got, want := *r.Active, means.Active(latent.ActiveThreshold); got != want || *r.Residual != want {
		t.Errorf("%d units active and %d whitened, want %d: those of the drawn means", got, *r.Residual, want)
	}
	if r.PriorKL.Known() || r.Collapse.Prior != nil {
		t.Errorf("prior_kl %v and collapse.prior %v do not apply to text", r.PriorKL, r.Collapse.Prior)
	}
}

// TestEvaluateThreads compares all bits of a report for 1 and 2 threads.
func TestEvaluateThreads(t *testing.T) {
	c := wide("dialogue both directions")
	s := set(t, c, 65)
	var reports []Report
	for _, threads := range []int{1, 2} {
		team, err := kernel.NewTeam(threads, kernel.Best())
		if err != nil {
			t.Fatal(err)
		}
		defer team.Close()
		m, err := cvae.New[float32](c, cvaetest.Vocabulary, cvae.Parts{}, 3, team)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, evaluate(t, m, s, Options{Seed: 1, Samples: 3, Threads: threads}))
	}
	same := cmp.Comparer(func(a, b Number) bool { return a == b || !a.Known() && !b.Known() })
	if diff := cmp.Diff(reports[0], reports[1], same); diff != "" {
		t.Errorf("1 and 2 threads differ:\n%s", diff)
	}
}

// TestEvaluateWithoutLatent: what a latent would bring does not apply, and the
// likelihood is the distortion.
func TestEvaluateWithoutLatent(t *testing.T) {
	for _, noContext := range []bool{false, true} {
		c := wide("dialogue gru")
		m := model(t, c, cvae.Parts{NoLatent: true, NoContext: noContext})
		r := evaluate(t, m, set(t, c, 65), Options{Samples: 4})
		if r.NLL.ELBO != r.Rec || !r.Rec.Known() || r.PPL.ELBO != r.PPL.Reconstruction {
			t.Errorf("nll %v and ppl %v, want rec %v and %v", r.NLL.ELBO, r.PPL.ELBO, r.Rec, r.PPL.Reconstruction)
		}
		if r.NLL.IW.Known() || r.KL.Known() || r.Side.Known() || r.MI.Full.Known() || r.Active != nil || r.NLL.Samples != nil {
			t.Errorf("a model without latent reports %+v", r)
		}
	}
}

// TestEvaluateNaN: a model that has diverged is reported, not a crash.
func TestEvaluateNaN(t *testing.T) {
	c := wide("dialogue gru")
	m := model(t, c, cvae.Parts{})
	for _, p := range m.Params() {
		for i := range p.Value {
			p.Value[i] = float32(math.NaN())
		}
	}
	m.Changed()
	r := evaluate(t, m, set(t, c, 5), Options{Samples: 2})
	if r.NLL.ELBO.Known() || r.NLL.IW.Known() || r.MI.Full.Known() || r.MI.Minibatch.Known() || r.Collapse.KL != nil {
		t.Errorf("a model of NaN reports %+v", r)
	}
}

func TestEvaluateErrors(t *testing.T) {
	c := wide("text")
	m, s := model(t, c, cvae.Parts{}), set(t, c, 3)
	for _, test := range []struct {
		s    *dialog.Set
		o    Options
		want string
	}{
		{set(t, c, 0), Options{}, "there are no examples to evaluate"},
		{s, Options{Samples: -1}, "-1 importance samples; it must be 0 or more"},
		{s, Options{SampleExamples: -2}, "importance samples for -2 examples; it must be 0, for all, or more"},
		{s, Options{Batch: -3}, "a training batch of -3 examples; it must be 0, for 32, or more"},
	} {
		if _, err := Evaluate(t.Context(), m, test.s, test.o, nil); err == nil || err.Error() != test.want {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}

// TestEvaluateCancelled ends the context in either pass: after the first batch
// of scoring, and after all of them.
func TestEvaluateCancelled(t *testing.T) {
	c := wide("text")
	m, s := model(t, c, cvae.Parts{}), set(t, c, 130)
	for _, after := range []int{0, 64, 130} {
		ctx, cancel := context.WithCancel(t.Context())
		if after == 0 {
			cancel()
		}
		last := 0
		_, err := Evaluate(ctx, m, s, Options{Samples: 2}, func(done, total int) {
			if last = done; done >= after {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || last != after {
			t.Errorf("cancelled after %d: stopped after %d with %v", after, last, err)
		}
		cancel()
	}
}

// TestEvaluateProgress: every response that is decoded counts once.
func TestEvaluateProgress(t *testing.T) {
	c := wide("text")
	m := model(t, c, cvae.Parts{})
	last, count := 0, 0
	_, err := Evaluate(t.Context(), m, set(t, c, 70), Options{Samples: 3, SampleExamples: 10}, func(done, total int) {
		if done <= last || total != 70+3*10 {
			t.Errorf("%d of %d done after %d", done, total, last)
		}
		last, count = done, count+1
	})
	if err != nil || last != 100 || count != 3 {
		t.Errorf("ended at %d after %d calls: %v", last, count, err)
	}
}

// TestPerExample: what a report says of all examples is the mean of what it has
// of each, in the order of the set.
func TestPerExample(t *testing.T) {
	for _, p := range posteriors {
		c := wide(p.config)
		s := set(t, c, 130)
		r := evaluate(t, model(t, c, cvae.Parts{Posterior: p.Posterior}), s, Options{Seed: 1, Samples: 4, SampleExamples: 70})
		each := r.PerExample
		if len(each.Bound) != 130 || len(each.IW) != 70 || len(each.Sampled) != 70 || !slices.IsSorted(each.Sampled) {
			t.Fatalf("%s: %d bounds, %d of %d examples with weights", p.config, len(each.Bound), len(each.IW), len(each.Sampled))
		}
		near(t, "elbo", r.NLL.ELBO, mean(each.Bound), 1e-9)
		near(t, "iw", r.NLL.IW, mean(each.IW), 1e-9)
		tokens := 0
		for i, n := range each.Tokens {
			if tokens += n; n != s.Length(i) {
				t.Errorf("example %d has %d tokens, and the set says %d", i, n, s.Length(i))
			}
		}
		if tokens != r.Tokens {
			t.Errorf("%d tokens, want %d", tokens, r.Tokens)
		}
	}
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}
