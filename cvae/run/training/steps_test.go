package training

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
)

// stepped trains a run whose z has two steps, which no method has, and loads it
// from its files as run.Open does.
func stepped(t *testing.T) *run.Run {
	t.Helper()
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps = "vae", 300
	dir := filepath.Join(t.TempDir(), "run")
	s, err := Prepare(context.Background(), c, Options{Out: dir, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.team.Close()
	parts, err := s.Config.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	parts.Posterior = cvaetest.TwoSteps{}
	if err := s.build(context.Background(), parts); err != nil {
		t.Fatal(err)
	}
	if err := s.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	saved, _, err := checkpoint.LoadModel(filepath.Join(dir, rundir.ModelFile))
	if err != nil {
		t.Fatal(err)
	}
	team, err := cvae.NewTeam(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(team.Close)
	m, err := cvae.New[float32](s.Config.Model, s.words.Size(), parts.Parts, 9, team)
	if err != nil {
		t.Fatal(err)
	}
	if err := train.Restore(m, saved); err != nil {
		t.Fatal(err)
	}
	return run.New(dir, s.Config, s.words, m)
}

// TestStepsOfZ: a latent of two steps is trained, saved and loaded; its replies
// carry both steps and decode again from them, its texts are encoded into as many
// steps as they have words, and what it cannot have is left out.
func TestStepsOfZ(t *testing.T) {
	r, ctx := stepped(t), context.Background()
	q := dialog.Request{Context: []string{"do you like the number 3 ?"}, Sampling: dialog.DefaultSampling()}
	reply := answered(t, r, q)
	dim := r.Config.Model.Latent.Dim
	if len(reply.PriorMean) != 2 || len(reply.PriorStd) != 2 || len(reply.PriorMean[1]) != dim {
		t.Errorf("the prior is %v ± %v", reply.PriorMean, reply.PriorStd)
	}
	for _, x := range reply.Responses {
		if len(x.Tokens) == 0 {
			t.Fatal("a response without a word; the test needs longer ones")
		}
		if len(x.Z) != 2 || len(x.Z[0]) != dim || len(x.Z[1]) != dim || reflect.DeepEqual(x.Z[0], x.Z[1]) {
			t.Errorf("z is %v", x.Z)
		}
		sum := 0.0
		for i, step := range x.Z {
			for d, v := range step {
				u := float64(v-reply.PriorMean[i][d]) / float64(reply.PriorStd[i][d])
				sum += u * u
			}
		}
		if math.Abs(math.Sqrt(sum)-x.PriorDistance) > 1e-4 {
			t.Errorf("distance %v, want %v", x.PriorDistance, math.Sqrt(sum))
		}
		again := answered(t, r, dialog.Request{Context: q.Context, Z: []dialog.Block{x.Z}, Sampling: q.Sampling})
		if y := again.Responses[0]; y.Text != x.Text || y.LogProb != x.LogProb || !reflect.DeepEqual(y.Z, x.Z) {
			t.Errorf("decoded again, %+v is %+v", x, y)
		}
		if len(x.Tokens) < r.Config.Model.Decoder.Tokens-1 {
			logProb, _, err := r.Likelihood(ctx, run.Pair{Context: q.Context, Response: x.Text}, x.Z)
			if err != nil || math.Abs(logProb-x.LogProb) > 1e-3 {
				t.Errorf("%q: ln p %v, the reply says %v, %v", x.Text, logProb, x.LogProb, err)
			}
		}
	}
	code, err := r.Encode(ctx, run.Pair{Context: q.Context, Response: "yes , 3 is fine"}, 1)
	if err != nil || len(code.Z) != 2 || len(code.Mean) != 2 || len(code.Std) != 2 || !(code.KL > 0) {
		t.Errorf("encoded %+v, %v", code, err)
	}
	for _, z := range []dialog.Block{code.Z[:1], append(code.Z, code.Z[0]), {{1}}} {
		if _, err := r.Respond(ctx, dialog.Request{Context: q.Context, Z: []dialog.Block{z}, Sampling: q.Sampling}, nil); (len(z) == 1 && len(z[0]) == dim) != (err == nil) || err != nil && !errors.Is(err, run.ErrRequest) {
			t.Errorf("%d steps: %v", len(z), err)
		}
	}
	card, err := r.Describe(ctx)
	if l := card.Latent; err != nil || l == nil || l.Steps != 2 || l.Dim != dim {
		t.Errorf("the card is %+v, %v", l, err)
	}
	var measured dialog.LatentCard
	text, err := os.ReadFile(filepath.Join(r.Dir, rundir.LatentFile))
	if err := errors.Join(err, json.Unmarshal(text, &measured), measured.Check()); err != nil {
		t.Fatal(err)
	}
	if measured.Responses == 0 || len(measured.KLPerDim) != dim || measured.Map != nil || measured.ActiveUnits != nil {
		t.Errorf("measured %s", text)
	}
	if _, err := r.Probe(ctx, nil, "topic", 1, 1, nil); !errors.Is(err, run.ErrRequest) {
		t.Errorf("a probe of steps: %v", err)
	}
}

func answered(t *testing.T, r *run.Run, q dialog.Request) dialog.Reply {
	t.Helper()
	reply, err := r.Respond(context.Background(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}
