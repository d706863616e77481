package run_test

import (
	"context"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
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

// TestLatentFile breaks latent.json, which can be measured again: the run goes on
// without it and names it, and missing is fine.
func TestLatentFile(t *testing.T) {
	dir := trained(t, runtest.Config(t, runtest.Corpus(t)))
	path := filepath.Join(dir, rundir.LatentFile)
	for _, text := range []string{"", "{", "null", `{"dim": 3, "kl_per_dim": [1]}`, "[]"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := run.Open(dir, 1)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		card, err := r.Describe(context.Background())
		if err != nil || card.Latent.Measured {
			t.Errorf("%q: the latent is %+v, %v", text, card.Latent, err)
		}
		if said := strings.Join(r.Warnings, " "); text != "null" && !strings.Contains(said, path+" cannot be ") { // null is a card of no dimension
			t.Errorf("%q: it warns %q", text, said)
		}
		r.Close()
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	r, err := run.Open(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	card, err := r.Describe(context.Background())
	if err != nil || card.Latent.Measured {
		t.Errorf("without its file the latent is %+v, %v", card.Latent, err)
	}
}

// TestBuiltin asks the model in the program.
func TestBuiltin(t *testing.T) {
	r, err := run.OpenBuiltin(1)
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
	if err != nil || size > 12<<20 {
		t.Errorf("the built-in model has %d bytes, %v; at most 12 MB may be embedded", size, err)
	}
	reply, err := r.Respond(context.Background(), ask("Shall we have dinner together tonight?", 8), nil)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Distinct < 3 {
		t.Errorf("8 replies, of which %d differ", reply.Distinct)
	}
}
