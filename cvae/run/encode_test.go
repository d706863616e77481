package run_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// TestEncode: the code of a text is that of a seed, its draw lies where mean and
// standard deviation say, and its KL is what Score reports.
func TestEncode(t *testing.T) {
	for _, method := range []string{"bn", "scale", "skip"} {
		r, ctx := opened(t, method), context.Background()
		pair := run.Pair{Context: []string{"do you like the number 3 ?"}, Response: "yes , 3 is fine , and 3 too"}
		code, err := r.Encode(ctx, pair, 5)
		if err != nil {
			t.Fatal(err)
		}
		again, err := r.Encode(ctx, pair, 5)
		if err != nil || !reflect.DeepEqual(code, again) {
			t.Errorf("%s: the same text has another code: %v", method, err)
		}
		other, err := r.Encode(ctx, pair, 6)
		if err != nil || reflect.DeepEqual(code.Z, other.Z) || !reflect.DeepEqual(code.Mean, other.Mean) {
			t.Errorf("%s: the seed must change the draw and not the mean: %v", method, err)
		}
		for d, z := range code.Z.Vector() {
			if far := math.Abs(float64(z-code.Mean[0][d])) / float64(code.Std[0][d]); !(far < 6) {
				t.Errorf("%s: the draw is %v standard deviations from the mean", method, far)
			}
		}
		score, err := r.Score(ctx, pair, 1, 0)
		if err != nil || math.Abs(code.KL-float64(score.KL)) > 1e-5*code.KL {
			t.Errorf("%s: KL %v, Score says %v, %v", method, code.KL, score.KL, err)
		}
	}
}

// TestLikelihood of what a reply decodes from a latent is that of the reply.
func TestLikelihood(t *testing.T) {
	r, ctx := opened(t, "skip"), context.Background()
	q := ask("do you like the number 3 ?", 3)
	for _, x := range respond(t, r, q).Responses {
		if len(x.Tokens) == 0 || len(x.Tokens) == r.Config.Model.Decoder.Tokens-1 {
			continue // without a word, or cut before </s>
		}
		logProb, tokens, err := r.Likelihood(ctx, run.Pair{Context: q.Context, Response: x.Text}, x.Z)
		if err != nil || math.Abs(logProb-x.LogProb) > 1e-4 || tokens != len(x.Tokens)+1 {
			t.Errorf("%q: ln p %v over %d words, the reply says %v, %v", x.Text, logProb, tokens, x.LogProb, err)
		}
	}
}

// TestEncodeRefuses in a sentence what cannot be encoded.
func TestEncodeRefuses(t *testing.T) {
	ctx, turns := context.Background(), []string{"thanks"}
	latent, none := opened(t, "bn"), opened(t, "seq2seq")
	encode := func(r *run.Run, turns []string, text string) error {
		_, err := r.Encode(ctx, run.Pair{Context: turns, Response: text}, 1)
		return err
	}
	_, _, short := latent.Likelihood(ctx, run.Pair{Context: turns, Response: "yes"}, dialog.Block{{1}})
	_, _, missing := none.Likelihood(ctx, run.Pair{Context: turns, Response: "yes"}, nil)
	for name, err := range map[string]error{
		"no latent": encode(none, turns, "yes"), "no word": encode(latent, turns, " "), "no context": encode(latent, nil, "yes"),
		"a short latent": short, "a latent of a model without": missing,
	} {
		if !errors.Is(err, run.ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := latent.Encode(stopped, run.Pair{Context: turns, Response: "yes"}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
