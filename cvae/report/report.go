// Package report compares runs: whether each latent is alive, whether its
// responses are diverse because of z or only because of token sampling, and at
// what price in likelihood. Collect measures; package page writes what it
// measured for people.
package report

import (
	"slices"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
)

// A Number is not known when it does not apply or was not measured.
type Number = metric.Number

// A Report is the JSON of report.json. Every key is always there; null means
// not applicable. It is a function of the runs, the corpus and the options.
type Report struct {
	Corpus   string `json:"corpus"`
	Split    string `json:"split"`
	Seed     uint64 `json:"seed"`
	Contexts int    `json:"contexts"`
	Samples  int    `json:"samples"` // responses a context
	// ReferencePPL is LMPPL of what people said in the same contexts, and null in
	// text mode: what the responses would have if people had written them.
	ReferencePPL Number `json:"reference_ppl"`
	// Runs has a row for each run and decoding.
	Runs []Row `json:"runs"`
	// Models has an entry for each run.
	Models []Model `json:"models"`
}

// The values of Row.Decoding.
const (
	// OverZ decodes every z greedily: the responses differ because of z alone.
	OverZ = "greedy over z"
	// OverTokens draws tokens at temperature 1 from one z a context: what
	// differs, does so without help of z.
	OverTokens = "z fixed, temperature 1"
	// Sampled draws tokens at temperature 1 where there is no z.
	Sampled = "temperature 1"
)

// A Row is the responses of one run under one decoding.
type Row struct {
	Run      string `json:"run"`
	Method   string `json:"method"`
	Decoding string `json:"decoding"`
	metric.Scores
	// LMPPL is the perplexity a token of the responses under a language model
	// trained on the same training split; RecPPL is the run's own
	// exp(Σ rec/Σ tokens) on the split; MPD is the mean divergence between the
	// posteriors of two responses, in nats, whitened as the mutual information is,
	// over 1000 responses of the split at most. Table has their formulas.
	LMPPL  Number `json:"lm_ppl"`
	RecPPL Number `json:"rec_ppl"`
	MPD    Number `json:"mpd"`
}

// A Model is what is known of one run whatever the decoding.
type Model struct {
	Run        string      `json:"run"`
	Method     string      `json:"method"`
	Seed       uint64      `json:"seed"`
	Parameters int         `json:"parameters"`
	Steps      int         `json:"steps"` // of training, until the best model
	Eval       eval.Report `json:"eval"`
	// Factors are the scores that cvae probe --factors has kept; nil: none of this
	// model and this corpus.
	Factors *run.Factored     `json:"factors"`
	Latent  dialog.LatentCard `json:"latent"` // Dim 0 without a latent
	// Plane is Latent.Map with what lies on it.
	Plane   Plane   `json:"plane"`
	Sweep   []Sweep `json:"sweep"`   // by prior scale, ascending
	Curve   []Curve `json:"curve"`   // by step, ascending
	Answers []Turn  `json:"answers"` // the first contexts
	Config  string  `json:"config"`  // config.yaml
	Card    string  `json:"card"`    // MODEL_CARD.md; may be empty
	// Points are the responses of Plane.Posterior, for WriteVectors; nil without a
	// latent.
	Points []Point `json:"-"`
}

// A Point is a response in the latent space.
type Point struct {
	Mean     []float32 `json:"mean"` // (Z) of its posterior
	Label    string    `json:"label"`
	Response string    `json:"response"`
}

// A Plane is draws of z on the first two principal components of the
// aggregate posterior: those of posteriors and those of priors.
type Plane struct {
	Label     string       `json:"label"`     // the name of the label; empty: none
	Posterior [][2]float64 `json:"posterior"` // (N)
	Labels    []string     `json:"labels"`    // (N), or nil without a label
	Prior     [][2]float64 `json:"prior"`
}

// A Sweep is the responses, greedy over z, to one scale of the prior's
// deviation.
type Sweep struct {
	PriorScale float64        `json:"prior_scale"`
	Dist       metric.ByOrder `json:"dist"`
	Distinct   Number         `json:"distinct"`
	LMPPL      Number         `json:"lm_ppl"`
}

// A Curve is one point of the training curves, in nats per response.
type Curve struct {
	Step int `json:"step"`
	// Closing says that the step is of the phase after training, which fits an auxiliary
	// prior.
	Closing   bool   `json:"closing"`
	Rec       Number `json:"rec"`
	KL        Number `json:"kl"`
	Beta      Number `json:"beta"`
	ValidLoss Number `json:"valid_loss"` // null but at validations
}

// A Turn is one context, what a person said to it, and what the run says.
type Turn struct {
	Context    []string `json:"context"`
	Reference  string   `json:"reference"`
	OverZ      []string `json:"over_z"` // nil without a latent
	OverTokens []string `json:"over_tokens"`
}

// Table returns a row for each metric of a report: those of a Row, then those of
// Model.Eval. Sources are keys of the references of packages metric and latent.
func Table() []metric.Metric {
	return slices.Concat(metric.Table(), modelMetrics(), eval.Table())
}

// modelMetrics are the metrics of a Row that need a model; h are the responses.
func modelMetrics() []metric.Metric {
	return []metric.Metric{
		{
			Name: "Perplexity under a language model", Key: "lm_ppl",
			Formula: "exp(−Σ ln p(h) / Σ tokens), </s> counted, p trained on the same training split; best near that of what people said",
			Unit:    "perplexity per token", Direction: metric.Neither, Source: "[song]",
		}, {
			Name: "Perplexity of the reconstruction", Key: "rec_ppl",
			Formula: "exp(Σ rec / Σ tokens), z ~ q̂: z has seen the response, so it is no model's perplexity",
			Unit:    "perplexity per token", Direction: metric.Lower, Source: "[zhao]",
		}, {
			Name: "Mutual posterior divergence", Key: "mpd",
			Formula: "1/(N(N−1)) Σ_{i≠j} KL(q̂_i‖q̂_j) of whitened posteriors of N ≤ 1000 responses; at least their mutual information",
			Unit:    "nats", Direction: metric.Higher, Source: "[ma]",
		},
	}
}
