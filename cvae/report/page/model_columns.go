package page

import (
	"math"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/dialog/metric"
)

// modelColumns are the numbers of a run whatever the decoding.
func modelColumns() []column[report.Model] {
	plain := func(text, title string) head { return head{Text: text, Title: title} }
	number := func(h head, decimals int, of func(report.Model) report.Number) column[report.Model] {
		return column[report.Model]{h, func(m report.Model) string { return show(of(m), decimals) }}
	}
	return []column[report.Model]{
		{head{Text: "method", Title: "How the run was trained.", Left: true}, func(m report.Model) string { return m.Method }},
		number(measured("rec", "rec"), 1, func(m report.Model) report.Number { return m.Eval.Rec }),
		number(measured("kl", "kl"), 1, func(m report.Model) report.Number { return m.Eval.KL }),
		number(measured("nll\nELBO", "nll.elbo"), 1, func(m report.Model) report.Number { return m.Eval.NLL.Bound() }),
		{measured("nll\nELBO, IW rows", "nll.elbo_iw_rows"), weightedRows},
		{measured("nll\nIW", "nll.iw"), importance},
		number(plain("ppl", "Perplexity a token of the tightest bound of all responses: the ELBO less what importance weights gain on the rows that have them, else the ELBO").better(metric.Lower), 1, perplexity),
		{informationHead(), information},
		{measured("units", "active_units"), func(m report.Model) string { return share(m.Eval.Active, m.Eval.LatentDim) }},
		{measured("residual", "residual_active_units"), func(m report.Model) string { return share(m.Eval.Residual, m.Eval.LatentDim) }},
		{head{Text: "collapse", Title: "Which of the four collapses happened: information, kl, prior, context_only.", Left: true}, collapses},
		{plain("seed", "Seed of the run."), func(m report.Model) string { return strconv.FormatUint(m.Seed, 10) }},
		{plain("parameters", "Trained numbers."), func(m report.Model) string { return grouped(m.Parameters) }},
		{plain("steps\ntrained / best", "Steps of training, after a plus those of the phase that fits an auxiliary prior, and the step whose model answers."), steps},
	}
}

// weightedRows is the ELBO of the rows that have importance weights, with their
// number.
func weightedRows(m report.Model) string {
	n := m.Eval.NLL
	if !n.IWRows.Known() || n.IWExamples == nil {
		return none
	}
	return show(n.IWRows, 1) + " (" + grouped(*n.IWExamples) + ")"
}

// importance is left out where the ELBO of the same rows is not known: beside
// that of others it would mislead.
func importance(m report.Model) string {
	n := m.Eval.NLL
	switch {
	case weightedRows(m) == none:
		return none
	case !n.IW.Known() || !n.IWError.Known():
		return show(n.IW, 1)
	}
	return show(n.IW, 1) + " ± " + show(n.IWError, 1)
}

// tightest is the negative log-likelihood of all responses: the ELBO less what
// importance weights gain on the rows that have them, or else the ELBO, which is
// exact without a latent.
func tightest(m report.Model) report.Number {
	if n := m.Eval.NLL; n.Gain.Known() && m.Eval.LatentDim != nil {
		return n.Bound() - n.Gain
	}
	return m.Eval.NLL.Bound()
}

// perplexity is that of tightest.
func perplexity(m report.Model) report.Number {
	e := m.Eval
	return report.Number(math.Pow(float64(e.PPL.Bound()), float64(tightest(m)/e.NLL.Bound())))
}

// steps are those of the last point of the training curve, and of the model.
func steps(m report.Model) string {
	all := none
	if n := trained(m); n > 0 {
		all = grouped(n)
	}
	if n := closing(m); n > 0 {
		all += " + " + grouped(n)
	}
	return all + " / " + grouped(m.Steps)
}

// informationHead explains both estimates.
func informationHead() head {
	h := measured("mi", "mi.full")
	h.Title += " Where every word has a z, " + strings.TrimSuffix(measured("", "mi.steps").Title, ".") + ", marked (words)."
	return h
}

func information(m report.Model) string {
	mi := m.Eval.MI
	if !mi.Judged().Known() || !mi.Most().Known() {
		return show(mi.Judged(), 1)
	}
	text := show(mi.Judged(), 1) + " / " + show(mi.Most(), 1)
	if mi.Words() {
		text += " (words)"
	}
	return text
}

func share(part, all *int) string {
	if part == nil || all == nil {
		return none
	}
	return whole(part) + " / " + whole(all)
}

func collapses(m report.Model) string {
	switch names := names(m); {
	case names != "":
		return names
	case state(m) == alive:
		return "none"
	}
	return none
}

// names are those of the collapses of a run.
func names(m report.Model) string {
	var all []string
	for _, f := range m.Eval.Findings {
		all = append(all, f.Name)
	}
	return strings.Join(all, ", ")
}
