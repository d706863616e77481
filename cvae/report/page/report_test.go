package page

import (
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/factors"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
)

var nan = report.Number(math.NaN())

// threeRuns is a made-up report: bn is alive, vae has collapsed, lm has no
// latent.
func threeRuns() report.Report {
	r := report.Report{Corpus: "builtin", Split: "test", Seed: 1, Contexts: 100, Samples: 10, ReferencePPL: 28.5}
	r.Models = []report.Model{aliveModel(), collapsedModel(), plainModel()}
	r.Runs = []report.Row{
		scored("bn", report.OverZ, 8.1, 0.31, 24.2), scored("bn", report.OverTokens, 7.4, 0.29, 31),
		scored("vae", report.OverZ, 1, 0.04, 9.8), scored("vae", report.OverTokens, 8.8, 0.33, 35.1),
		scored("lm", report.Sampled, 9.6, 0.36, 41.7),
	}
	return r
}

// scored is a row whose other numbers follow from the given ones.
func scored(run, decoding string, distinct, dist, perplexity float64) report.Row {
	row := report.Row{Run: run, Method: run, Decoding: decoding, LMPPL: report.Number(perplexity), RecPPL: 31.2, MPD: nan}
	row.Scores = metric.Scores{
		Contexts: 100, ResponsesPerContext: 10, Tokens: 8230, Distinct: report.Number(distinct), Dist: orders(dist),
		IntraDist: orders(0.56), InterDist: orders(dist * 2), Entropy: orders(dist * 20), SelfBLEU: report.Number(1 - dist),
		Gram: metric.GramScores{Token: metric.ByOrder{2: 0.93, 3: 0.81, 4: 0.66}, Type: metric.ByOrder{2: 0.9, 3: 0.76, 4: 0.6}},
		BLEU: metric.BLEUScores{Precision: 0.21, Recall: 0.34, F1: 0.26},
		Embedding: metric.CosineForms{
			Raw:   metric.Embedding{Average: nan, Extrema: nan, Greedy: nan},
			Cos01: metric.Embedding{Average: nan, Extrema: nan, Greedy: nan},
		},
		Coherence: nan, LengthMean: 8.23,
	}
	return row
}

func orders(v float64) metric.ByOrder {
	return metric.ByOrder{1: report.Number(v / 2), 2: report.Number(v), 3: report.Number(v * 1.5), 4: report.Number(v * 1.75)}
}

func aliveModel() report.Model {
	m := report.Model{Run: "bn", Method: "bn", Seed: 1, Parameters: 576079, Steps: 9840, Config: "preset: tiny\nmethod: bn\n", Card: "# A model card\n\nSee <https://example.org>.\n"}
	m.Eval = likelihood(38.2, 6.4, 43.1)
	m.Eval.LatentDim, m.Eval.Active, m.Eval.Residual = new(16), new(16), new(14)
	m.Eval.MI = eval.MI{Full: 4.2, Minibatch: 3.1, RawFull: 5, Ceiling: eval.Ceiling{Full: 7.2, Minibatch: 3.5}}
	m.Eval.Collapse = latent.Collapse{Information: new(false), KL: new(false), Prior: new(false), ContextOnly: new(false)}
	m.Latent = dialog.LatentCard{Dim: 16, Map: &dialog.Map{Explained: [2]float64{0.31, 0.17}}}
	for d := range 16 {
		m.Eval.KLPerDim = append(m.Eval.KLPerDim, report.Number(0.1+0.04*float64(d*7%16)))
	}
	m.Plane = plane([]string{"question", "inform", "directive", "commissive"})
	for i, scale := range []float64{0.25, 0.5, 0.75, 1, 1.5, 2} {
		x := float64(i)
		m.Sweep = append(m.Sweep, report.Sweep{PriorScale: scale, Dist: orders(0.12 + 0.06*x), Distinct: report.Number(2 + 1.5*x), LMPPL: report.Number(12 + 4*x + x*x)})
	}
	m.Factors = factored()
	m.Curve, m.Answers = curve(6.4, 38.2), answers(true, "Long.", "Fine, thank you.", "Do not ask.", "Better than yesterday.")
	return m
}

// factored is scores of two labels, of which the second is one that the test split lacks.
func factored() *run.Factored {
	f := &run.Factored{Run: "bn", Corpus: "builtin", Seed: 1}
	f.Report = factors.Report{Examples: 1278, Dimensions: 16, Active: 16, ZDiff: 0.962, ZMinVar: nan, Chance: 0.5, MIG: 0.31, Modularity: 0.72,
		DCI: factors.DCI{Disentanglement: 0.11, Completeness: 0.03, Informativeness: 0.64},
		Factors: []factors.Factor{
			{Name: "mood", Values: 4, Entropy: 1.38, Majority: 0.29, Accuracy: 0.64, Gap: 0.31, Dimension: 11, Information: 0.52},
			{Name: "topic <b>", Values: 1, Entropy: 0, Majority: 1, Accuracy: 1, Gap: nan, Dimension: 0, Information: nan},
		}}
	return f
}

