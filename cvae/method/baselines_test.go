package method_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog/rng"
)

// TestVAERate compares the KL with numbers worked out from the formula of
// Kingma and Welling 2014, appendix B, by hand.
func TestVAERate(t *testing.T) {
	for _, row := range []struct{ mean, variance, priorMean, priorVariance, want float64 }{
		{0.5, 0.64, 0, 1, 0.1681435513},
		{0.5, 0.64, -0.25, 2.25, 0.3958308816},
		{-0.25, 2.25, 0.5, 0.64, 1.0686569656},
		{0, 1, 0, 1, 0},
	} {
		for _, mode := range modes {
			if mode == cvae.Text && row.priorVariance != 1 {
				continue
			}
			b := methodtest.NewBench(t, mode, "vae", nil, 3)
			methodtest.Fill(b.Mean, []float64{row.mean})
			methodtest.Fill(b.LogVar, []float64{math.Log(row.variance)})
			methodtest.Fill(b.PriorMean, []float64{row.priorMean})
			methodtest.Fill(b.PriorLogVar, []float64{math.Log(row.priorVariance)})
			near(t, "KL", b.Run().KL, row.want)
		}
	}
}

// TestVAERateVanishes only where the posterior is the prior, and is never below
// half the squared distance of the means.
func TestVAERateVanishes(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "vae", nil, 2)
	rapid.Check(t, func(rt *rapid.T) {
		for i := range b.Mean {
			b.Mean[i] = rapid.SampledFrom([]float64{0, 0, 1e-3, -2, 5}).Draw(rt, "mean")
			b.LogVar[i] = rapid.SampledFrom([]float64{0, 0, 1e-3, -6, 3}).Draw(rt, "log-variance")
		}
		for i, kl := range b.Run().KL {
			if (kl == 0) != (b.Mean[i] == 0 && b.LogVar[i] == 0) || kl < b.Mean[i]*b.Mean[i]/2-1e-12 {
				rt.Fatalf("KL %v of mean %v and log-variance %v", kl, b.Mean[i], b.LogVar[i])
			}
		}
	})
}

// TestVAERateIsMonteCarlo draws z from the graph: the mean of ln q(z) − ln p(z)
// is the KL. 18,000 draws of standard deviation 0.6 at most: 5 standard errors
// are 0.023.
func TestVAERateIsMonteCarlo(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Dialogue, "vae", nil, 20)
	const mean, variance, priorMean, priorVariance = 0.5, 0.64, -0.25, 2.25
	methodtest.Fill(b.Mean, []float64{mean})
	methodtest.Fill(b.LogVar, []float64{math.Log(variance)})
	methodtest.Fill(b.PriorMean, []float64{priorMean})
	methodtest.Fill(b.PriorLogVar, []float64{math.Log(priorVariance)})
	sum, n := 0.0, 0
	for step := range 300 {
		r, err := b.Graph.Run(b.Batch, cvae.Draws{Seed: 1, Purpose: rng.Posterior, Step: step}, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, z := range r.Z {
			q, p := z-mean, z-priorMean
			sum += 0.5 * (p*p/priorVariance + math.Log(priorVariance) - q*q/variance - math.Log(variance))
			n++
		}
	}
	if got := sum / float64(n); math.Abs(got-0.3958308816) > 0.023 {
		t.Errorf("Monte Carlo KL %v over %d draws", got, n)
	}
}

// decoderOf builds a model of c with lm's or seq2seq's weights where both have
// them, and with no way from z to the decoder.
func decoderOf(t *testing.T, c cvae.Config, from *cvae.Model[float64]) *cvae.Model[float64] {
	t.Helper()
	m := methodtest.New(t, c, "vae", nil)
	values := map[string][]float64{}
	for _, p := range from.Params() {
		values[p.Name] = p.Value
	}
	ofZ := "start.weight1"
	if c.Mode == cvae.Text {
		ofZ = "start.weight0"
	}
	for _, p := range m.Params() {
		switch v := values[p.Name]; {
		case p.Name == "decoder.latent" || p.Name == ofZ:
			clear(p.Value)
		case v != nil && len(v) == len(p.Value):
			copy(p.Value, v)
		}
	}
	m.Changed()
	return m
}

