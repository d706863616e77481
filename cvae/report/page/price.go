package page

import (
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae/report"
)

// prices says for each run what a response costs in likelihood, and how much
// more than in the best other run. It compares importance-weighted bounds
// where all runs with a latent have one, for an ELBO is looser than they are.
func prices(r report.Report) []string {
	nll, name := bounds(r)
	texts := make([]string, len(nll))
	for i, v := range nll {
		if !v.Known() {
			continue
		}
		texts[i] = fmt.Sprintf("the price is %s nats per response (%s)", show(v, 1), name)
		if m := r.Models[i]; m.Eval.LatentDim == nil {
			texts[i] = fmt.Sprintf("the price is %s nats per response", show(v, 1))
		}
		if best := bestOther(nll, i); best >= 0 {
			texts[i] += ", " + difference(v-nll[best]) + " the best other run, " + r.Models[best].Run
		}
	}
	return texts
}

// bounds are the negative log-likelihoods of the runs and the name of their
// bound, all of all responses. Without a latent the likelihood is exact.
func bounds(r report.Report) (nll []report.Number, name string) {
	name = "IW"
	for _, m := range r.Models {
		if m.Eval.LatentDim != nil && !m.Eval.NLL.Gain.Known() {
			name = "ELBO"
		}
	}
	for _, m := range r.Models {
		v := m.Eval.NLL.Bound()
		if name == "IW" {
			v = tightest(m)
		}
		nll = append(nll, v)
	}
	return nll, name
}

// bestOther is the index of the least known number but that at i, or −1.
func bestOther(nll []report.Number, i int) int {
	best, least := -1, report.Number(math.Inf(1))
	for j, v := range nll {
		if j != i && v.Known() && v < least {
			best, least = j, v
		}
	}
	return best
}

func difference(d report.Number) string {
	text := show(report.Number(math.Abs(float64(d))), 1)
	switch {
	case text == "0.0":
		return "as much as"
	case d > 0:
		return text + " more than"
	}
	return text + " less than"
}
