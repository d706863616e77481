package run

import (
	"context"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
)

// TestDescribe checks the card of a trained run against the run's own replies.
func TestDescribe(t *testing.T) {
	r := opened(t, "bn")
	card, err := r.Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	l := card.Latent
	if l == nil || !l.Measured || l.Dim != r.Config.Model.Latent.Dim || len(l.KLPerDim) != l.Dim {
		t.Fatalf("the latent card is %+v", l)
	}
	if len(l.Map.Points) != l.Responses || l.Responses == 0 {
		t.Errorf("%d points stand for %d responses", len(l.Map.Points), l.Responses)
	}
	mean := [2]float64{}
	for _, p := range l.Map.Points {
		mean[0] += p[0]
		mean[1] += p[1]
	}
	for a := range mean { // the map is centred on its own points
		if math.Abs(mean[a])/float64(l.Responses) > 1e-4 {
			t.Errorf("the points lie about %v", mean)
		}
	}
	if card.Method != "bn" || card.Parameters != r.Parameters() || card.Vocabulary != r.Tokenizer.Size() || card.Sentences {
		t.Errorf("the card is %+v", card)
	}
}

func TestDescribeWithoutLatent(t *testing.T) {
	card, err := opened(t, "seq2seq").Describe(context.Background())
	if err != nil || card.Latent != nil || card.Temperature != 1 {
		t.Errorf("the card of a model without a latent is %+v, %v", card, err)
	}
}

// TestLatentFile breaks latent.json: it is refused by name, and missing is fine.
func TestLatentFile(t *testing.T) {
	dir := trained(t, configured(t, corpus(t)), 1)
	path := filepath.Join(dir, rundir.LatentFile)
	for _, text := range []string{"", "{", "null", `{"dim": 3, "kl_per_dim": [1]}`, "[]"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Open(dir, 1)
		if text == "null" { // the zero card, which does not fit the model
			if err != nil {
				t.Errorf("null: %v", err)
			} else {
				r.Close()
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	card, err := r.Describe(context.Background())
	if err != nil || card.Latent.Measured {
		t.Errorf("without its file the latent is %+v, %v", card.Latent, err)
	}
}

// TestSamples checks that every step event is followed by replies to the same
// contexts, and that the last ones are those of the run.
func TestSamples(t *testing.T) {
	var events []dialog.Event
	c := configured(t, corpus(t))
	o := Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1, Progress: seeing(func(e dialog.Event) { events = append(events, e) })}
	if err := trainIn(t, context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	var sampled []dialog.Event
	for i, e := range events {
		if e.Kind == dialog.Stepped && events[i+1].Kind != dialog.Sampled {
			t.Errorf("step %d is followed by %s", e.Step, events[i+1].Kind)
		}
		if e.Kind == dialog.Sampled {
			sampled = append(sampled, e)
		}
	}
	contexts := func(e dialog.Event) (out [][]string) {
		for _, s := range e.Samples {
			out = append(out, s.Context)
			if len(s.Responses) != sampledReplies {
				t.Errorf("%q has %d replies", s.Context, len(s.Responses))
			}
		}
		return out
	}
	if len(sampled) < 2 || len(sampled[0].Samples) == 0 {
		t.Fatalf("there are %d sets of samples", len(sampled))
	}
	for _, e := range sampled {
		if diff := cmp.Diff(contexts(sampled[0]), contexts(e)); diff != "" {
			t.Errorf("the contexts change: %s", diff)
		}
	}
}

// TestBuiltin asks the model in the program.
func TestBuiltin(t *testing.T) {
	r, err := OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	card, err := r.Describe(context.Background())
	if err != nil || card.Latent == nil || !card.Latent.Measured {
		t.Fatalf("the card is %+v, %v", card, err)
	}
	if *card.Latent.ResidualActiveUnits < 2 {
		t.Errorf("%d residual active units: the latent of the built-in model is dead", *card.Latent.ResidualActiveUnits)
	}
	size := int64(0)
	err = fs.WalkDir(builtin.Files(), ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		size += info.Size()
		return err
	})
	if err != nil || size > 3<<20 {
		t.Errorf("the built-in model has %d bytes, %v; at most 3 MB may be embedded", size, err)
	}
	reply, err := r.Respond(context.Background(), dialog.Request{Context: []string{"Shall we have dinner together tonight?"}, N: 8, Seed: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Distinct < 3 {
		t.Errorf("8 replies, of which %d differ", reply.Distinct)
	}
}
