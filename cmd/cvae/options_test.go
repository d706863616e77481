package main

import (
	"context"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/bench"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/dialog"
)

// optionsOf runs a command whose work is replaced and returns its options.
func optionsOf[O any](t *testing.T, constructor func(func(context.Context, *O) error) *cobra.Command, args ...string) O {
	t.Helper()
	var got O
	c := constructor(func(_ context.Context, o *O) error {
		got = *o
		return nil
	})
	c.SetArgs(append([]string{}, args...)) // not nil, which would be the arguments of the test itself
	c.SetOut(io.Discard)
	c.SetErr(io.Discard)
	if err := c.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return got
}

// same compares options but for their streams.
func same[O any](t *testing.T, got, want O) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreInterfaces(struct{ io.Reader }{}), cmpopts.IgnoreInterfaces(struct{ io.Writer }{}), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Error(diff)
	}
}

func TestTrainOptions(t *testing.T) {
	same(t, optionsOf(t, newTrain), trainOptions{Path: "run", Settings: settings{Flags: map[string]any{}}})
	got := optionsOf(t, newTrain, strings.Fields(`--out o --corpus c --format jsonl --preset small --method bn+bow --set a=1 --set b=x,y --config f
		--seed 3 --max-epochs 4 --max-steps 5 --max-time 1h --resume --init i --dry-run --skip-bad --dedup --threads 2 --json --tensorboard`)...)
	same(t, got, trainOptions{
		Path: "o", Resume: true, DryRun: true, JSON: true, Board: true, Threads: 2,
		Settings: settings{File: "f", Set: []string{"a=1", "b=x,y"}, Flags: map[string]any{
			"corpus": "c", "format": "jsonl", "preset": "small", "method": "bn+bow", "seed": "3", "max_epochs": "4", "max_steps": "5",
			"max_time": "1h0m0s", "init_from": "i", "skip_bad": "true", "dedup": "true",
		}},
	})
}

// Every flag of train that sets a key sets one that exists, with its default.
func TestTrainKeys(t *testing.T) {
	c := newTrain(runTrain)
	for flag, key := range trainKeys {
		if !slices.Contains(config.Keys(), key) || c.Flags().Lookup(flag) == nil {
			t.Errorf("flag %s sets key %s", flag, key)
			continue
		}
		if err := new(config.Config).Set(key, c.Flags().Lookup(flag).DefValue); err != nil {
			t.Error(err)
		}
	}
}

func TestEvalOptions(t *testing.T) {
	same(t, optionsOf(t, newEval, "r"), evalOptions{Path: "r", Split: "test", Samples: 20, Seed: 1})
	same(t, optionsOf(t, newEval, strings.Fields("r --corpus c --format jsonl --split valid --iw 5 --seed 2 --json --threads 1")...),
		evalOptions{Path: "r", From: source{Corpus: "c", Reading: config.Reading{Format: "jsonl"}}, Split: "valid", Samples: 5, Seed: 2, JSON: true, Threads: 1})
}

func TestReplyOptions(t *testing.T) {
	text := "hello there"
	same(t, optionsOf(t, newReply), replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Sampling: dialog.DefaultSampling()})
	same(t, optionsOf(t, newReply, "./r"), replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Path: "./r", Sampling: dialog.DefaultSampling()})
	same(t, optionsOf(t, newReply, text), replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Text: &text, Sampling: dialog.DefaultSampling()})
	same(t, optionsOf(t, newReply, "testdata"), replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Path: "testdata", Sampling: dialog.DefaultSampling()})
	same(t, optionsOf(t, newReply, append([]string{"r", text}, strings.Fields(
		"-n 3 --temperature 0.5 --top-p 0.9 --top-k 7 --prior-scale 2 --no-repeat-ngram 3 --seed 4 --allow-unk --json --texts --threads 1")...)...),
		replyOptions{Precision: cvae.FP32, Rank: rankOptions{Lambda: dialog.DefaultLambda}, Path: "r", Text: &text, Sampling: dialog.Sampling{N: 3, Temperature: 0.5, TopP: 0.9, TopK: 7, PriorScale: 2, NoRepeat: 3, Seed: 4, AllowUnk: true}, Tempered: true,
			JSON: true, Texts: true, Threads: 1})
}

func TestLabelOptions(t *testing.T) {
	labels := map[string]string{"topic": "work", "persona": "likes tea, and a=b"}
	args := []string{"--label", "topic=work", "--label", "persona=likes tea, and a=b"}
	same(t, optionsOf(t, newReply, args...).Sampling.Labels, labels)
	same(t, optionsOf(t, newChat, args...).Reply.Sampling.Labels, labels)
	for _, wrong := range [][]string{{"--label", "topic"}, {"--label", "=work"}, {"--label", "topic=work", "--label", "topic=food"}} {
		c := newReply(func(context.Context, *replyOptions) error { return nil })
		c.SetArgs(wrong)
		c.SetOut(io.Discard)
		c.SetErr(io.Discard)
		if err := c.ExecuteContext(t.Context()); err == nil || !strings.Contains(err.Error(), "--label") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestScoreOptions(t *testing.T) {
	same(t, optionsOf(t, newScore, strings.Fields("r f --iw 3 --seed 2 --threads 1")...), scoreOptions{Path: "r", File: "f", Samples: 3, Seed: 2, Threads: 1})
}

func TestCorpusOptions(t *testing.T) {
	same(t, optionsOf(t, newCorpusStats, "p"), corpusOptions{Path: "p", Open: corpora.Options{Seed: 1}})
	same(t, optionsOf(t, newCorpusShow, strings.Fields("p --format jsonl --skip-bad --dedup --seed 2 --split valid -n 4 --json")...),
		corpusOptions{Path: "p", Open: corpora.Options{Format: "jsonl", SkipBad: true, Dedup: true, Seed: 2}, Split: "valid", N: 4, JSON: true})
}

func TestBenchOptions(t *testing.T) {
	same(t, optionsOf(t, newBenchReply, "--responses", "5"), benchOptions{Options: bench.Options{Workload: "w3", Seed: 1, Responses: 5, Precision: cvae.FP32}})
	same(t, optionsOf(t, newBenchTrain), benchOptions{Options: bench.Options{Workload: "w3", Seed: 1, Precision: cvae.FP32}})
	same(t, optionsOf(t, newBenchTrain, strings.Fields("--workload w1 --threads 2 --steps 3 --json --vocabulary 5 --hidden 6 --length 7 --batch 8")...),
		benchOptions{JSON: true, Options: bench.Options{
			Workload: "w1", Threads: 2, Steps: 3, Seed: 1, Precision: cvae.FP32, Shape: bench.Shape{Vocabulary: 5, Hidden: 6, Length: 7, Batch: 8},
		}})
}
