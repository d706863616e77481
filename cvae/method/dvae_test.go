package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog/rng"
)

// TestKLDropout: below beta 1 a dimension is left out for the whole batch with
// probability kl_dropout, and the rest is not weighed up; at beta 1 all count. In
// 600 draws of 3 dimensions a share of 0.3 has a standard error of 0.011.
func TestKLDropout(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "dvae", map[string]any{"dvae.kl_dropout": 0.3}, 4)
	for i := range b.Mean {
		b.Mean[i] = []float64{1, 2, 4}[i%3] // KL 0.5, 2 and 8: every sum names its dimensions
	}
	left := 0.0
	for step := range 600 {
		r, err := b.Graph.Run(b.Batch, cvae.Draws{Seed: 1, Purpose: rng.Posterior, Step: step}, 0.5)
		if err != nil {
			t.Fatal(err)
		}
		for _, charged := range r.Charged {
			if charged != r.Charged[0] {
				t.Fatal("the rows of a batch leave out different dimensions")
			}
		}
		rest := r.Charged[0]
		for _, kl := range []float64{8, 2, 0.5} {
			if rest >= kl-1e-9 {
				rest -= kl
			} else {
				left++
			}
		}
		if math.Abs(rest) > 1e-9 {
			t.Fatalf("the charge is %g", r.Charged[0])
		}
	}
	if share := left / 1800; math.Abs(share-0.3) > 5*0.011 {
		t.Errorf("a share of %.3f is left out", share)
	}
	near(t, "charge at beta 1", b.Run().Charged[:1], 10.5)
	near(t, "charge in scoring", b.Score().Charged[:1], 10.5)
}

// TestDenoises: after patience validations without a better bound, and not before,
// training is that of the true words alone, for good.
func TestDenoises(t *testing.T) {
	for mode, c := range methodtest.Shapes() {
		parts := methodtest.Parts(t, "dvae", map[string]any{"dvae.patience": 2}, mode)
		rate := parts.Rate.(interface {
			cvae.Denoiser
			cvae.Validated
		})
		b := cvaetest.Batch(c)
		plain := methodtest.Train(t, methodtest.New(t, c, "vae", nil), b, 1)
		m := cvaetest.New[float64](t, c, parts.Parts, kernel.PureGo)
		for i, step := range []struct{ better, denoises bool }{{false, true}, {true, true}, {false, true}, {false, false}, {true, false}} {
			rate.Validated(step.better)
			if rate.Denoises() != step.denoises {
				t.Fatalf("%s: after validation %d: %t", mode, i+1, rate.Denoises())
			}
			got := methodtest.Train(t, m, b, 1)
			if same := got.Loss == plain.Loss; same == step.denoises {
				t.Errorf("%s: after validation %d the loss is %v, of true words %v", mode, i+1, got.Loss, plain.Loss)
			}
		}
	}
}

// TestDenoisingRefused says what cannot be joined.
func TestDenoisingRefused(t *testing.T) {
	for _, names := range []string{"dvae+worddropout", "dvae+fraternal", "dvae+freebits"} {
		if _, _, err := method.Compose(names, nil, cvae.Dialogue); err == nil {
			t.Errorf("%s is taken", names)
		}
	}
	if p := methodtest.Parts(t, "dvae+scale+skip", nil, cvae.Text); p.Decoder.Denoise != 0.4 || p.Schedule == nil {
		t.Errorf("parts %+v", p)
	}
}
