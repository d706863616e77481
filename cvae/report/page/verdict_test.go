package page

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/report"
)

// The numbers of the sentences are those of threeRuns.
func TestVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*report.Report)
		run      int
		state    string
		sentence string
	}{
		"alive": {nil, 0, alive,
			"The latent carries 4.2 nats about the response and costs 6.4; its answers differ because of z: 8.1 of 10 distinct greedy over z; the price is 43.1 nats per response (IW), 0.7 less than the best other run, vae."},
		"collapsed": {nil, 1, collapsed,
			"The latent carries 0.0 nats about the response and costs 0.1, and all contexts draw from the same prior; its answers differ only because tokens are drawn: 1.0 of 10 distinct greedy over z, 8.8 with z fixed and tokens drawn; the price is 43.8 nats per response (IW), 0.7 more than the best other run, bn."},
		"without latent": {nil, 2, noLatent,
			"There is no latent; its answers differ only because tokens are drawn: 9.6 of 10 distinct; the price is 45.2 nats per response, 2.1 more than the best other run, bn."},
		"a prior that ignores its context is no death": {func(r *report.Report) { r.Models[0].Eval.Collapse.Prior = new(true) }, 0, alive,
			"costs 6.4, and all contexts draw from the same prior; its answers differ"},
		"context only":     {func(r *report.Report) { r.Models[0].Eval.Collapse.ContextOnly = new(true) }, 0, collapsed, "The latent carries 4.2"},
		"not measured":     {func(r *report.Report) { r.Models[0].Eval.Collapse = latent.Collapse{} }, 0, unknown, "Whether the latent carries information was not measured; its"},
		"pays for nothing": {func(r *report.Report) { r.Models[0].Eval.Collapse.Information = new(true) }, 0, collapsed, "The latent carries 4.2"},
		"partly":           {func(r *report.Report) { r.Runs[0].Distinct = 3.5 }, 0, alive, "differ partly because of z: 3.5 of 10 distinct greedy over z, 7.4 with z fixed and tokens drawn;"},
		"mostly":           {func(r *report.Report) { r.Runs[0].Distinct = 2.3 }, 0, alive, "differ mostly because tokens are drawn: 2.3 of 10 distinct greedy over z, 7.4 with z fixed and tokens drawn;"},
		"hardly": {func(r *report.Report) { r.Runs[0].Distinct, r.Runs[1].Distinct = 1.2, 1.4 }, 0, alive,
			"hardly differ: 1.2 of 10 distinct greedy over z, 1.4 with z fixed and tokens drawn;"},
		"one response":          {func(r *report.Report) { r.Runs[0].ResponsesPerContext = 1 }, 0, alive, "costs 6.4; the price"},
		"nothing was generated": {func(r *report.Report) { r.Runs = nil }, 2, noLatent, "There is no latent; the price"},
		"one run":               {func(r *report.Report) { r.Models = r.Models[:1] }, 0, alive, "the price is 43.1 nats per response (IW)."},
		"ELBOs where one has no weights": {func(r *report.Report) { r.Models[1].Eval.NLL.Gain = nan }, 0, alive,
			"the price is 44.6 nats per response (ELBO), 0.6 more than the best other run, vae."},
		"equals":        {func(r *report.Report) { r.Models[1].Eval.NLL.Gain = 0.9 }, 0, alive, "as much as the best other run, vae."},
		"no likelihood": {func(r *report.Report) { r.Models[2].Eval.NLL.ELBO = nan }, 2, noLatent, "9.6 of 10 distinct."},
	} {
		r := threeRuns()
		if c.change != nil {
			c.change(&r)
		}
		v := verdicts(r)[c.run]
		if v.State != c.state || !strings.Contains(v.Sentence, c.sentence) {
			t.Errorf("%s: %s: %s\nwant %s: %s", name, v.State, v.Sentence, c.state, c.sentence)
		}
	}
}

