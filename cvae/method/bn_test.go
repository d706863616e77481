package method_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

var modes = []cvae.Mode{cvae.Dialogue, cvae.Text}

// TestBNVector normalises [1,2,3,4] by hand: population std √1.25.
func TestBNVector(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "bn", map[string]any{"bn.beta": 0.1, "bn.epsilon": 0, "bn.learn_beta": "off"}, 4)
		b.Columns(1, 2, 3, 4)
		r := b.Run()
		square := 0.0
		for d := range 3 {
			got := b.Take(r.Q.Mean, d)
			methodtest.Near(t, "normalised mean", got, []float64{-0.704984, -0.168328, 0.368328, 0.904984}, 1e-6)
			for _, v := range got {
				square += v * v / 12
			}
		}
		methodtest.Near(t, "mean square", []float64{square}, []float64{0.6*0.6 + 0.1*0.1}, 1e-12)
		methodtest.Same(t, "what z is drawn from", r.Drawn.Mean, r.Q.Mean)
	}
}

// TestBNFloor is the equality for the means and the floor under the KL of
// every batch, both with what ε leaves of γ² (Zhu et al. 2020).
func TestBNFloor(t *testing.T) {
	const gamma, beta = 0.6, 0.25
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "bn", map[string]any{"bn.beta": beta, "bn.gamma": gamma}, 5)
		rapid.Check(t, func(rt *rapid.T) {
			for _, m := range [][]float64{b.Mean, b.LogVar, b.PriorMean, b.PriorLogVar} {
				for i := range m {
					m[i] = rapid.Float64Range(-3, 3).Draw(rt, "network output")
				}
			}
			r := b.Run()
			means, kl, want := 0.0, 0.0, 0.0
			for i, m := range whitened(r.Q.Mean, r.P) {
				means += 0.5 * m * m / 5
				kl += r.KL[i] / 5
			}
			for _, kept := range r.Observed["retention"] {
				want += 0.5 * (gamma*gamma*kept + beta*beta)
			}
			if math.Abs(means-want) > 1e-9 {
				rt.Fatalf("%s: half the mean square is %v, want %v", mode, means, want)
			}
			if kl < want-1e-9 {
				rt.Fatalf("%s: KL %v is below the floor %v", mode, kl, want)
			}
		})
	}
}

// whitened is (m−μp)/σp; m itself where the prior is N(0, I).
func whitened(m []float64, p cvae.Moments) []float64 {
	out := append([]float64(nil), m...)
	for i := range p.Mean {
		out[i] = (m[i] - p.Mean[i]) / math.Exp(0.5*p.LogVar[i])
	}
	return out
}

// TestBNRate is KL(q‖p) of the normalised posterior, with the formula of package
// latent on the reported moments.
func TestBNRate(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "bn", nil, 5)
		for i := range b.Mean {
			b.Mean[i], b.LogVar[i] = 0.2*float64(i*i%11), -0.2*float64(i%4)
		}
		for i := range b.PriorMean {
			b.PriorMean[i], b.PriorLogVar[i] = 0.3*float64(i%5)-0.4, 0.25*float64(i%3)-0.3
		}
		r := b.Run()
		want := make([]float64, len(r.KL))
		latent.KLPerDim(want, r.Q.Mean, r.Q.LogVar, r.P.Mean, r.P.LogVar)
		methodtest.Near(t, "KL", r.KL, want, 1e-12)
	}
}

// TestBNFloorTable is n(γ²+β²)/2 at 32 dimensions as the papers print it; the
// last row is BN-VAE(0.0, 0.7) of Song et al. 2024: KL without information.
func TestBNFloorTable(t *testing.T) {
	for _, row := range []struct{ gamma, beta, want float64 }{
		{0.5, 0, 4.00}, {0.6, 0, 5.76}, {0.7, 0, 7.84}, {0.9, 0, 12.96}, {1.0, 0, 16.00}, {0, 0.7, 7.84},
	} {
		settings := map[string]any{"bn.gamma": row.gamma, "bn.beta": row.beta, "bn.learn_beta": "off"}
		b := methodtest.NewBench(t, cvae.Text, "bn", settings, 4)
		b.Columns(1, -2, 5, 3) // ℓ = 0: the KL is that of the means alone
		kl := 0.0
		for _, v := range b.Run().KL {
			kl += v
		}
		perDimension := kl / 4 / 3
		methodtest.Near(t, "KL of 32 dimensions", []float64{32 * perDimension}, []float64{row.want}, 1e-9)
	}
}

// TestBNIgnoresScale multiplies the raw means: nothing moves but through ε.
func TestBNIgnoresScale(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "bn", nil, 5)
		for i := range b.Mean {
			b.Mean[i] = 0.3*float64(i*i%7) - 0.2
			b.LogVar[i] = -0.1 * float64(i%3)
		}
		first := b.Run()
		for i := range b.Mean {
			b.Mean[i] = 10*b.Mean[i] + 4
		}
		second := b.Run()
		methodtest.Near(t, "distortion", second.Rec, first.Rec, 1e-9)
		methodtest.Near(t, "KL", second.KL, first.KL, 1e-9)
	}
}

