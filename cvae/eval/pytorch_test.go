package eval_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A judgement is one case of testdata/pytorch.json, which testdata/pytorch.py
// wrote. Matrices are (B,Z), of four responses.
type judgement struct {
	Name, Config, Conditional string
	Parameters                int // numbers of all of them
	Dialogues                 [][]string
	TrainedMean               []float64 `json:"trained_mean"` // of q, in training
	RunningMean               []float64 `json:"running_mean"`
	RunningVariance           []float64 `json:"running_variance"`
	Mean                      []float64 // of q, in scoring
	LogVariance               []float64 `json:"log_variance"`
	KL                        []float64
	Rec, IW                   []float64 // (B) −ln p(x|z,c) and −ln of the importance estimate of p(x|c)
	PriorKL                   []float64 `json:"prior_kl"` // (B)
}

// A frozen is all cases and what their draws are made from.
type frozen struct {
	Seed    uint64
	Samples int
	Cases   []judgement
}

// TestPyTorch holds the evaluator to what PyTorch computed in float64 from the
// same parameters and draws. The models here are float32, so that sums of 30
// nats agree to about 1e-5.
func TestPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/pytorch.json")
	if err != nil {
		t.Fatal(err)
	}
	var f frozen
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Cases) != 3 {
		t.Fatalf("%d cases, want 3", len(f.Cases))
	}
	for _, want := range f.Cases {
		t.Run(want.Name, func(t *testing.T) {
			c := cvaetest.Configs()[want.Config]
			m := judged(t, c, want)
			s, err := dialog.Encode(want.sequence, eval.Numerals{}, c.Window(), nil)
			if err != nil {
				t.Fatal(err)
			}
			compareNormalisation(t, m, m.Batch(s, []int{0, 1, 2, 3}), want)
			comparePosterior(t, m, s, f.Seed, want)
			compareScores(t, m, s, f, want)
			compareReport(t, m, s, f, want)
		})
	}
}

// judged is the model of a case: element i of a parameter is 0.6 sin(0.37 i +
// the sum of the bytes of its name).
func judged(t *testing.T, c cvae.Config, want judgement) *eval.Model {
	t.Helper()
	parts := methodtest.Parts(t, "bn", map[string]any{"bn.conditional": want.Conditional}, c.Mode).Parts
	m := cvaetest.New[float32](t, c, parts, kernel.PureGo)
	if m.Count() != want.Parameters {
		t.Fatalf("the model has %d parameters and PyTorch's %d", m.Count(), want.Parameters)
	}
	for _, p := range m.Params() {
		phase := 0.0
		for _, b := range []byte(p.Name) {
			phase += float64(b)
		}
		for i := range p.Value {
			p.Value[i] = float32(0.6 * math.Sin(0.37*float64(i)+phase))
		}
	}
	m.Changed()
	return m
}

// sequence yields the dialogues of a case.
func (j judgement) sequence(yield func(dialog.Dialogue, error) bool) {
	for _, turns := range j.Dialogues {
		var d dialog.Dialogue
		for i, text := range turns {
			d.Turns = append(d.Turns, dialog.Turn{Speaker: strconv.Itoa(i % 2), Text: text})
		}
		if !yield(d, nil) {
			return
		}
	}
}

// compareNormalisation trains on the batch as far as batch normalisation goes.
func compareNormalisation(t *testing.T, m *eval.Model, b *dialog.Batch, want judgement) {
	t.Helper()
	g, err := m.TrainingGraph(b.Size())
	if err != nil {
		t.Fatal(err)
	}
	r, err := g.Run(b, cvae.Draws{Seed: 1, Purpose: rng.Posterior}, 1)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "mean of q in training", r.Q.Mean, want.TrainedMean)
	m.Parts.Posterior.(cvae.AfterUpdater).AfterUpdate(r.Observed)
	for _, buffer := range m.Buffers() {
		var got []float64
		for _, v := range buffer.Value {
			got = append(got, float64(v))
		}
		agree(t, buffer.Name, got, map[string][]float64{
			"bn.running_mean": want.RunningMean, "bn.running_variance": want.RunningVariance,
		}[buffer.Name])
	}
}

// comparePosterior looks at what scoring says of the latent.
func comparePosterior(t *testing.T, m *eval.Model, s *dialog.Set, seed uint64, want judgement) {
	t.Helper()
	err := eval.Each(t.Context(), m, s, seed, func(_ []int, _ *dialog.Batch, r *cvae.Result) error {
		agree(t, "mean of q", r.Q.Mean, want.Mean)
		agree(t, "log-variance of q", r.Q.LogVar, want.LogVariance)
		agree(t, "KL", r.KL, want.KL)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// compareScores looks at the likelihood of each response.
func compareScores(t *testing.T, m *eval.Model, s *dialog.Set, f frozen, want judgement) {
	t.Helper()
	scores, err := eval.Score(t.Context(), m, m.Batch(s, []int{0, 1, 2, 3}), f.Seed, f.Samples)
	if err != nil {
		t.Fatal(err)
	}
	var rec, kl, bound, iw []float64
	for _, l := range scores {
		rec, kl = append(rec, float64(l.Rec)), append(kl, float64(l.KL))
		bound, iw = append(bound, -float64(l.Bound)), append(iw, -float64(l.IW))
	}
	agree(t, "rec", rec, want.Rec)
	agree(t, "KL of a response", kl, want.rates())
	agree(t, "bound", bound, want.bounds())
	agree(t, "importance estimate", iw, want.IW)
}

// rates is the KL of every response.
func (j judgement) rates() []float64 {
	out, d := make([]float64, len(j.Rec)), len(j.KL)/len(j.Rec)
	for i, v := range j.KL {
		out[i/d] += v
	}
	return out
}

// bounds is rec + KL of every response.
func (j judgement) bounds() []float64 {
	out := j.rates()
	for i, rec := range j.Rec {
		out[i] += rec
	}
	return out
}

// compareReport looks at the means that cvae eval prints.
func compareReport(t *testing.T, m *eval.Model, s *dialog.Set, f frozen, want judgement) {
	t.Helper()
	r, err := eval.Evaluate(t.Context(), m, s, eval.Options{Seed: f.Seed, Samples: f.Samples}, nil)
	if err != nil {
		t.Fatal(err)
	}
	perToken := float64(s.Len()) / float64(r.Tokens)
	for _, c := range []struct {
		name string
		got  eval.Number
		want float64
	}{
		{"rec", r.Rec, mean(want.Rec)},
		{"kl", r.KL, mean(want.rates())},
		{"nll.elbo", r.NLL.ELBO, mean(want.bounds())},
		{"nll.iw", r.NLL.IW, mean(want.IW)},
		{"ppl.elbo", r.PPL.ELBO, math.Exp(perToken * mean(want.bounds()))},
		{"ppl.iw", r.PPL.IW, math.Exp(perToken * mean(want.IW))},
		{"ppl.reconstruction", r.PPL.Reconstruction, math.Exp(perToken * mean(want.Rec))},
	} {
		agree(t, c.name, []float64{float64(c.got)}, []float64{c.want})
	}
	if m.Config.Mode == cvae.Dialogue {
		agree(t, "prior_kl", []float64{float64(r.PriorKL)}, []float64{mean(want.PriorKL)})
	}
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

// agree compares numbers, by the larger of 1 and their size.
func agree(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= 2e-5*max(1, math.Abs(w))) {
			t.Errorf("%s: number %d is %.8g, PyTorch's %.8g", what, i, got[i], w)
		}
	}
}
