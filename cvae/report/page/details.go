package page

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/report"
)

// A detail is what is known of one run beyond the comparison.
type detail struct {
	Run    string
	Colour int
	Facts  []fact
	Config string
	Card   string
}

// A fact is one number and what it is.
type fact struct{ Name, Value string }

// details has the folder of a run from the models before they were named.
func details(r report.Report, folders []report.Model) (all []detail) {
	for i, m := range r.Models {
		facts := append([]fact{{"folder", folders[i].Run}}, modelFacts(m)...)
		all = append(all, detail{m.Run, i, facts, m.Config, m.Card})
	}
	return all
}

func modelFacts(m report.Model) []fact {
	e := m.Eval
	return []fact{
		{"method", m.Method},
		{"seed", fmt.Sprint(m.Seed)},
		{"parameters", grouped(m.Parameters)},
		{"steps (trained / best)", steps(m)},
		{"measured on", fmt.Sprintf("%s, %s: %s, %s", e.Corpus, e.Split, count(e.Examples, "response"), count(e.Tokens, "token"))},
		{"perplexity of all (ELBO / tightest / reconstruction)", show(e.PPL.Bound(), 1) + " / " + show(perplexity(m), 1) + " / " + show(e.PPL.Reconstruction, 1)},
		{"importance samples", whole(e.NLL.Samples)},
		informationFact(e.MI), ceilingFact(e.MI),
		{"KL of the prior to N(0,I)", show(e.PriorKL, 2)},
		{"side term of the method", show(e.Side, 2)},
		{"Scale-VAE's bounds (E1 / E2 / E3 / E4)", show(e.Bounds.E1, 1) + " / " + show(e.Bounds.E2, 1) + " / " + show(e.Bounds.E3, 1) + " / " + show(e.Bounds.E4, 1)},
	}
}

// informationFact is the estimates of the mutual information, and ceilingFact the most
// that each can be.
func informationFact(mi eval.MI) fact {
	if mi.Words() {
		return fact{"mutual information, sum over the words", show(mi.Steps, 2) + " ± " + show(mi.StepsError, 2)}
	}
	return fact{"mutual information (full / minibatch / raw)", show(mi.Full, 2) + " / " + show(mi.Minibatch, 2) + " / " + show(mi.RawFull, 2)}
}

func ceilingFact(mi eval.MI) fact {
	if mi.Words() {
		return fact{"its ceiling", show(mi.Ceiling.Steps, 2)}
	}
	return fact{"its ceilings (full / minibatch)", show(mi.Ceiling.Full, 2) + " / " + show(mi.Ceiling.Minibatch, 2)}
}
