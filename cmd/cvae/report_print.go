package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/report"
)

// latentState says in a sentence whether a latent is alive.
func latentState(r eval.Report) string {
	lives := r.Collapse.Alive()
	switch {
	case r.LatentDim == nil:
		return "there is no latent"
	case lives == nil:
		return "whether the latent is alive was not measured"
	case !*lives && len(r.Findings) > 0: // the worst comes first
		return r.Findings[0].Explanation
	case !*lives:
		return "the latent has collapsed"
	}
	if r.Collapse.KL == nil {
		return "whether the latent is alive was not measured"
	}
	return "the latent is alive"
}

// print prints the numbers that answer at a glance, and where the rest is.
func (o *reportOptions) print(r report.Report) error {
	fmt.Fprintf(o.Out, "%s, %s split, %s contexts, %d responses each\n", printable(r.Corpus), r.Split, grouped(r.Contexts), r.Samples)
	for _, m := range r.Models {
		fmt.Fprintf(o.Out, "%s (%s): %s\n", printable(m.Run), m.Method, latentState(m.Eval))
	}
	t := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "run\tdecoding\tdistinct\tdist-2\tinter-dist-2\tself-bleu\tlm ppl\tnll\tkl\tmi")
	at := -1
	for _, row := range r.Runs {
		if row.Decoding != report.OverTokens { // which is the second of its run
			at++
		}
		e := r.Models[at].Eval
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", printable(row.Run), row.Decoding, shown("%.2f", row.Distinct),
			shown("%.3f", row.Dist[2]), shown("%.3f", row.InterDist[2]), shown("%.3f", row.SelfBLEU), shown("%.1f", row.LMPPL),
			shown("%.2f", e.NLL.Bound()), shown("%.2f", e.KL), shown("%.2f", e.MI.Judged()))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "the whole report is in %s\n", printable(o.Collect.Out))
	return nil
}
