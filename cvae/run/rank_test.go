package run_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// ranking trains a run and, beside it, a language model that begins with its tokens and
// sizes; change is of the language model.
func ranking(t *testing.T, method string, change func(*config.Config)) (dir, lm string) {
	t.Helper()
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps = method, 20
	dir = trained(t, c)
	c.Method, c.Init = "lm", dir
	if change != nil {
		change(&c)
	}
	return dir, trained(t, c)
}

func openRun(t *testing.T, dir string) *run.Run {
	t.Helper()
	r, err := run.Open(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// joint asks for n responses of the joint rank, whose words are drawn.
func joint(n int, lambda float64) dialog.Request {
	q := ask("do you like the number 3 ?", n)
	q.Temperature, q.Rank = 1.5, &dialog.Rank{By: dialog.RankJoint, Lambda: lambda}
	return q
}

// spoken are the responses that a ranked request draws, by the first seed with which all
// of them have a word.
func spoken(t *testing.T, r *run.Run, q *dialog.Request) dialog.Reply {
	t.Helper()
	for q.Seed = 1; q.Seed < 100; q.Seed++ {
		all := *q
		all.N, all.Rank = dialog.RankDraws*q.N, nil
		reply := respond(t, r, all)
		if !slices.ContainsFunc(reply.Responses, func(x dialog.Response) bool { return x.Text == "" }) {
			return reply
		}
	}
	t.Fatal("every seed draws a response without a word")
	return dialog.Reply{}
}

// TestRankJoint recomputes the rank from the responses as they are drawn and from what
// the language model thinks of each text by itself, which the graph computes.
func TestRankJoint(t *testing.T) {
	for _, method := range []string{"bn", "seq2seq"} {
		dir, lmDir := ranking(t, method, nil)
		if err := os.Rename(lmDir, filepath.Join(dir, rundir.LMDir)); err != nil {
			t.Fatal(err)
		}
		r, lm := openRun(t, dir), openRun(t, filepath.Join(dir, rundir.LMDir))
		const n, lambda = 4, 0.7
		q := joint(n, lambda)
		q.Temperature = 0.8
		best, drawn := map[string]float64{}, spoken(t, r, &q)
		for _, x := range drawn.Responses {
			p, err := lm.Score(context.Background(), run.Pair{Context: []string{"thanks"}, Response: x.Text}, 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			score := x.LogProb - lambda*float64(p.Bound)
			if old, ok := best[x.Text]; !ok || score > old {
				best[x.Text] = score
			}
		}
		var want []float64
		for _, score := range best {
			want = append(want, score)
		}
		slices.SortFunc(want, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
		got := respond(t, r, q)
		if len(got.Responses) != n || got.Distinct != n || len(want) < n {
			t.Fatalf("%s: %d responses, %d distinct of %d", method, len(got.Responses), got.Distinct, len(want))
		}
		for i, x := range got.Responses {
			if math.Abs(x.Ranked.Score-want[i]) > 1e-4 || math.Abs(best[x.Text]-want[i]) > 1e-12 {
				t.Errorf("%s: place %d is %q of %g, want %g", method, i, x.Text, x.Ranked.Score, want[i])
			}
			if score := x.LogProb - lambda**x.Ranked.LM; score != x.Ranked.Score {
				t.Errorf("%s: the score is %g, its terms say %g", method, x.Ranked.Score, score)
			}
		}
		if again := respond(t, r, q); !reflect.DeepEqual(again, got) {
			t.Errorf("%s: the same request has another answer", method)
		}
	}
}

// TestRankRepeats: greedy responses of one z are all equal, and exactly n come back;
// latents that are given stay in their order.
func TestRankRepeats(t *testing.T) {
	dir, lmDir := ranking(t, "bn", nil)
	r, lm := openRun(t, dir), openRun(t, lmDir)
	if err := r.UseLM(lm); err != nil {
		t.Fatal(err)
	}
	q := joint(3, 0.5)
	q.Temperature, q.PriorScale = 0, 0
	reply := respond(t, r, q)
	if len(reply.Responses) != 3 || reply.Distinct != 1 {
		t.Errorf("%d responses, %d distinct", len(reply.Responses), reply.Distinct)
	}
	q.PriorScale, q.Z = 1, []dialog.Block{reply.Responses[0].Z, reply.Responses[1].Z}
	if given := respond(t, r, q); len(given.Responses) != 2 || given.Responses[0].Ranked != nil {
		t.Errorf("%d responses to two latents", len(given.Responses))
	}
}

// TestRankTokens: a language model of other tokens scores the text.
func TestRankTokens(t *testing.T) {
	dir, lmDir := ranking(t, "bn", func(c *config.Config) { c.Init, c.Tokenizer.Kind, c.Tokenizer.Size = "", config.ByteLevel, 300 })
	r, lm := openRun(t, dir), openRun(t, lmDir)
	if err := r.UseLM(lm); err != nil {
		t.Fatal(err)
	}
	q := joint(2, 0.5)
	spoken(t, r, &q)
	for _, x := range respond(t, r, q).Responses {
		p, err := lm.Score(context.Background(), run.Pair{Context: []string{"thanks"}, Response: x.Text}, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := *x.Ranked.LM; math.Abs(got-float64(p.Bound)) > 1e-3 && p.Tokens < lm.Config.Model.Decoder.Tokens {
			t.Errorf("ln p(%q) is %g, want %g", x.Text, got, float64(p.Bound))
		}
	}
}

// TestRankRefused: without a language model the error says how to have one, and λ 0
// needs none; what is no language model is refused.
func TestRankRefused(t *testing.T) {
	r := opened(t, "bn")
	_, err := r.Respond(context.Background(), joint(2, 0.5), nil)
	if !errors.Is(err, run.ErrRequest) || !errors.Is(err, dialog.ErrNoLM) || !strings.Contains(err.Error(), "cvae train --method lm --init "+r.Dir) {
		t.Errorf("%v", err)
	}
	reply := respond(t, r, joint(2, 0))
	for i, x := range reply.Responses {
		if x.Ranked.LM != nil || x.Ranked.Score != x.LogProb || i > 0 && reply.Responses[0].LogProb < x.LogProb {
			t.Errorf("response %d: %+v of %g", i, x.Ranked, x.LogProb)
		}
	}
	if err := r.UseLM(opened(t, "seq2seq")); err == nil || !strings.Contains(err.Error(), "is a run of method seq2seq; ln p(x) is that of a run of method lm") {
		t.Errorf("%v", err)
	}
}

// TestRankBuiltin recomputes the rank of the built-in model from ln p(x|z,c) of each usual
// context, which Explain has by decoding word for word.
func TestRankBuiltin(t *testing.T) {
	r, err := run.OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	q := joint(3, 0.8)
	q.Temperature = 0
	reply := respond(t, r, q)
	before := math.Inf(1)
	for i, x := range reply.Responses {
		if x.Ranked.LM == nil {
			t.Fatalf("response %d has no ln p(x)", i)
		}
		mean := 0.0
		for _, turn := range builtin.Usual() {
			usual := q
			usual.Context, usual.Rank = []string{turn}, nil
			e, err := r.Explain(context.Background(), usual, x)
			if err != nil {
				t.Fatal(err)
			}
			mean += math.Exp(e.LogProb) / float64(len(builtin.Usual()))
		}
		if d := *x.Ranked.LM - math.Log(mean); math.Abs(d) > 1e-3 {
			t.Errorf("response %d: ln p(x) is off by %g nats", i, d)
		}
		if want := x.LogProb - 0.8**x.Ranked.LM; math.Abs(x.Ranked.Score-want) > 1e-9 || x.Ranked.Score > before {
			t.Errorf("response %d has the score %g, want %g, after %g", i, x.Ranked.Score, want, before)
		}
		before = x.Ranked.Score
	}
	inputs, err := os.ReadFile("builtin/everyday.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, turn := range builtin.Usual() {
		if slices.Contains(strings.Split(string(inputs), "\n"), turn) {
			t.Errorf("the usual context %q is one that the model is judged by", turn)
		}
	}
}