func collapsedModel() report.Model {
	m := report.Model{Run: "vae", Method: "vae", Seed: 1, Parameters: 576047, Steps: 9920, Config: "preset: tiny\nmethod: vae\n"}
	m.Eval = likelihood(43.9, 0.1, 43.8)
	m.Eval.LatentDim, m.Eval.Active, m.Eval.Residual = new(16), new(0), new(0)
	m.Eval.MI = eval.MI{Full: 0.02, Minibatch: 0.01, RawFull: 0.1, Ceiling: eval.Ceiling{Full: 7.2, Minibatch: 3.5}}
	m.Eval.Collapse = latent.Collapse{Information: new(true), KL: new(true), Prior: new(true), ContextOnly: new(false)}
	m.Eval.Findings = m.Eval.Collapse.Findings(latent.Evidence{}, latent.Situation{Methods: []string{"vae"}, Epochs: 3})
	m.Latent.Dim = 16
	for range 16 {
		m.Eval.KLPerDim = append(m.Eval.KLPerDim, 0.006)
	}
	m.Plane = plane(nil)
	for i, scale := range []float64{0.25, 0.5, 0.75, 1, 1.5, 2} {
		x := float64(i)
		m.Sweep = append(m.Sweep, report.Sweep{PriorScale: scale, Dist: orders(0.035 + 0.004*x), Distinct: 1, LMPPL: report.Number(9.5 + 0.8*x)})
	}
	m.Curve, m.Answers = curve(0.1, 43.9), answers(true, "I'm sorry.")
	return m
}

func plainModel() report.Model {
	m := report.Model{Run: "lm", Method: "lm", Seed: 1, Parameters: 411000, Steps: 8000, Config: "preset: tiny\nmethod: lm\n"}
	m.Eval = likelihood(45.2, nan, nan)
	m.Eval.NLL.ELBO, m.Eval.PPL.ELBO = 45.2, 52.8
	m.Eval.MI = eval.MI{Full: nan, Minibatch: nan, RawFull: nan, Ceiling: eval.Ceiling{Full: nan, Minibatch: nan}}
	m.Curve, m.Answers = curve(nan, 45.2), answers(false)
	return m
}

// likelihood is a report with rec, kl and the importance-weighted bound.
func likelihood(rec, kl, weighted report.Number) eval.Report {
	return eval.Report{
		Corpus: "builtin", Split: "test", Examples: 1278, Tokens: 12928, Rec: rec, KL: kl, PriorKL: 3.1, Side: nan, Committed: nan,
		NLL:    eval.NLL{ELBO: rec + kl, IW: weighted - 2, Samples: new(20), IWError: 0.2, IWExamples: new(400), IWRows: rec + kl - 2, Gain: rec + kl - weighted, Aux: nan},
		PPL:    eval.PPL{ELBO: 48.1, IW: 44.9, Reconstruction: 31.2, Aux: nan},
		Bounds: eval.Bounds{E1: nan, E2: nan, E3: nan, E4: nan},
	}
}

// plane is draws around a few places, labelled in turn where there are labels.
func plane(labels []string) report.Plane {
	p := report.Plane{}
	draw := noise(7)
	for i := range 160 {
		at := [2]float64{draw(), draw()}
		p.Prior = append(p.Prior, [2]float64{1.1 * draw(), 1.1 * draw()})
		if labels != nil {
			k := i % len(labels)
			at[0], at[1] = 0.5*at[0]+float64(k%2*2-1), 0.5*at[1]+0.8*float64(k/2*2-1)
			p.Label, p.Labels = "act", append(p.Labels, labels[k])
		}
		p.Posterior = append(p.Posterior, at)
	}
	return p
}

// noise is numbers around 0 with variance 1: the sum of 12 even ones less 6,
// from a linear congruential generator.
func noise(seed uint32) func() float64 {
	return func() float64 {
		sum := -6.0
		for range 12 {
			seed = seed*1664525 + 1013904223
			sum += float64(seed>>8) / (1 << 24)
		}
		return sum
	}
}

// curve approaches kl from 12 and rec from 70.
func curve(kl, rec report.Number) (points []report.Curve) {
	for i := 1; i <= 40; i++ {
		left := report.Number(1) / report.Number(i*i)
		c := report.Curve{Step: 250 * i, Rec: rec + (70-rec)*left, KL: kl + (12-kl)*left, Beta: 1, ValidLoss: nan}
		if i%8 == 0 {
			c.ValidLoss = rec + 6 + 20*left
		}
		points = append(points, c)
	}
	return points
}

// answers are turns with ten responses over z, of which as many are distinct
// as are given, and ten with drawn tokens.
func answers(hasLatent bool, distinct ...string) (turns []report.Turn) {
	for n, context := range [][]string{
		{"Hello.", "How was your day?"}, {"Shall we have dinner together tonight?"}, {"I lost my keys."},
		{"What would you like to drink?"}, {"The train is late again."},
	} {
		t := report.Turn{Context: context, Reference: "It was all right, I suppose."}
		for i := range 10 {
			if hasLatent {
				t.OverZ = append(t.OverZ, distinct[(i*i+n)%len(distinct)])
			}
			t.OverTokens = append(t.OverTokens, fmt.Sprintf("I think it is %s.", []string{"good", "late", "fine", "over", "here"}[(i+n)%5]))
		}
		turns = append(turns, t)
	}
	return turns
}
