package page

import (
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/report"
)

// TestPriceOfAuxiliaryPrior: a run whose replies draw from an auxiliary prior is priced by
// the bound of that one, everywhere: 40 nats here, where the prior of training has 45.
func TestPriceOfAuxiliaryPrior(t *testing.T) {
	m := aliveModel()
	m.Eval.Rec, m.Eval.NLL.ELBO, m.Eval.NLL.Aux, m.Eval.NLL.Gain = 38, 45, 40, 1
	m.Eval.PPL.ELBO, m.Eval.PPL.Aux = 20, 16
	if rate, distortion := split(m); rate != 2 || distortion != 38 {
		t.Errorf("rate %v, distortion %v", rate, distortion)
	}
	if tightest(m) != 39 {
		t.Errorf("the tightest bound is %v", tightest(m))
	}
	other := m
	other.Run = "other"
	if nll, name := bounds(report.Report{Models: []report.Model{m, other}}); nll[0] != 39 || name != "IW" {
		t.Errorf("bounds %v by %s", nll, name)
	}
	m.Eval.KL = 9
	if clause := latentClause(m); !strings.HasSuffix(clause, "costs 2.0 against the auxiliary prior, 9.0 against that of training") {
		t.Errorf("the clause is %q", clause)
	}
}