// TestBaselineIsVAEWithoutLatent: a VAE whose decoder does not read z is the
// language model, and with a context sequence to sequence, bit for bit.
func TestBaselineIsVAEWithoutLatent(t *testing.T) {
	for mode, name := range map[cvae.Mode]string{cvae.Text: "lm", cvae.Dialogue: "seq2seq"} {
		c := methodtest.Shapes()[mode]
		baseline := methodtest.New(t, c, name, nil)
		m := decoderOf(t, c, baseline)
		b := cvaetest.Batch(c)
		methodtest.Same(t, name, methodtest.Score(t, m, b).Rec, methodtest.Score(t, baseline, b).Rec)
	}
}

// TestBaselinesHaveNoLatent: what the rows leave out of the model.
func TestBaselinesHaveNoLatent(t *testing.T) {
	for name, hasContext := range map[string]bool{"lm": false, "seq2seq": true} {
		c := methodtest.Shapes()[cvae.Dialogue]
		m := methodtest.New(t, c, name, nil)
		r := methodtest.Score(t, m, cvaetest.Batch(c))
		if r.KL != nil || r.Z != nil || (r.C != nil) != hasContext {
			t.Errorf("%s: KL %v, z %v, c %v", name, r.KL, r.Z, r.C)
		}
	}
	for _, name := range []string{"vae", "linear", "bn", "scale", "bow"} {
		for _, mode := range modes {
			if m := methodtest.New(t, methodtest.Shapes()[mode], name, nil); m.Latent().Steps != 1 {
				t.Errorf("%s has no latent in %s mode", name, mode)
			}
		}
	}
}

// TestPerplexity: a model that knows nothing has the perplexity of its
// vocabulary, exp(Σ NLL/Σ words), </s> counted.
func TestPerplexity(t *testing.T) {
	c := methodtest.Shapes()[cvae.Text]
	m := methodtest.New(t, c, "lm", nil)
	for _, p := range m.Params() {
		if p.Name == "vocabulary.weight" {
			clear(p.Value)
		}
	}
	m.Changed()
	b := cvaetest.Batch(c)
	sum := 0.0
	for _, nll := range methodtest.Score(t, m, b).Rec {
		sum += nll
	}
	words := 0
	for _, response := range b.Encoded { // <s> … </s>
		words += len(response) - 1
	}
	near(t, "perplexity", []float64{math.Exp(sum / float64(words))}, cvaetest.Vocabulary)
	if words != b.Tokens() {
		t.Errorf("%d words, Tokens says %d", words, b.Tokens())
	}
}

// TestBagOfWords: the loss is what the words cost without their order, enters
// by its weight, and is no part of distortion or KL.
func TestBagOfWords(t *testing.T) {
	c := methodtest.Shapes()[cvae.Dialogue]
	with, without := methodtest.New(t, c, "bow", map[string]any{"bow.weight": 3}), methodtest.New(t, c, "vae", nil)
	b := cvaetest.Batch(c)
	r, plain := methodtest.Score(t, with, b), methodtest.Score(t, without, b)
	methodtest.Same(t, "distortion", r.Rec, plain.Rec)
	methodtest.Same(t, "KL", r.KL, plain.KL)
	for _, p := range with.Params() {
		if p.Name == "bag.weight" || p.Name == "bag.bias" {
			clear(p.Value)
		}
	}
	with.Changed()
	for i, loss := range methodtest.Score(t, with, b).Bag {
		near(t, "uniform bag", []float64{loss}, float64(len(b.Target[i]))*math.Log(cvaetest.Vocabulary))
	}
	if plain.Bag != nil {
		t.Error("vae has a bag of words")
	}
}
