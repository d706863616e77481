package builtin_test

import (
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
)

// from is a run whose model takes the place of the embedded one; the README has the
// command.
var from = flag.String("from", "", "run `directory` to embed")

// A frozen score is what the float32 model thinks of a reply, in nats.
type frozen struct {
	Context  string  `json:"context"`
	Response string  `json:"response"`
	Bound    float64 `json:"bound"`  // on ln p(x|c), with the noise of seed 1
	Tokens   int     `json:"tokens"` // </s> included
}

const frozenFile = "testdata/float32.json"

// place is the folder of the corpus and of the run that the parameters began as.
var place = regexp.MustCompile(`(?m)^(corpus|init_from): .*/`)

// TestEmbed replaces the embedded model where -from asks for it.
func TestEmbed(t *testing.T) {
	if *from == "" {
		t.Skip("-from names no run")
	}
	for _, name := range []string{rundir.ConfigFile, rundir.TokenizerFile, rundir.EvalFile, rundir.LatentFile} {
		content, err := os.ReadFile(filepath.Join(*from, name))
		if err != nil {
			t.Fatal(err)
		}
		content = place.ReplaceAll(content, []byte("$1: "))
		if err := os.WriteFile(filepath.Join("model", name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	w, err := run.ReadWeights(*from)
	if err != nil || w.Warning != "" {
		t.Fatal(w.Warning, err)
	}
	if err := checkpoint.SaveModel(filepath.Join("model", rundir.ModelFile), safetensors.Halved(w.Tensors), w.Metadata); err != nil {
		t.Fatal(err)
	}
	freeze(t)
}

// freeze writes what the float32 model thinks of its own replies to the everyday inputs.
func freeze(t *testing.T) {
	r, err := run.Open(*from, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var scores []frozen
	for i, input := range inputs(t) {
		q := dialog.Request{Context: []string{input}, Sampling: r.Sampling()}
		q.Seed = uint64(i)
		reply, err := r.Respond(context.Background(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		f := frozen{Context: input, Response: reply.Responses[0].Text}
		f.Bound, f.Tokens = bound(t, r, f)
		scores = append(scores, f)
	}
	content, err := json.MarshalIndent(scores, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(frozenFile, append(content, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
}

func inputs(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("everyday.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
}

func bound(t *testing.T, r *run.Run, f frozen) (nats float64, tokens int) {
	t.Helper()
	l, err := r.Score(context.Background(), run.Pair{Context: []string{f.Context}, Response: f.Response}, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	return float64(l.Bound), l.Tokens
}

// TestHalves: the embedded model, in half precision, gives every reply the
// log-probability that the model it was made of gives it in float32, within 0.02 nats a
// token; so it does where it multiplies in bfloat16, of ten replies where that is slow.
func TestHalves(t *testing.T) {
	for _, p := range []cvae.Precision{cvae.FP32, cvae.BF16} {
		t.Run(string(p), func(t *testing.T) { halves(t, p) })
	}
}

func halves(t *testing.T, p cvae.Precision) {
	content, err := os.ReadFile(frozenFile)
	if err != nil {
		t.Fatal(err)
	}
	var scores []frozen
	if err := json.Unmarshal(content, &scores); err != nil {
		t.Fatal(err)
	}
	r, err := run.OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Use(p); len(r.Warnings) > 0 {
		scores = scores[:10]
	}
	worst := 0.
	for _, f := range scores {
		got, tokens := bound(t, r, f)
		if tokens != f.Tokens {
			t.Fatalf("%q has %d tokens, want %d", f.Response, tokens, f.Tokens)
		}
		worst = max(worst, math.Abs(got-f.Bound)/float64(tokens))
	}
	t.Logf("at most %.5f nats a token away, over %d replies", worst, len(scores))
	if p == cvae.BF16 && worst < 0.001 {
		t.Error("nothing was rounded to bfloat16")
	}
	if worst >= 0.02 || len(r.Warnings) == 0 && len(scores) != len(inputs(t)) {
		t.Errorf("%g nats a token away over %d replies", worst, len(scores))
	}
}

// TestSeal: the embedded parameters fit their checksum, which is not computed again when
// the program opens them.
func TestSeal(t *testing.T) {
	if _, _, err := checkpoint.LoadModel(filepath.Join("model", rundir.ModelFile)); err != nil {
		t.Error(err)
	}
}
