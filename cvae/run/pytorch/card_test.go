package pytorch

import (
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval"
)

// TestResultsOfGenerator: the card has the likelihood of the generator that replies, and
// the information of words where a vector's is unknown.
func TestResultsOfGenerator(t *testing.T) {
	unknown := eval.Number(math.NaN())
	e := eval.Report{Rec: 39, KL: 6, NLL: eval.NLL{ELBO: 45, Aux: unknown, IW: unknown}, PPL: eval.PPL{ELBO: 32, Aux: unknown}}
	e.MI = eval.MI{Full: 4, Steps: unknown}
	value := func(key string) float64 {
		metrics := results(e).Metrics
		i := slices.IndexFunc(metrics, func(m hubMetric) bool { return m.Type == key })
		if i < 0 {
			return math.NaN()
		}
		return metrics[i].Value
	}
	if value("nll") != 45 || value("perplexity") != 32 || value("mutual_information") != 4 || !math.IsNaN(value("mutual_information_words")) {
		t.Errorf("of the prior: %+v", results(e).Metrics)
	}
	e.NLL.Aux, e.PPL.Aux = 44, 31
	e.MI = eval.MI{Full: unknown, PerStep: []eval.Number{1, 0.5}, Steps: 1.5}
	if value("nll") != 44 || value("perplexity") != 31 || value("mutual_information_words") != 1.5 || !math.IsNaN(value("mutual_information")) {
		t.Errorf("of the auxiliary prior: %+v", results(e).Metrics)
	}
}
