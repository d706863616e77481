package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/training"
)

// writeCorpus writes sixty labelled dialogues of three turns.
func writeCorpus(t *testing.T, greeting string) string {
	t.Helper()
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, `{"turns":[{"text":"%s %d"},{"text":"yes %d it is","labels":{"act":"tell"}},{"text":"thanks %d","labels":{"act":"thank"}}]}`+"\n",
			greeting, i%7, i%5, i%3)
	}
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	write(t, path, b.String())
	return path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// trained makes a run of few numbers and steps.
func trained(t *testing.T, corpus, method string, change func(*config.Config)) *run.Run {
	t.Helper()
	c, err := config.Defaults("tiny")
	if err != nil {
		t.Fatal(err)
	}
	c.Corpus, c.Method, c.Batch, c.LogInterval, c.MaxEpochs, c.MaxTime, c.MaxSteps = corpus, method, 8, 5, 0, 0, 20
	c.Model.Encoder.Embedding, c.Model.Encoder.Hidden = 6, 8
	c.Model.Context.Hidden, c.Model.Decoder.Hidden, c.Model.Latent.Dim = 8, 8, 4
	if change != nil {
		change(&c)
	}
	dir := filepath.Join(t.TempDir(), method)
	s, err := training.Prepare(t.Context(), c, training.Options{Out: dir, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := run.Open(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func options(t *testing.T) Options {
	o := Defaults()
	o.Out, o.Samples, o.MaxContexts, o.LMSteps, o.Threads = t.TempDir(), 3, 6, 3, 1
	return o
}

func collect(t *testing.T, runs []*run.Run, o Options, progress Progress) Report {
	t.Helper()
	r, err := Collect(t.Context(), runs, o, progress)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func encoded(t *testing.T, r Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A report has a row for each decoding and all that its parts promise, and is
// the same again, from what was kept and in another folder.
func TestCollect(t *testing.T) {
	corpus := writeCorpus(t, "is it")
	runs := []*run.Run{trained(t, corpus, "bn", nil), trained(t, corpus, "seq2seq", nil)}
	o := options(t)
	o.Vectors = filepath.Join(t.TempDir(), "vectors.txt")
	write(t, o.Vectors, "is 1 0\nit 0 1\nyes 1 1\nthanks 1 -1\n")
	r := collect(t, runs, o, nil)
	var decodings []string
	for _, row := range r.Runs {
		decodings = append(decodings, row.Decoding)
		if row.Contexts != 6 || row.ResponsesPerContext != 3 || !(row.LMPPL > 1) || !(row.RecPPL > 1) {
			t.Errorf("%s: %d contexts, %v responses, perplexities %v, %v", row.Decoding, row.Contexts, row.ResponsesPerContext, row.LMPPL, row.RecPPL)
		}
	}
	if diff := cmp.Diff([]string{OverZ, OverTokens, Sampled}, decodings); diff != "" {
		t.Error(diff)
	}
	bn := r.Models[0]
	if n := len(bn.Points); n == 0 || len(bn.Plane.Posterior) != n || len(bn.Plane.Prior) != n || len(bn.Plane.Labels) != n || bn.Plane.Label != "act" {
		t.Errorf("%d points, plane of %d and %d, %d labels %q", n, len(bn.Plane.Posterior), len(bn.Plane.Prior), len(bn.Plane.Labels), bn.Plane.Label)
	}
	if len(bn.Sweep) != len(sweepScales()) || len(bn.Curve) == 0 || len(bn.Answers) != 6 || len(bn.Answers[0].OverZ) != 3 || bn.Steps == 0 || bn.Config == "" {
		t.Errorf("sweep %d, curve %d, answers %v, %d steps, config %q", len(bn.Sweep), len(bn.Curve), bn.Answers, bn.Steps, bn.Config)
	}
	if at0 := bn.Sweep[0]; at0.PriorScale != 0 || at0.Distinct != 1 { // every z is the prior mean
		t.Errorf("at scale %v of the prior %v responses differ", at0.PriorScale, at0.Distinct)
	}
	if none := r.Models[1]; none.Points != nil || none.Answers[0].OverZ != nil || none.Plane.Posterior != nil || r.Runs[2].MPD.Known() || !r.Runs[0].MPD.Known() {
		t.Errorf("without a latent there are points %v, answers over z %v", none.Points, none.Answers[0].OverZ)
	}
	again := collect(t, runs, o, func(stage string, _, _ int) { t.Errorf("measured again: %s", stage) })
	o.Out = t.TempDir()
	for name, other := range map[string]Report{"kept": again, "fresh": collect(t, runs, o, nil)} {
		if diff := cmp.Diff(encoded(t, r), encoded(t, other)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// An interrupted report goes on and ends like one that was not.
func TestCollectGoesOn(t *testing.T) {
	runs := []*run.Run{trained(t, writeCorpus(t, "is it"), "bn", nil)}
	whole := encoded(t, collect(t, runs, options(t), nil))
	o := options(t)
	interruptions := 0
	for stop := 2; ; stop += 7 {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		r, err := Collect(ctx, runs, o, func(string, int, int) {
			if calls++; calls > stop {
				cancel()
			}
		})
		cancel()
		if err == nil {
			if diff := cmp.Diff(whole, encoded(t, r)); diff != "" {
				t.Error(diff)
			}
			break
		}
		if interruptions++; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if interruptions < 3 {
		t.Errorf("interrupted %d times", interruptions)
	}
}

// The eval.json of a run is taken as it is, unless it is from a version that did
// not judge the information of the latent: then it is measured again, and so is
// what an earlier report kept.
func TestCollectEvaluation(t *testing.T) {
	r := trained(t, writeCorpus(t, "is it"), "bn", nil)
	path := filepath.Join(r.Dir, rundir.EvalFile)
	o := options(t)
	o.LMSteps = 0
	evaluation := func() eval.Report { return collect(t, []*run.Run{r}, o, nil).Models[0].Eval }
	measured := evaluation()
	marked := measured
	marked.NLL.ELBO = 1234
	b, err := json.MarshalIndent(marked, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(b)+"\n")
	if e := evaluation(); e.NLL.ELBO != 1234 {
		t.Errorf("nll %v is not that of eval.json", e.NLL.ELBO)
	}
	first := regexp.MustCompile(`\s*"information": (true|false),`)
	if !first.Match(b) {
		t.Fatalf("there is no verdict in %s", b)
	}
	write(t, path, first.ReplaceAllString(string(b), "")+"\n")
	parts, err := filepath.Glob(filepath.Join(o.Out, partsDir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		b, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		write(t, part, regexp.MustCompile(`"information":(true|false),`).ReplaceAllString(string(b), ""))
	}
	if e := evaluation(); e.NLL.ELBO != measured.NLL.ELBO || e.Collapse.Information == nil {
		t.Errorf("of an earlier version: nll %v, information %v", e.NLL.ELBO, e.Collapse.Information)
	}
}

// The steps of the phase that fits an auxiliary prior are told apart from those of training.
func TestCollectClosingPhase(t *testing.T) {
	o := options(t)
	o.LMSteps, o.Samples, o.MaxContexts = 0, 1, 1
	curve := collect(t, []*run.Run{trained(t, writeCorpus(t, "is it"), "delta-ar", nil)}, o, nil).Models[0].Curve
	steps := map[bool]int{}
	for _, c := range curve {
		steps[c.Closing] = c.Step
	}
	if steps[false] != 20 || steps[true] <= 20 || steps[true] != curve[len(curve)-1].Step {
		t.Errorf("training ends at step %d and its closing phase at %d", steps[false], steps[true])
	}
}

// Runs of sentences draw from the prior; there is nothing to compare with.
func TestCollectSentences(t *testing.T) {
	r := collect(t, []*run.Run{trained(t, writeCorpus(t, "is it"), "vae", func(c *config.Config) { c.Model.Mode = "text" })}, options(t), nil)
	if row := r.Runs[0]; len(r.Runs) != 2 || row.BLEU.F1.Known() || row.Coherence.Known() || r.ReferencePPL.Known() || !row.Dist[1].Known() {
		t.Errorf("%+v", row)
	}
}

// Runs that were not trained on the same split are refused, unless a corpus is
// named for all.
func TestCollectRefuses(t *testing.T) {
	first, second := writeCorpus(t, "is it"), writeCorpus(t, "was it")
	bn := trained(t, first, "bn", nil)
	o := options(t)
	o.LMSteps = 0
	for name, other := range map[string]*run.Run{
		"another corpus":          trained(t, second, "vae", nil),
		"another split":           trained(t, first, "vae", func(c *config.Config) { c.Seed = 2 }),
		"sentences and dialogues": trained(t, first, "vae", func(c *config.Config) { c.Model.Mode = "text" }),
	} {
		if _, err := Collect(t.Context(), []*run.Run{bn, other}, o, nil); !errors.Is(err, run.ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.Corpus = second
	r := collect(t, []*run.Run{bn, trained(t, second, "vae", nil)}, o, nil)
	if r.Runs[0].LMPPL.Known() || !slices.ContainsFunc(r.Models, func(m Model) bool { return m.Eval.Corpus == r.Corpus }) {
		t.Errorf("on a named corpus: %+v", r.Runs[0])
	}
	for name, change := range map[string]func(*Options){
		"no folder":         func(o *Options) { o.Out = "" },
		"no responses":      func(o *Options) { o.Samples = 0 },
		"no contexts":       func(o *Options) { o.MaxContexts = 0 },
		"negative steps":    func(o *Options) { o.LMSteps = -1 },
		"no such vectors":   func(o *Options) { o.Vectors = filepath.Join(o.Out, "none") },
		"no such label":     func(o *Options) { o.Label = "colour" },
		"no such corpus":    func(o *Options) { o.Corpus = filepath.Join(o.Out, "none") },
		"vectors of a page": func(o *Options) { o.Vectors = first },
	} {
		o := options(t)
		o.LMSteps = 0
		change(&o)
		if _, err := Collect(t.Context(), []*run.Run{bn}, o, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The reference language model in the folder is taken only if it is the one
// that is asked for: of the same limit and of what the corpus holds now.
func TestReferenceIsTheOneAskedFor(t *testing.T) {
	corpus := writeCorpus(t, "is it")
	runs := []*run.Run{trained(t, corpus, "bn", nil)}
	perplexity := func(out string, steps int) Number {
		t.Helper()
		o := options(t)
		o.LMSteps, o.Accept = steps, true
		if out != "" {
			o.Out = out
		}
		return collect(t, runs, o, nil).ReferencePPL
	}
	out := t.TempDir()
	long := perplexity(out, 9)
	if short := perplexity(out, 2); short != perplexity("", 2) || short == long {
		t.Errorf("after one of 9 steps: perplexity %v at 2 steps, fresh %v; %v at 9", short, perplexity("", 2), long)
	}
	if again := perplexity(out, 9); again != long {
		t.Errorf("perplexity %v, and again %v", long, again)
	}
	text, err := os.ReadFile(corpus)
	if err != nil {
		t.Fatal(err)
	}
	write(t, corpus, string(text)+`{"turns":["who knows","nobody does"]}`+"\n")
	if changed := perplexity(out, 9); changed != perplexity("", 9) || changed == long {
		t.Errorf("after the corpus has changed: perplexity %v, fresh %v, before %v", changed, perplexity("", 9), long)
	}
}
