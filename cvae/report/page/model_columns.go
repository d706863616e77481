package page

import (
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
		number(measured("nll\nELBO", "nll.elbo"), 1, func(m report.Model) report.Number { return m.Eval.NLL.ELBO }),
		{measured("nll\nIW", "nll.iw"), importance},
		number(plain("ppl", "Perplexity a token of the tightest bound: IW, else ELBO").better(metric.Lower), 1, perplexity),
		{measured("mi", "mi.full"), information},
		{measured("units", "active_units"), func(m report.Model) string { return share(m.Eval.Active, m.Eval.LatentDim) }},
		{measured("residual", "residual_active_units"), func(m report.Model) string { return share(m.Eval.Residual, m.Eval.LatentDim) }},
		{head{Text: "collapse", Title: "Which of the four collapses happened: information, kl, prior, context_only.", Left: true}, collapses},
		{plain("seed", "Seed of the run."), func(m report.Model) string { return strconv.FormatUint(m.Seed, 10) }},
		{plain("parameters", "Trained numbers."), func(m report.Model) string { return grouped(m.Parameters) }},
		{plain("steps", "Steps of training."), func(m report.Model) string { return grouped(m.Steps) }},
	}
}

func importance(m report.Model) string {
	n := m.Eval.NLL
	if !n.IW.Known() || !n.IWError.Known() {
		return show(n.IW, 1)
	}
	return show(n.IW, 1) + " ± " + show(n.IWError, 1)
}

func perplexity(m report.Model) report.Number {
	if m.Eval.PPL.IW.Known() && m.Eval.LatentDim != nil {
		return m.Eval.PPL.IW
	}
	return m.Eval.PPL.ELBO
}

func information(m report.Model) string {
	mi := m.Eval.MI
	if !mi.Full.Known() || !mi.Ceiling.Full.Known() {
		return show(mi.Full, 1)
	}
	return show(mi.Full, 1) + " / " + show(mi.Ceiling.Full, 1)
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
