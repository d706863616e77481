package page

import (
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae/report"
)

// matched compares runs at the one perplexity in the middle, on a logarithmic
// scale, of those that all sweeps pass. It is nil where fewer than two runs
// have a sweep or no perplexity is common.
func matched(r report.Report) *table {
	var swept []int
	lo, hi := math.Inf(-1), math.Inf(1)
	for i, m := range r.Models {
		if least, most, ok := perplexities(m.Sweep); ok {
			swept, lo, hi = append(swept, i), max(lo, least), min(hi, most)
		}
	}
	if len(swept) < 2 || lo > hi {
		return nil
	}
	target := (lo + hi) / 2
	t := &table{
		Of: "run", Title: "At perplexity " + show(report.Number(math.Exp(target)), 1),
		Note:  "The middle of the perplexities that all sweeps pass; between two measured scales, on a straight line.",
		Heads: []head{{Text: "prior ×", Title: "Scale of the prior's deviation."}, measured("Dist-1", "dist"), measured("Dist-2", "dist"), measured("distinct", "distinct")},
	}
	for _, i := range swept {
		s := passing(r.Models[i].Sweep, target)
		t.Rows = append(t.Rows, row{Run: r.Models[i].Run, Colour: i, Cells: []string{
			fmt.Sprintf("%.2f", s.PriorScale), show(at(s.Dist, 1), 3), show(at(s.Dist, 2), 3), show(s.Distinct, 1)}})
	}
	return t
}

// perplexities is the range of ln perplexity of a sweep; ok is false where it
// has fewer than two places.
func perplexities(sweep []report.Sweep) (least, most float64, ok bool) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, s := range known(sweep) {
		v := math.Log(float64(s.LMPPL))
		least, most = min(least, v), max(most, v)
	}
	return least, most, least < most
}

// known leaves out scales without a perplexity.
func known(sweep []report.Sweep) (some []report.Sweep) {
	for _, s := range sweep {
		if s.LMPPL.Known() && s.LMPPL > 0 {
			some = append(some, s)
		}
	}
	return some
}

// passing is the first place where a sweep passes a ln perplexity, which it
// does, on the line between two scales.
func passing(sweep []report.Sweep, target float64) report.Sweep {
	some := known(sweep)
	for i, b := range some[1:] {
		a := some[i]
		from, to := math.Log(float64(a.LMPPL)), math.Log(float64(b.LMPPL))
		if from != to && (from-target)*(to-target) <= 0 {
			return between(a, b, (target-from)/(to-from))
		}
	}
	return some[len(some)-1]
}

// between is the place at a share of the way from a to b.
func between(a, b report.Sweep, share float64) report.Sweep {
	mix := func(x, y report.Number) report.Number {
		return x + report.Number(share)*(y-x)
	}
	c := report.Sweep{PriorScale: float64(mix(report.Number(a.PriorScale), report.Number(b.PriorScale))), Distinct: mix(a.Distinct, b.Distinct)}
	c.Dist = make(map[int]report.Number)
	for order := 1; order <= 2; order++ {
		c.Dist[order] = mix(at(a.Dist, order), at(b.Dist, order))
	}
	return c
}
