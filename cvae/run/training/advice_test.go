package training

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// healthy is a run that there is nothing to do about.
func healthy() Outcome {
	return Outcome{Out: "r", Corpus: "talk", Latent: true, Method: "bn", Patience: 5, Pairs: 60000, Epochs: 8, Bounds: []float64{40, 38.02, 38}, Raise: "--max-epochs 16",
		Tokens: 20, Full: 0.02, Distinct: 4.5, Replies: 5, Usual: "yes", UsualOf: 2, Contexts: 20}
}

// TestNext has every situation of the table, each from a run that is healthy but for one
// number; earlier ones come before later ones.
func TestNext(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range []struct {
		situation string
		change    func(*Outcome)
		next      string
	}{
		{"done", func(*Outcome) {}, "next: talk with it by cvae chat r"},
		{"done", func(o *Outcome) { o.Pairs, o.Init = 900, true }, "next: talk with it by cvae chat r"},
		{"done", func(o *Outcome) { o.Pairs, o.Embedded = 900, true }, "next: talk with it by cvae chat r"},
		{"too few", func(o *Outcome) { o.Pairs, o.Epochs = 4300, 0.2 },
			"next: 4300 pairs are few to learn to speak from; train into another folder with --init builtin, which begins with the built-in model, of English, and forgets its small talk for your pairs"},
		{"too few", func(o *Outcome) { o.Pairs, o.Method, o.Findings = 4300, "vae", dead(latent.Change) },
			"next: 4300 pairs are few to learn to speak from; train into another folder with --init builtin --method bn, which begins with the built-in model, of English, and forgets its small talk for your pairs"},
		{"collapsed", func(o *Outcome) { o.Findings = dead(latent.Change) },
			"next: z tells nothing of the response; train into another folder: use --method bn"},
		{"rising", func(o *Outcome) { o.Rising, o.Findings = true, dead(latent.Wait) },
			"next: the weight of the KL still rises, and until its end nobody knows what z will carry; go on by cvae train --resume --out r --max-epochs 16"},
		{"stopped rising", func(o *Outcome) { o.Rising, o.Stopped, o.Findings = true, true, dead(latent.Wait) },
			"next: training stopped before the weight of the KL had reached its end; train into another folder with --set optimiser.patience=10"},
		{"done", func(o *Outcome) { o.Rising, o.Stopped = true, true }, "next: talk with it by cvae chat r"},
		{"unseen", func(o *Outcome) { o.Epochs, o.Bounds, o.Raise = 0.4, []float64{50}, "--max-time 8m0s" },
			"next: it has not seen every pair once; go on by cvae train --resume --out r --max-time 8m0s"},
		{"unknown", func(o *Outcome) { o.Epochs, o.Bounds = 1.5, []float64{50} },
			"next: the validation bound was measured once, so that nobody knows whether it still falls; go on by cvae train --resume --out r --max-epochs 16"},
		{"falling", func(o *Outcome) { o.Bounds, o.Full = []float64{50, 45.25}, 0.5 },
			"next: the validation bound still fell, by 4.75 nats at the end; go on by cvae train --resume --out r --max-epochs 16"},
		{"risen", func(o *Outcome) {
			o.Bounds, o.Since, o.KeptAt, o.Full, o.Init, o.Pairs = []float64{58.6, 57.6, 57.9, 58.6, 59.4}, 3, 1, 0.38, true, 5782
		}, "next: the validation bound rises since 1.0 epochs, as 5782 pairs are learnt by heart: more of them help, and more epochs do not; talk with it by cvae chat r"},
		{"risen", func(o *Outcome) {
			o.Bounds, o.Since, o.KeptAt, o.Full, o.Init, o.Pairs, o.Stopped = []float64{50.2, 49.9, 52, 54.3, 56.8}, 3, 2, 0.28, true, 203, true
		}, "next: the validation bound rises since 2.0 epochs, as 203 pairs are learnt by heart: more of them help, and more epochs do not; talk with it by cvae chat r"},
		{"risen", func(o *Outcome) { o.Bounds, o.Since, o.Pairs = []float64{57, 58, 59}, 2, 9000 },
			"next: 9000 pairs are few to learn to speak from; train into another folder with --init builtin, which begins with the built-in model, of English, and forgets its small talk for your pairs"},
		{"done", func(o *Outcome) { o.Bounds, o.Since = []float64{57.6, 57.8, 57.7}, 2 }, "next: talk with it by cvae chat r"},
		{"done", func(o *Outcome) { o.Bounds, o.Since = []float64{57.6, 59}, 1 }, "next: talk with it by cvae chat r"},
		{"cut", func(o *Outcome) { o.Bounds, o.Stopped, o.Full, o.Pairs = []float64{50, 45}, true, 0.12, 9000 },
			"next: 12 % of the responses have 20 tokens or more and are cut there; train into another folder with --set decoder.tokens=40"},
		{"done", func(o *Outcome) { o.Pairs, o.Foreign = 4300, true }, "next: talk with it by cvae chat r"},
		{"few", func(o *Outcome) { o.Pairs, o.UsualOf = 12000, 16 },
			"next: 12000 pairs are few to learn to speak from; train into another folder with --init builtin, which begins with the built-in model, of English, and forgets its small talk for your pairs"},
		{"usual", func(o *Outcome) { o.Usual, o.UsualOf, o.Distinct = "i'm not sure .", 16, 2 },
			`next: "i'm not sure ." answers 16 of 20 contexts; cvae train --method lm --init r --corpus talk --out r/lm makes what cvae chat r --rank joint needs to prefer other replies`},
		{"alike", func(o *Outcome) { o.Distinct = 1.2 }, "next: replies are alike; cvae chat r --temperature 0.8 draws words too, and --prior-scale 1.5 draws z wider"},
		{"alike", func(o *Outcome) { o.Distinct, o.Latent = 1.2, false }, "next: replies are alike, as there is no latent variable to draw; train into another folder with --method bn"},
		{"sentences", func(o *Outcome) { o.Text, o.UsualOf, o.Pairs = true, 20, 900 }, "next: cvae reply r prints more sentences"},
	} {
		o := healthy()
		c.change(&o)
		if _, next := o.Lines(); next != c.next {
			t.Errorf("%s: %q, want %q", c.situation, next, c.next)
		}
		holds := slices.IndexFunc(situations(), func(s situation) bool { return s.holds(o) })
		if got := situations()[holds].name; got != c.situation {
			t.Errorf("the situation is %s, want %s", got, c.situation)
		}
		seen[c.situation] = true
	}
	for _, s := range situations() {
		if !seen[s.name] {
			t.Errorf("no case is in the situation %s", s.name)
		}
	}
}