// The numbers of the sentences are those of threeRuns.
func TestSummary(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*report.Report)
		want   string
	}{
		"three runs": {func(*report.Report) {}, "Of 3 runs, 1 latent carries information (bn); 1 does not (vae); 1 has none (lm). Best likelihood: bn, 43.1 nats a response (IW). Most different answers from z: bn, 8.1 of 10."},
		"a dearer one answers": {func(r *report.Report) { r.Models[1].Eval.NLL.Gain = 3 },
			"Best likelihood: vae, 41.0 nats a response (IW). Most different answers from z: bn, 8.1 of 10, 2.1 nats dearer."},
		"none carries":            {func(r *report.Report) { r.Models[0].Eval.Collapse.Information = new(true) }, "Of 3 runs, 0 latents carry information; 2 do not (bn, vae); 1 has none (lm)."},
		"no z makes a difference": {func(r *report.Report) { r.Runs = nil }, "43.1 nats a response (IW)."},
	} {
		r := threeRuns()
		c.change(&r)
		if got := summary(r); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
	one := threeRuns()
	one.Models = one.Models[:1]
	if got := summary(one); got != "" {
		t.Errorf("one run: %q", got)
	}
}

func TestUnequal(t *testing.T) {
	r := threeRuns()
	if got := unequal(r); got != "" {
		t.Errorf("equal training: %q", got)
	}
	end := r.Models[0].Curve[len(r.Models[0].Curve)-1]
	end.Step, end.Closing = 14000, true // the others have 10,000
	r.Models[0].Curve = append(r.Models[0].Curve, end)
	if got, cell := unequal(r), steps(r.Models[0]); got != "" || cell != "10,000 + 4,000 / 9,840" {
		t.Errorf("equal training with a closing phase: %q, steps %q", got, cell)
	}
	if drawn := course(r.Models[0].Curve, func(c report.Curve) report.Number { return c.Rec }); drawn[len(drawn)-1].X != 10000 {
		t.Errorf("the curve of training ends at step %v", drawn[len(drawn)-1].X)
	}
	last := len(r.Models[1].Curve) - 1
	r.Models[1].Curve[last].Step = 300
	r.Models[1].Curve = r.Models[1].Curve[:last+1]
	if got := unequal(r); !strings.Contains(got, "vae for 300 steps, others for up to") {
		t.Errorf("unequal training: %q", got)
	}
}

func TestCaution(t *testing.T) {
	r := threeRuns()
	if got := caution(r); got != "" {
		t.Errorf("equal tokens: %q", got)
	}
	r.Models[2].Eval.Tokens++
	if got := caution(r); !strings.Contains(got, "Likelihoods of lm cannot be compared with those of bn") {
		t.Errorf("other tokens: %q", got)
	}
}

// bn passes perplexities 12 to 57 and vae 9.5 to 13.5: they share 12 to 13.5,
// the middle of which is √(12·13.5) = 12.73. bn is there between the scales
// 0.25 (12; Dist-2 0.12) and 0.5 (17; 0.18), ln(12.73/12)/ln(17/12) = 0.169 of
// the way: Dist-2 0.130.
func TestMatched(t *testing.T) {
	table := matched(threeRuns())
	if table == nil || table.Title != "At perplexity 12.7" {
		t.Fatalf("%+v", table)
	}
	if want := []string{"0.29", "0.065", "0.130", "2.3"}; !slices.Equal(table.Rows[0].Cells, want) {
		t.Errorf("bn: %q, want %q", table.Rows[0].Cells, want)
	}
	apart := threeRuns()
	for i := range apart.Models[1].Sweep {
		apart.Models[1].Sweep[i].LMPPL *= 100
	}
	if table := matched(apart); table != nil {
		t.Errorf("no common perplexity: %+v", table)
	}
	apart.Models[1].Sweep = nil
	if table := matched(apart); table != nil {
		t.Errorf("one sweep: %+v", table)
	}
}

