package run_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// labelledCorpus is dialogues whose turns have an act, but for the third, and
// whose dialogues have a mood and a free text.
func labelledCorpus(t *testing.T) *corpora.Corpus {
	t.Helper()
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, `{"labels":{"mood":%q,"note":"number %d"},"turns":[{"text":"hello","labels":{"act":"greet"}},{"text":"yes %d","labels":{"act":"tell"}},{"text":"thanks"}]}`+"\n",
			[]string{"warm", "grumpy"}[i%2], i, i%5)
	}
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := corpora.Open(path, corpora.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFindLabel(t *testing.T) {
	labelled := labelledCorpus(t)
	plain, err := corpora.Open(runtest.Corpus(t), corpora.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		corpus     *corpora.Corpus
		want, name string
		fault      string
	}{
		{labelled, "", "act", ""}, // preferred; note has too many values
		{labelled, "mood", "mood", ""},
		{labelled, "note", "note", ""},
		{labelled, "topic", "", `no label "topic"; the labels there are act, mood, note`},
		{plain, "", "", ""},
		{plain, "act", "", "the labels there are none"},
	} {
		name, err := run.FindLabel(context.Background(), test.corpus, dialog.Train, test.want)
		if name != test.name || (err != nil) != (test.fault != "") || err != nil && (!errors.Is(err, run.ErrRequest) || !strings.Contains(err.Error(), test.fault)) {
			t.Errorf("label %q wanted: %q, %v; want %q, %q", test.want, name, err, test.name, test.fault)
		}
	}
}

func TestProbeReadsLabels(t *testing.T) {
	r := opened(t, "bn")
	c := labelledCorpus(t)
	set, err := r.LabelledSet(context.Background(), c, dialog.Train, "mood")
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	for i := range set.Len() {
		if mood := set.Value(i, 0); mood != "warm" && mood != "grumpy" {
			t.Fatalf("example %d has the mood %q", i, mood)
		}
	}
	calls, stages := 0, map[string]bool{}
	report, err := r.Probe(context.Background(), c, "mood", 2, 1, func(stage string, done, total int) {
		calls++
		if stages[stage] = true; done > total {
			t.Errorf("%s: %d of %d done", stage, done, total)
		}
	})
	if err != nil || report.Classes != 2 || calls == 0 || !stages["encoding"] || !stages["training"] {
		t.Errorf("%+v after %d calls of progress on %v, %v", report, calls, stages, err)
	}
	// The third turns have no act, the first are no responses: one value is left.
	if _, err := r.Probe(context.Background(), c, "act", 2, 1, nil); !errors.Is(err, run.ErrRequest) || !strings.Contains(err.Error(), `"tell"`) {
		t.Errorf("probing a label of one value: %v", err)
	}
	if _, err := opened(t, "seq2seq").Probe(context.Background(), c, "act", 2, 1, nil); !errors.Is(err, run.ErrRequest) {
		t.Errorf("probing a model without a latent: %v", err)
	}
}

// TestFactorsReadLabels: examples without an act are left out; a label of too many
// values is no factor unless it is asked for.
func TestFactorsReadLabels(t *testing.T) {
	ctx, r, c := context.Background(), opened(t, "bn"), labelledCorpus(t)
	names, err := run.FindFactors(ctx, c, nil)
	if err != nil || !reflect.DeepEqual(names, []string{"act", "mood"}) {
		t.Errorf("factors %q, %v", names, err)
	}
	if _, err := run.FindFactors(ctx, c, []string{"mood", "topic"}); !errors.Is(err, run.ErrRequest) {
		t.Errorf("an unknown factor: %v", err)
	}
	all, err := r.Factors(ctx, c, []string{"mood"}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	calls, stages := 0, map[string]bool{}
	some, err := r.Factors(ctx, c, []string{"act", "mood"}, 1, func(stage string, done, total int) {
		stages[stage] = true
		if calls++; done > total {
			t.Errorf("%s: %d of %d done", stage, done, total)
		}
	})
	if err != nil || calls == 0 || !stages["encoding"] || !stages["measuring"] {
		t.Fatalf("%v after %d calls of progress on %v", err, calls, stages)
	}
	if 2*some.Examples != all.Examples { // the third turns have no act
		t.Errorf("%d examples with act and mood, %d with mood", some.Examples, all.Examples)
	}
	if mood := some.Factors[1]; mood.Name != "mood" || mood.Values != 2 || some.Factors[0].Values != 1 || some.Factors[0].Gap.Known() || some.Chance != 0.5 {
		t.Errorf("%+v", some.Factors)
	}
	if _, err := opened(t, "seq2seq").Factors(ctx, c, []string{"mood"}, 1, nil); !errors.Is(err, run.ErrRequest) {
		t.Errorf("factors of a model without a latent: %v", err)
	}
}

// TestFactorsAreKept: they come back as they were measured as long as the parameters and
// the corpus are the same; what is damaged or stale is said and left out.
func TestFactorsAreKept(t *testing.T) {
	ctx, r, c := context.Background(), opened(t, "bn"), labelledCorpus(t)
	if none, err := r.FactorsOf(c); none != nil || err != nil || r.Warnings != nil {
		t.Errorf("before anything was measured: %v, %v, %q", none, err, r.Warnings)
	}
	measured, err := r.MeasureFactors(ctx, c, []string{"act", "mood"}, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	path, err := r.KeepFactors(measured)
	if err != nil || path != filepath.Join(r.Dir, "factors.json") {
		t.Fatalf("kept in %s, %v", path, err)
	}
	kept, err := r.FactorsOf(c)
	if err != nil || fmt.Sprintf("%+v", kept) != fmt.Sprintf("%+v", &measured) || kept.Seed != 3 || r.Warnings != nil {
		t.Errorf("kept %+v, measured %+v, %v, %q", kept, measured, err, r.Warnings)
	}
	if err := run.CheckFactors(r.Dir, "model.safetensors"); err != nil {
		t.Error(err)
	}
	other, err := corpora.Open(runtest.Corpus(t), corpora.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	left := func(c *corpora.Corpus, want string) {
		t.Helper()
		r.Warnings = nil
		f, err := r.FactorsOf(c)
		if f != nil || err != nil || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], want) {
			t.Errorf("%+v, %v, %q; want a warning of %q", f, err, r.Warnings, want)
		}
	}
	left(other, "which has another content than that of the report")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range []struct{ content, want string }{
		{string(good[:len(good)/2]), "cannot be read"},
		{strings.Replace(string(good), `"seed": 3`, `"seed":  3`, 1), "is not as this version of cvae writes it"},
		{strings.Replace(string(good), measured.Model[:8], "01234567", 1), "is stale: model.safetensors has changed since it was measured"},
	} {
		if err := os.WriteFile(path, []byte(damage.content), 0o600); err != nil {
			t.Fatal(err)
		}
		left(c, damage.want)
		if err := run.CheckFactors(r.Dir, "model.safetensors"); err == nil || !strings.Contains(err.Error(), damage.want) {
			t.Errorf("checking it: %v, want %q", err, damage.want)
		}
	}
}

func TestScoreSentences(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps, c.Model.Mode = "lm", 5, "text"
	r, err := run.Open(trained(t, c), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	scores, err := r.ScoreSentences(context.Background(), []string{"thanks", "", "then take 3"})
	if err != nil {
		t.Fatal(err)
	}
	for i, tokens := range []int{2, 1, 4} { // </s> counts
		if scores[i].Tokens != tokens || !(scores[i].Bound < 0) {
			t.Errorf("text %d: %+v, want %d tokens", i, scores[i], tokens)
		}
	}
	alone, err := r.Score(context.Background(), run.Pair{Response: "thanks"}, 1, 0)
	if err != nil || alone.Bound != scores[0].Bound {
		t.Errorf("alone %v, %v, among others %v", alone.Bound, err, scores[0].Bound)
	}
	if _, err := opened(t, "bn").ScoreSentences(context.Background(), []string{"thanks"}); !errors.Is(err, run.ErrRequest) {
		t.Errorf("sentences scored by a model of dialogue: %v", err)
	}
}