// TestNextOfSeveral has runs in which several situations hold, and the one that wins.
func TestNextOfSeveral(t *testing.T) {
	prior := latent.Finding{Name: "prior", Remedy: "Leave it.", Course: latent.Leave}
	early := latent.Finding{Name: "prior", Remedy: "Look again.", Course: latent.Wait}
	for name, c := range map[string]struct {
		change func(*Outcome)
		want   string
	}{
		"a dead latent, and a bound that falls":    {func(o *Outcome) { o.Findings, o.Bounds = dead(latent.Change), []float64{50, 40} }, "collapsed"},
		"a dead latent too early, pairs unseen":    {func(o *Outcome) { o.Findings, o.Epochs = dead(latent.Wait), 0.2 }, "unseen"},
		"a constant prior, pairs unseen":           {func(o *Outcome) { o.Findings, o.Epochs = []latent.Finding{early}, 0.2 }, "unseen"},
		"a constant prior, and a bound that falls": {func(o *Outcome) { o.Findings, o.Bounds = []latent.Finding{prior}, []float64{50, 40} }, "falling"},
		"a constant prior, and few pairs":          {func(o *Outcome) { o.Findings, o.Pairs = []latent.Finding{prior}, 9000 }, "few"},
		"a constant prior, and cut responses":      {func(o *Outcome) { o.Findings, o.Full = []latent.Finding{prior}, 0.3 }, "cut"},
		"a constant prior alone":                   {func(o *Outcome) { o.Findings = []latent.Finding{prior} }, "done"},
		"a copy of the context, and a constant prior": {func(o *Outcome) {
			o.Findings = []latent.Finding{{Name: "context_only", Remedy: "Use --method bn.", Course: latent.Change}, prior}
		}, "collapsed"},
		"few pairs that were seen once, falling":    {func(o *Outcome) { o.Pairs, o.Bounds = 12000, []float64{50, 40} }, "falling"},
		"few pairs in half an epoch":                {func(o *Outcome) { o.Pairs, o.Epochs = 12000, 0.5 }, "unseen"},
		"few pairs, alike replies":                  {func(o *Outcome) { o.Pairs, o.Distinct = 12000, 1 }, "few"},
		"the built-in corpus is small but complete": {func(o *Outcome) { o.Pairs, o.Embedded, o.Bounds = 3000, true, []float64{50, 40} }, "falling"},
		"patience ended it, the last bound lower":   {func(o *Outcome) { o.Stopped, o.Bounds = true, []float64{50, 40} }, "done"},
		"sentences, few":                            {func(o *Outcome) { o.Text, o.Pairs = true, 900 }, "sentences"},
	} {
		o := healthy()
		c.change(&o)
		holds := slices.IndexFunc(situations(), func(s situation) bool { return s.holds(o) })
		if got := situations()[holds].name; got != c.want {
			t.Errorf("%s: the situation is %q, want %q", name, got, c.want)
		}
	}
}

