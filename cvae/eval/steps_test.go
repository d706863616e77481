package eval

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
)

// TestStepsOfZ: of a latent of two steps the report has the rate, by dimension
// over both steps, and the bound; what a vector alone has is null.
func TestStepsOfZ(t *testing.T) {
	c := wide("dialogue gru")
	m := model(t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}})
	r := evaluate(t, m, set(t, c, 20), Options{Seed: 1, Samples: 3})
	if !reflect.DeepEqual(r.Latent.Shape, []int{2, 3}) || *r.LatentDim != 3 || len(r.KLPerDim) != 3 {
		t.Errorf("shape %v, %d dimensions, KL %v", r.Latent.Shape, *r.LatentDim, r.KLPerDim)
	}
	near(t, "the sum over dimensions", r.KLPerDim[0]+r.KLPerDim[1]+r.KLPerDim[2], float64(r.KL), 1e-6)
	near(t, "the bound", r.NLL.ELBO, float64(r.Rec+r.KL), 1e-6)
	if r.Active != nil || r.Residual != nil || r.Collapse.Prior != nil || r.Collapse.ContextOnly != nil || r.NLL.IW.Known() || r.NLL.Samples != nil {
		t.Errorf("active %v, residual %v, collapse %v, iw %v", r.Active, r.Residual, r.Collapse, r.NLL.IW)
	}
	text, err := json.Marshal(r)
	for _, part := range []string{`"mi":{"full":null,"full_se":null,"minibatch":null,"raw_full":null`, `"ceiling":{"full":null,"minibatch":null,"steps":`, `"active_units":null`, `"latent":{"shape":[2,3]}`, `"bounds":{"e1":null`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("without %s: %s, %v", part, text, err)
		}
	}
	if line := FirstLine(r); !strings.Contains(line, "mi ") || strings.Contains(line, "units") || !strings.Contains(line, "kl ") {
		t.Errorf("the line is %q", line)
	}
	s := score(t, m, batch(t, m, 4), 3)[0]
	if near(t, "the bound of a pair", s.Bound, float64(-s.Rec-s.KL), 1e-6); s.IW.Known() || !s.KL.Known() {
		t.Errorf("a pair: %+v", s)
	}
}

// TestInformationOfWords: the sum weighs every word by the responses that have it, as
// the KL does. A posterior that is the same for every response pays its committed rate
// and says nothing: only that is a collapse. A vector has none of it.
func TestInformationOfWords(t *testing.T) {
	c := wide("dialogue gru")
	s := set(t, c, 60)
	lively := evaluate(t, model(t, c, cvae.Parts{Posterior: cvaetest.EveryWord{}}), s, Options{Seed: 1, Threads: 2})
	if len(lively.MI.PerStep) != len(lively.KLPerStep) || lively.MI.Full.Known() || !(lively.MI.StepsError > 0) {
		t.Fatalf("%d words with a KL have the information %+v", len(lively.KLPerStep), lively.MI)
	}
	sum := 0.0
	for _, l := range lively.Lengths {
		for step := range min(l.Words, len(lively.MI.PerStep)) {
			sum += float64(lively.MI.PerStep[step]) * float64(l.Responses)
		}
	}
	near(t, "the sum over words", lively.MI.Steps, sum/60, 1e-6)
	if !(lively.MI.Steps > 0.2) || lively.Findings != nil || lively.Collapse.Alive() == nil || !*lively.Collapse.Alive() {
		t.Errorf("information %v, findings %v", lively.MI.Steps, lively.Findings)
	}
	dull := evaluate(t, model(t, c, cvae.Parts{Posterior: indifferent{}}), s, Options{Seed: 1})
	if near(t, "the sum over words", dull.MI.Steps, 0, 1e-5); len(dull.Findings) != 1 || dull.Findings[0].Name != "information" || !(dull.KL > 1) {
		t.Errorf("KL %v, findings %+v", dull.KL, dull.Findings)
	}
	if vector := evaluate(t, model(t, c, cvae.Parts{}), s, Options{Seed: 1}).MI; vector.PerStep != nil || vector.Steps.Known() || vector.StepsError.Known() || vector.Ceiling.Steps.Known() || !vector.Full.Known() {
		t.Errorf("a vector has %+v", vector)
	}
}

// indifferent has a z for every word, a nat of KL each, whatever the response is.
type indifferent struct{ cvaetest.EveryWord }

// Infer implements cvae.Posterior.
func (indifferent) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	away := s.Row(slices.Repeat([]float64{math.Sqrt(2.0 / 3)}, s.Dim))
	f.Raw = s.Unwhiten(cvae.Gaussian{Mean: s.AddRow(s.Scale(0, f.Raw.Mean), away), LogVar: s.Scale(0, f.Raw.LogVar)}, f.Prior)
	return cvaetest.EveryWord{}.Infer(s, f)
}

// TestCardOfSteps has no plane and no units, and is sound.
func TestCardOfSteps(t *testing.T) {
	c := wide("text")
	m := model(t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}})
	card, err := Describe(t.Context(), m, set(t, c, 20), 1)
	if err != nil || card.Check() != nil || !card.Measured {
		t.Fatal(err, card.Check())
	}
	if card.Map != nil || card.ActiveUnits != nil || card.ResidualActiveUnits != nil || card.Steps != 2 || card.Dim != 3 || len(card.KLPerDim) != 3 {
		t.Errorf("card %+v", card)
	}
	if _, err := InferPosteriors(t.Context(), m, set(t, c, 3), []int{0}, 1, nil); err == nil {
		t.Error("posteriors of several steps became vectors")
	}
}

