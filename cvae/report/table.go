package report

import (
	"slices"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog/metric"
)

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
