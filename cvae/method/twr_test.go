package method_test

import (
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog"
)

// twrShapes are the contract's, and an encoder of both directions that pools.
func twrShapes() map[string]cvae.Config {
	pooled := cvaetest.Configs()["dialogue both directions"]
	pooled.Encoder.Pool = "mean"
	shapes := map[string]cvae.Config{"dialogue both directions, mean": pooled}
	for mode, c := range methodtest.Shapes() {
		shapes[string(mode)] = c
	}
	return shapes
}

// TestPrefixKL works out the charge by hand: the closed form of the KL after each
// word, by scoring responses of which the encoder sees no more.
func TestPrefixKL(t *testing.T) {
	for name, c := range methodtest.Shapes() {
		m := methodtest.New(t, c, "twr", nil)
		b := cvaetest.Batch(c)
		got := methodtest.Train(t, m, b, 1)
		want, longest := make([]float64, b.Size()), 0
		for _, words := range b.Encoded {
			longest = max(longest, len(words))
		}
		for seen := 1; seen <= longest; seen++ {
			r := methodtest.Score(t, m, cut(b, seen))
			for i, words := range b.Encoded {
				if seen > len(words) {
					continue // the response has no more words
				}
				for _, v := range r.KL[i*c.Latent.Dim : (i+1)*c.Latent.Dim] {
					want[i] += v / float64(len(words))
				}
			}
		}
		methodtest.Near(t, string(name)+": charge", got.Charged, want, 1e-12)
	}
}

// cut is b with an encoder that sees so many words.
func cut(b *dialog.Batch, seen int) *dialog.Batch {
	out := *b
	out.Encoded = nil
	for _, words := range b.Encoded {
		out.Encoded = append(out.Encoded, words[:min(seen, len(words))])
	}
	return &out
}

// TestPrefixOfOneWord: where the encoder sees one word twr is the VAE, gradients
// and all. With more it is not, but its posterior is.
func TestPrefixOfOneWord(t *testing.T) {
	for name, c := range twrShapes() {
		twr, vae := methodtest.New(t, c, "twr", nil), methodtest.New(t, c, "vae", nil)
		whole := cvaetest.Batch(c)
		one := cut(whole, 1)
		got, want := methodtest.Train(t, twr, one, 0.7), methodtest.Train(t, vae, one, 0.7)
		methodtest.Near(t, name+": loss", []float64{got.Loss}, []float64{want.Loss}, 1e-12)
		for i, p := range twr.Params() {
			methodtest.Near(t, name+": gradient of "+p.Name, p.Grad, vae.Params()[i].Grad, 1e-12)
		}
		got, want = methodtest.Train(t, twr, whole, 0.7), methodtest.Train(t, vae, whole, 0.7)
		methodtest.Near(t, name+": z", got.Z, want.Z, 1e-12)
		methodtest.Near(t, name+": KL", got.KL, want.KL, 1e-12)
		if got.Loss == want.Loss {
			t.Errorf("%s: the loss of several words is that of the VAE", name)
		}
	}
}

// TestPrefixPadding: the charge of a response does not depend on longer ones
// beside it, and one longer than the model's responses is charged too.
func TestPrefixPadding(t *testing.T) {
	for name, c := range twrShapes() {
		m := methodtest.New(t, c, "twr", nil)
		b := cvaetest.Batch(c)
		want := methodtest.Train(t, m, b, 1).Charged[0]
		other := *b
		other.Encoded = append([][]int32(nil), b.Encoded...)
		other.Encoded[1] = append([]int32{5, 6, 7, 8}, b.Encoded[1]...)
		r := methodtest.Train(t, m, &other, 1)
		methodtest.Near(t, name+": charge", r.Charged[:1], []float64{want}, 1e-12)
		long := methodtest.Extremes(c)["uneven examples"]
		last := methodtest.Train(t, m, long, 1)
		methodtest.Near(t, name+": KL of a long response", last.KL, methodtest.Train(t, methodtest.New(t, c, "vae", nil), long, 1).KL, 1e-12)
	}
}

// TestGradientsPrefix checks pooled prefixes of both directions.
func TestGradientsPrefix(t *testing.T) {
	for _, pool := range []string{"last", "mean", "max"} {
		c := twrShapes()["dialogue both directions, mean"]
		c.Encoder.Pool = pool
		cvaetest.CheckGradients(t, c, methodtest.Parts(t, "twr", nil, c.Mode).Parts)
	}
	for name, c := range twrShapes() {
		if g := cvaetest.New[float32](t, c, methodtest.Parts(t, "twr", nil, c.Mode).Parts, kernel.Best()); g.Count() != methodtest.New(t, c, "vae", nil).Count() {
			t.Errorf("%s: twr has parameters of its own", name)
		}
	}
}