// TestBNEpsilonLeak is v/(v+ε) at PyTorch's ε for the raw standard deviations
// of the table, and the floor that it leaves.
func TestBNEpsilonLeak(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "bn", map[string]any{"bn.epsilon": 1e-5}, 4)
	for _, row := range []struct{ std, want float64 }{{1e-3, 0.0909}, {3.16e-3, 0.4996}, {1e-2, 0.9091}, {3e-2, 0.9890}} {
		b.Columns(row.std, -row.std, row.std, -row.std)
		r := b.Run()
		methodtest.Near(t, "retention", r.Observed["retention"], []float64{row.want, row.want, row.want}, 1e-4)
		got := r.Q.Mean[0] * r.Q.Mean[0] / 0.36
		methodtest.Near(t, "what is left of γ²", []float64{got}, []float64{row.want}, 1e-4)
	}
}

// TestBNRetentionAtInit starts models as they are trained, also the text
// autoencoder of He et al. 2019 from its narrow U(±0.01), in float32.
func TestBNRetentionAtInit(t *testing.T) {
	all := cvaetest.Configs()
	narrow := all["text"]
	narrow.Init = cvae.Init{Weights: 0.01, Embedding: 0.1}
	narrow.Encoder.Hidden, narrow.Encoder.Embedding = 256, 128
	all["text from a narrow start"] = narrow
	for name, c := range all {
		m := cvaetest.New[float32](t, c, methodtest.Parts(t, "bn", nil, c.Mode).Parts, kernel.PureGo)
		for _, kept := range methodtest.Train(t, m, cvaetest.Batch(c), 1).Observed["retention"] {
			if !(kept > 0.99) {
				t.Errorf("%s: retention %v", name, kept)
			}
		}
	}
}

// TestBNRunningStatistics follows BatchNorm1d by hand: momentum 0.1, unbiased
// variance of the batch that was run, whatever graph was built last.
func TestBNRunningStatistics(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "bn", nil, 4)
		b.Columns(1, 2, 3, 4) // mean 2.5, unbiased variance 5/3
		b.Update()
		near3(t, "running mean", b.Buffer("bn.running_mean"), 0.25)
		near3(t, "running variance", b.Buffer("bn.running_variance"), 0.9+0.1*5/3)
		b.Columns(-1, -1, 3, 3) // mean 1, unbiased variance 16/3
		b.Update()
		near3(t, "running mean", b.Buffer("bn.running_mean"), 0.9*0.25+0.1)
		near3(t, "running variance", b.Buffer("bn.running_variance"), 0.9*(0.9+0.1*5/3)+0.1*16/3)
	}
}

func near3(t *testing.T, what string, got []float64, want float64) {
	t.Helper()
	methodtest.Near(t, what, got, []float64{want, want, want}, 1e-12)
}

// TestBNRunningStatisticsOfOtherGraph builds the graph of another batch size in
// between, as plans of one length a batch do.
func TestBNRunningStatisticsOfOtherGraph(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "bn", nil, 4)
	if _, err := b.Model.TrainingGraph(9); err != nil {
		t.Fatal(err)
	}
	b.Columns(1, 2, 3, 4)
	b.Update()
	near3(t, "running variance", b.Buffer("bn.running_variance"), 0.9+0.1*5/3)
}

// TestBNScoring uses the running statistics alone.
func TestBNScoring(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "bn", map[string]any{"bn.gamma": 0.5, "bn.beta": 0.25}, 4)
	b.Columns(1, 2, 3, 4)
	b.Update()
	mean, std := 0.25, math.Sqrt(0.9+0.1*5/3)
	r := b.Score()
	for i, x := range []float64{1, 2, 3, 4} {
		want := 0.5*(x-mean)/std + 0.25
		methodtest.Near(t, "mean in scoring", b.Take(r.Q.Mean, 1)[i:i+1], []float64{want}, 1e-12)
	}
	methodtest.Same(t, "the same again", b.Score().Q.Mean, r.Q.Mean)
}

// TestBNTrains says what moves: β, and never γ, which is not a parameter.
func TestBNTrains(t *testing.T) {
	for _, learn := range []string{"on", "off"} {
		m := methodtest.New(t, methodtest.Shapes()[cvae.Dialogue], "bn", map[string]any{"bn.learn_beta": learn, "bn.beta": 0.5})
		methodtest.Train(t, m, cvaetest.Batch(m.Config), 1)
		found := map[string][]float64{}
		for _, p := range m.Params() {
			found[p.Name] = p.Grad
		}
		if _, ok := found["bn.gamma"]; ok {
			t.Error("γ is trained")
		}
		grad, ok := found["bn.beta"]
		if ok != (learn == "on") {
			t.Errorf("learn_beta %s: β trained is %v", learn, ok)
		}
		for _, g := range grad {
			if g == 0 {
				t.Error("β has no gradient")
			}
		}
	}
}

// TestBNSavesStatistics: everything that scoring needs is in buffers.
func TestBNSavesStatistics(t *testing.T) {
	old, fresh := methodtest.NewBench(t, cvae.Text, "bn", nil, 4), methodtest.NewBench(t, cvae.Text, "bn", nil, 4)
	for _, b := range []*methodtest.Bench{old, fresh} {
		b.Columns(1, 2, 3, 4)
	}
	old.Update()
	for i, b := range old.Model.Buffers() {
		copy(fresh.Model.Buffers()[i].Value, b.Value)
	}
	methodtest.Same(t, "KL after loading", fresh.Score().KL, old.Score().KL)
}