func TestNamed(t *testing.T) {
	for name, c := range map[string]struct{ folders, want []string }{
		"one":             {[]string{"/work/runs/bn"}, []string{"bn"}},
		"different":       {[]string{"a/bn/", `C:\runs\vae`}, []string{"bn", "vae"}},
		"equal":           {[]string{"a/run", "b/run"}, []string{"a/run", "b/run"}},
		"without a name":  {[]string{"a/bn", "."}, []string{"a/bn", "."}},
		"nothing":         {[]string{""}, []string{""}},
		"the same, twice": {[]string{"a/bn", "a/bn"}, []string{"bn", "bn"}},
	} {
		var r report.Report
		for _, folder := range c.folders {
			r.Models = append(r.Models, report.Model{Run: folder})
			r.Runs = append(r.Runs, report.Row{Run: folder})
		}
		before := slices.Clone(r.Models)
		got := named(r)
		for i := range c.want {
			if got.Models[i].Run != c.want[i] || got.Runs[i].Run != c.want[i] || r.Models[i].Run != before[i].Run {
				t.Errorf("%s: %q and %q, want %q; before %q", name, got.Models[i].Run, got.Runs[i].Run, c.want[i], r.Models[i].Run)
			}
		}
	}
}

func TestShow(t *testing.T) {
	for want, n := range map[string]report.Number{
		"–": nan, "0.0": -0.01, "−1.3": -1.26, "1234.6": 1234.56, "1.00e+09": 1e9, "−1.00e+300": -1e300,
	} {
		if got := show(n, 1); got != want {
			t.Errorf("show(%v) = %q, want %q", float64(n), got, want)
		}
	}
	if got := show(report.Number(math.Inf(1)), 1); got != none {
		t.Errorf("infinity is %q", got)
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 576079: "576,079", -1234567: "−1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
}

// Every column says what it is, and every metric that the tables name is one of
// the table of metrics.
func TestHeads(t *testing.T) {
	for _, table := range tables(threeRuns()) {
		for _, h := range table.Heads {
			if !strings.HasSuffix(h.Title, ".") {
				t.Errorf("%s, %s: title %q", table.Title, h.Text, h.Title)
			}
		}
		for _, r := range table.Rows {
			if len(r.Cells) != len(table.Heads) {
				t.Errorf("%s: %d cells under %d heads", table.Title, len(r.Cells), len(table.Heads))
			}
		}
	}
	for _, m := range report.Table() {
		if h := measured("x", m.Key); !strings.Contains(h.Title, m.Unit) {
			t.Errorf("%s: title %q lacks its unit", m.Key, h.Title)
		}
	}
}

func TestPosteriorLabels(t *testing.T) {
	p := report.Plane{Label: "act"}
	for i := range 30 {
		p.Posterior = append(p.Posterior, [2]float64{float64(i), 0})
		p.Labels = append(p.Labels, []string{"z", "a", "b", "c", "d", "e", "f", "g", "h", ""}[i%10])
	}
	p.Posterior, p.Labels = append(p.Posterior, [2]float64{}), append(p.Labels, "z")
	series := posterior(p, 0)
	var names []string
	for _, s := range series {
		names = append(names, s.Name)
	}
	// z comes four times, all others three; ten labels are three too many for
	// eight colours.
	if want := []string{"z", "no label", "a", "b", "c", "d", "e", "3 others"}; !slices.Equal(names, want) {
		t.Errorf("labels %q, want %q", names, want)
	}
	if n := len(series[len(series)-1].Points); n != 9 {
		t.Errorf("%d points of other labels, want 9", n)
	}
	p.Labels = p.Labels[1:]
	if series := posterior(p, 3); len(series) != 1 || series[0].Colour != 3 {
		t.Errorf("with labels missing: %d series", len(series))
	}
}

func TestRepeats(t *testing.T) {
	got := repeats([]string{"Yes.", "No.", "Yes."})
	if want := []response{{"Yes.", 2}, {"No.", 1}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The sum of rate and distortion is nll.elbo, also for Scale-VAE, whose kl is
// less than the rate of the generator that replies; without a latent all of it
// is distortion.
func TestSplit(t *testing.T) {
	r := threeRuns()
	r.Models[1].Eval.NLL.ELBO = 60.9 // kl + rec are 44
	for i, want := range [][2]report.Number{{6.4, 38.2}, {17, 43.9}, {0, 45.2}} {
		rate, distortion := split(r.Models[i])
		if math.Abs(float64(rate-want[0])) > 1e-9 || distortion != want[1] {
			t.Errorf("%s: rate %v and distortion %v, want %v", r.Models[i].Run, rate, distortion, want)
		}
	}
}