// dead is the collapse of a latent, with a remedy of a course.
func dead(course latent.Course) []latent.Finding {
	return []latent.Finding{{Name: "kl", Remedy: "Use --method bn.", Course: course}}
}

// TestReached says the run's numbers.
func TestReached(t *testing.T) {
	o := healthy()
	if got, _ := o.Lines(); got != "reached: 8.0 epochs of 60000 pairs; validation bound 38.0 nats, 38.0 before; 4.5 of 5 replies distinct; one of them for 2 of 20 contexts" {
		t.Error(got)
	}
	o.Bounds, o.Since, o.KeptAt, o.UsualOf = []float64{57.6, 57.9, 59.4}, 2, 1, 1
	if got, _ := o.Lines(); got != "reached: 8.0 epochs of 60000 pairs; validation bound 57.6 nats after 1.0 epochs, whose weights are kept, and 59.4 at the end; 4.5 of 5 replies distinct" {
		t.Error(got)
	}
	o.Since = 0
	o.Stopped, o.Text, o.Bounds = true, true, []float64{38.25}
	if got, _ := o.Lines(); got != "reached: 8.0 epochs of 60000 sentences; validation bound 38.2 nats, which no longer improves; 4.5 of 5 sentences distinct" {
		t.Error(got)
	}
}

// TestOutcome reads the numbers off a run. The responses of the corpus are "yes , N is
// fine , and N too", "then take N" and "thanks": of a decoder of four tokens, </s>
// included, the first two thirds are as long as it takes them or longer.
func TestOutcome(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.MaxSteps, c.Model.Decoder.Tokens = 18, 4
	dir := filepath.Join(t.TempDir(), "run")
	s, err := Prepare(context.Background(), c, Options{Out: dir, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	o, err := s.Outcome(context.Background(), eval.Report{Findings: []latent.Finding{{Remedy: "first"}, {Remedy: "second"}}})
	if err != nil {
		t.Fatal(err)
	}
	if o.Epochs != 18/float64(s.trainer.BatchesPerEpoch()) || o.Pairs != s.data["train"].Len() || len(o.Bounds) == 0 || len(o.Findings) != 2 ||
		o.Raise != "--max-steps 36" || o.Stopped || o.Init || o.Embedded || o.Text || !o.Latent || o.Tokens != 4 {
		t.Errorf("%+v", o)
	}
	if situation := s.run.Situation(context.Background()); situation.Epochs != o.Epochs || situation.Rising {
		t.Errorf("the situation after training is %+v", situation)
	}
	s.run.Config.Method, s.run.Config.Settings = "linear", nil
	if err := s.run.Config.Complete(); err != nil {
		t.Fatal(err)
	}
	s.run.Config.Settings["linear.epochs"] = 100
	if !s.run.Situation(context.Background()).Rising {
		t.Error("after some epochs the weight of a KL that rises for a hundred does not rise")
	}
	if o.Full != 2./3 {
		t.Errorf("%g of the responses are full", o.Full)
	}
	if o.Contexts == 0 || o.Contexts > outcomeContexts || o.Distinct < 1 || o.Distinct > 5 || o.UsualOf < 1 || o.UsualOf > o.Contexts {
		t.Errorf("%+v", o)
	}
	o.Findings, o.Stopped, o.Init = nil, true, true
	if _, next := o.Lines(); !strings.HasSuffix(next, "--set decoder.tokens=8") {
		t.Error(next)
	}
}
