package eval

import (
	"fmt"
	"math"
	"strings"
)

// FirstLine is a report in one line for the terminal, such as
//
//	test: nll 45.1 (iw 44.2 ± 0.1)  rec 39.0  kl 6.1  ppl 32.1  mi 4.2/8.8  units 32/32 residual 31
//
// An iw of a part of the examples stands beside the nll of the same part. The
// perplexity is that of nll, mi, of a z for every word the sum over words, stands beside
// its ceiling, and collapses are named at the end.
func FirstLine(r Report) string {
	nll, bound := fmt.Sprintf("nll %.1f", r.NLL.ELBO), r.PPL.ELBO
	if r.NLL.Aux.Known() {
		nll, bound = fmt.Sprintf("nll %.1f (%.1f without the auxiliary prior)", r.NLL.Aux, r.NLL.ELBO), r.PPL.Aux
	}
	if r.NLL.IW.Known() {
		nll += fmt.Sprintf(" (iw %.1f", r.NLL.IW)
		if r.NLL.IWError.Known() {
			nll += fmt.Sprintf(" ± %.1f", r.NLL.IWError)
		}
		if n := r.NLL; n.IWExamples != nil && *n.IWExamples < r.Examples {
			nll += fmt.Sprintf(" of %d, where nll is %.1f", *n.IWExamples, n.IWRows)
		}
		nll += ")"
	}
	parts, ppl := []string{nll}, fmt.Sprintf("ppl %.1f", bound)
	if r.LatentDim == nil {
		parts = append(parts, ppl)
	} else {
		kl := fmt.Sprintf("kl %.1f", r.KL)
		if r.Committed.Known() {
			kl += fmt.Sprintf(" (committed %.1f)", r.Committed)
		}
		parts = append(parts, fmt.Sprintf("rec %.1f", r.Rec), kl, ppl)
		parts = append(parts, latentParts(r)...)
	}
	line := strings.Join(parts, "  ")
	if r.Split != "" {
		line = r.Split + ": " + line
	}
	return line
}

// tenths rounds a number, and one that rounds to 0 has no sign: an estimate of a
// mutual information of 0 may be a little below it.
func tenths(n Number) Number { return Number(math.Round(10*float64(n))/10 + 0) }

// latentParts says whether the latent variable is alive.
func latentParts(r Report) (parts []string) {
	if mi := r.MI.Judged(); mi.Known() {
		parts = append(parts, fmt.Sprintf("mi %.1f/%.1f", tenths(mi), r.MI.Most()))
	}
	if r.Active != nil && r.Residual != nil {
		parts = append(parts, fmt.Sprintf("units %d/%d residual %d", *r.Active, *r.LatentDim, *r.Residual))
	}
	var names []string
	for _, f := range r.Findings {
		names = append(names, f.Name)
	}
	if names != nil {
		parts = append(parts, "collapse "+strings.Join(names, ", "))
	}
	return parts
}