// TestRateOfWords: by word, by length and in all are sums of one KL, checked here
// against the scores of the pairs; a vector has neither.
func TestRateOfWords(t *testing.T) {
	c := wide("dialogue gru")
	m := model(t, c, cvae.Parts{Posterior: committing{}})
	s := set(t, c, 20)
	r := evaluate(t, m, s, Options{Seed: 1})
	sum, responses, words := 0.0, 0, 0
	for _, l := range r.Lengths {
		if l.Committed == nil || *l.Committed != float64(l.Words)/100 {
			t.Errorf("length %+v", l)
		}
		sum += l.KL * float64(l.Responses)
		responses += l.Responses
		words += l.Responses * l.Words
	}
	if responses != 20 || words != r.Tokens || len(r.Lengths) < 2 {
		t.Errorf("%d responses of %d words in %d lengths", responses, words, len(r.Lengths))
	}
	near(t, "the KL", r.KL, sum/20, 1e-6)
	near(t, "the committed rate", r.Committed, float64(r.Tokens)/20/100, 1e-12)
	sum = 0
	for step, kl := range r.KLPerStep {
		for _, l := range r.Lengths {
			if l.Words > step {
				sum += float64(kl) * float64(l.Responses)
			}
		}
	}
	near(t, "the KL over the words", r.KL, sum/20, 1e-6)
	if vector := evaluate(t, model(t, c, cvae.Parts{}), s, Options{Seed: 1}); vector.Lengths != nil || vector.KLPerStep != nil || vector.Committed.Known() || vector.NLL.Aux.Known() {
		t.Errorf("a vector has %+v", vector)
	}
}

// committing is a posterior with a z for every word, which claims to commit to a
// hundredth of a nat a word.
type committing struct{ cvaetest.EveryWord }

// CommittedRate implements cvae.Committer.
func (committing) CommittedRate(_, words int) float64 { return float64(words) / 100 }

// TestAuxiliaryBound: the bound of an auxiliary prior is that of the prior until it is
// fitted, and then the one that selects models, scores pairs and leads the line.
func TestAuxiliaryBound(t *testing.T) {
	c := wide("dialogue gru")
	m := model(t, c, cvae.Parts{Posterior: cvaetest.EveryWord{}})
	s := set(t, c, 20)
	r := evaluate(t, m, s, Options{Seed: 1})
	if r.NLL.Aux != r.NLL.ELBO || r.PPL.Aux != r.PPL.ELBO || r.NLL.Bound() != r.NLL.Aux {
		t.Errorf("before it is fitted: %+v", r.NLL)
	}
	for _, p := range m.Params() {
		if p.Name == "auxiliary.output.bias" {
			p.Value[0] = 3 // far from every mean
		}
	}
	m.Changed()
	worse := evaluate(t, m, s, Options{Seed: 1})
	if worse.NLL.ELBO != r.NLL.ELBO || !(worse.NLL.Aux > r.NLL.Aux+1) || worse.NLL.Bound() != worse.NLL.Aux {
		t.Errorf("of a bad one: %+v", worse.NLL)
	}
	if line := FirstLine(worse); !strings.Contains(line, "without the auxiliary prior") {
		t.Errorf("the line is %q", line)
	}
	b := batch(t, m, 4)
	for i, pair := range score(t, m, b, 0) {
		if !(pair.Bound < -pair.Rec-pair.KL-1) {
			t.Errorf("pair %d: %+v", i, pair)
		}
	}
}

// TestWeightsOfWords: importance weights of a z for every word are of the prior that
// replies draw from. Of one sample they have the bound's expectation, here over the
// draws of 40 seeds, and more samples give a tighter one, before and after the
// auxiliary prior has moved away from the chain.
func TestWeightsOfWords(t *testing.T) {
	for _, name := range []string{"dialogue gru", "text"} {
		c := wide(name)
		m := model(t, c, cvae.Parts{Posterior: cvaetest.EveryWord{}})
		s := set(t, c, 20)
		for _, moved := range []float32{0, 0.7} {
			for _, p := range m.Params() {
				if p.Name == "auxiliary.output.bias" {
					p.Value[0], p.Value[4] = moved, -moved
				}
			}
			m.Changed()
			const seeds = 40
			var off []float64
			gain := 0.0
			for seed := range uint64(seeds) {
				one := evaluate(t, m, s, Options{Seed: seed, Samples: 1})
				off = append(off, float64(one.NLL.IW-one.NLL.Bound()))
				near(t, "the bound of all rows", one.NLL.IWRows, float64(one.NLL.Bound()), 1e-6)
				near(t, "the gain", one.NLL.Gain, float64(one.NLL.IWRows-one.NLL.IW), 1e-6)
				if seed < 5 {
					many := evaluate(t, m, s, Options{Seed: seed, Samples: 30})
					gain += float64(many.NLL.Bound() - many.NLL.IW)
				}
			}
			mean, deviation := stat.MeanStdDev(off, nil)
			if limit := 4 * deviation / math.Sqrt(seeds); math.Abs(mean) > limit {
				t.Errorf("%s moved %g: one sample is %v nats off the bound, which may be %v", name, moved, mean, limit)
			}
			if !(gain > 0) {
				t.Errorf("%s moved %g: 30 samples gain %v nats", name, moved, gain/5)
			}
		}
	}
}

// TestWeightsOfPairs: the importance-weighted bound of a pair whose z has a step a word.
func TestWeightsOfPairs(t *testing.T) {
	c := wide("dialogue gru")
	m := model(t, c, cvae.Parts{Posterior: cvaetest.EveryWord{}})
	for i, pair := range score(t, m, batch(t, m, 4), 200) {
		if !(pair.IW > pair.Bound-0.5) {
			t.Errorf("pair %d: %+v", i, pair)
		}
	}
}
