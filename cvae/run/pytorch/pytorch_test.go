package pytorch_test

import (
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/pytorch"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/tokenize"
)

var exportTo = flag.String("export", "", "write the models of the tests to this folder, for .ci/torch/freeze.py")

// shape is a small model; its weights depend on the seed and their names alone.
func shape(mode cvae.Mode, cell string) cvae.Config {
	return cvae.Config{
		Mode:    mode,
		Encoder: cvae.Encoder{Cell: cell, Embedding: 5, Hidden: 6, Share: true},
		Context: cvae.Context{Hidden: 7, Turns: 2, Tokens: 6},
		Decoder: cvae.Decoder{Hidden: 8, Tokens: 6, ShareEmbedding: true, LatentEveryStep: true, StartTanh: true, Bias: true, BagOfWords: 4},
		Latent:  cvae.Latent{Dim: 3, Prior: 5, Recognition: 4, Bias: true},
		Init:    cvae.Init{Embedding: 0.8},
	}
}

// shapes are the models by name: every setting that modeling_cvae.py knows is on and off.
func shapes() map[string]struct {
	method string
	model  cvae.Config
} {
	wide := shape(cvae.Dialogue, "gru")
	wide.Encoder.Bidirectional, wide.Encoder.Share, wide.Encoder.Start, wide.Context.Floor = true, false, true, true
	wide.Decoder.ShareEmbedding, wide.Decoder.LatentEveryStep, wide.Decoder.StartTanh = false, false, false
	wide.Latent.Recognition = 0
	mean := shape(cvae.Dialogue, "lstm")
	mean.Encoder.Pool, mean.Encoder.Bidirectional, mean.Decoder.Cell = "mean", true, "gru"
	text := shape(cvae.Text, "lstm")
	text.Encoder.Start, text.Decoder.Bias, text.Decoder.StartTanh, text.Decoder.ShareEmbedding = true, false, false, false
	text.Latent = cvae.Latent{Dim: 3}
	widest := text
	widest.Encoder.Pool, widest.Encoder.Cell, widest.Decoder.Cell, widest.Decoder.ShareEmbedding = "max", "gru", "lstm", true
	attends, attendsWide := shape(cvae.Dialogue, "gru"), wide
	attends.Decoder.Attention, attendsWide.Decoder.Attention = cvae.AttendContext, cvae.AttendContext
	return map[string]struct {
		method string
		model  cvae.Config
	}{
		"attention": {"bn", attends}, "attention wide": {"scale+skip", attendsWide},
		"bn": {"bn", shape(cvae.Dialogue, "gru")}, "scale": {"scale", wide}, "plain": {"vae+bow", mean},
		"raw": {"bn", shape(cvae.Dialogue, "lstm")}, "text scale": {"scale+skip", text}, "text bn v2": {"bn", widest},
		"seq2seq": {"seq2seq", wide}, "lm": {"lm", text},
	}
}

// settings are those of a case that are not the method's defaults.
func settings(name string) map[string]any {
	switch name {
	case "raw":
		return map[string]any{"bn.coordinates": "raw", "bn.learn_beta": "off", "bn.beta": 0.25}
	case "text bn v2":
		return map[string]any{"bn.version": "v2"}
	}
	return nil
}

// pair is what the models are asked about: more turns than they keep, a word that they do
// not know, and a long response.
var pair = run.Pair{Context: []string{"hello you", "do you like tea ?", "yes , and zebras ?"}, Response: "i like tea and no milk today"}

// made writes the run of a case and opens it.
func made(t *testing.T, name string) *run.Run {
	t.Helper()
	c, err := config.Defaults("tiny")
	if err != nil {
		t.Fatal(err)
	}
	s := shapes()[name]
	c.Method, c.Model, c.Seed = s.method, s.model, 1<<63+7
	for key, value := range settings(name) {
		if err := c.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	parts, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	words, err := tokenize.TrainWords(func(yield func(string, error) bool) {
		yield("hello you do like tea and yes , ? i no milk today", nil)
	}, tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	team, err := cvae.NewTeam(1)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	m, err := cvae.New[float32](c.Model, words.Size(), parts.Parts, c.Seed, team)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range m.Buffers() {
		for i := range b.Value { // as training would have moved them
			b.Value[i] = float32(0.5 + 0.1*float64(i))
		}
	}
	dir := t.TempDir()
	text, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := run.MarshalTokenizer(words)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, rundir.ConfigFile), text)
	write(t, filepath.Join(dir, rundir.TokenizerFile), tokens)
	metadata := map[string]string{"step": "3", "method": c.Method, "tokenizer_sha256": run.Fingerprint(tokens)}
	if err := checkpoint.SaveModel(filepath.Join(dir, rundir.ModelFile), tensorsOf(m), metadata); err != nil {
		t.Fatal(err)
	}
	return opened(t, dir)
}

// tensorsOf are those of a model as its file has them.
func tensorsOf(m *cvae.Model[float32]) (tensors []safetensors.Tensor) {
	for _, p := range m.Params() {
		tensors = append(tensors, safetensors.Tensor{Name: p.Name, Shape: []int{p.Rows, p.Cols}, Data: p.Value})
	}
	for _, b := range m.Buffers() {
		tensors = append(tensors, safetensors.Tensor{Name: "buffer." + b.Name, Shape: []int{len(b.Value)}, Data: b.Value})
	}
	return tensors
}

func opened(t *testing.T, dir string) *run.Run {
	t.Helper()
	r, err := run.Open(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A judgement is what PyTorch makes of an exported model, in testdata/torch.json, which
// .ci/torch/freeze.py wrote with torch 2.15.0 of the folders of -export.
type judgement struct {
	Shapes    map[string][]int `json:"shapes"` // of state_dict
	IDs       []int32          `json:"ids"`
	Mean, Std []float64        // of what z is drawn from
	Z         []float64        // what LogProb is given
	LogProb   float64          `json:"log_prob"`
}

// TestExportIsWhatPyTorchReads holds the exported names and shapes, the posterior and
// ln p(x|z,c) to PyTorch.
func TestExportIsWhatPyTorchReads(t *testing.T) {
	if *exportTo != "" {
		exportAll(t)
		return
	}
	var judged map[string]judgement
	if err := json.Unmarshal(readFile(t, "testdata/torch.json"), &judged); err != nil {
		t.Fatal(err)
	}
	if len(judged) != len(shapes()) {
		t.Fatalf("%d judgements of %d models", len(judged), len(shapes()))
	}
	for name, want := range judged {
		t.Run(name, func(t *testing.T) {
			r := made(t, name)
			out := filepath.Join(t.TempDir(), "out")
			if err := pytorch.Export(r.Dir, out, nil); err != nil {
				t.Fatal(err)
			}
			tensors, metadata := weightsOf(t, out)
			if metadata["format"] != "pt" {
				t.Errorf("metadata %v, want format pt", metadata)
			}
			got := map[string][]int{}
			for _, tensor := range tensors {
				got[tensor.Name] = tensor.Shape
			}
			if diff := cmp.Diff(want.Shapes, got); diff != "" {
				t.Error(diff)
			}
			agrees(t, r, want)
		})
	}
}

// agrees compares what the run makes of the pair. Values are below 30, and float32 sums
// of some hundred terms agree to 1e-5.
func agrees(t *testing.T, r *run.Run, want judgement) {
	t.Helper()
	p := pair
	if r.Sentences() {
		p.Context = nil
	}
	ids, err := r.Tokenizer.Encode(p.Response)
	if err != nil || !slices.Equal(ids, want.IDs) {
		t.Errorf("ids %v, %v; want %v", ids, err, want.IDs)
	}
	if r.Latent().None() {
		l, err := r.Score(context.Background(), p, 1, 0)
		if err != nil || far(-float64(l.Rec), want.LogProb) {
			t.Errorf("ln p %g, %v; want %g", -l.Rec, err, want.LogProb)
		}
		return
	}
	e, err := r.Encode(context.Background(), p, 1)
	if err != nil {
		t.Fatal(err)
	}
	z := make([]float32, len(want.Z))
	for d := range z {
		z[d] = float32(want.Z[d])
		if far(float64(e.Mean[0][d]), want.Mean[d]) || far(float64(e.Std[0][d]), want.Std[d]) {
			t.Errorf("dimension %d: mean %g, std %g; want %g, %g", d, e.Mean[0][d], e.Std[0][d], want.Mean[d], want.Std[d])
		}
	}
	got, _, err := r.Likelihood(context.Background(), p, dialog.Block{z})
	if err != nil || far(got, want.LogProb) {
		t.Errorf("ln p %g, %v; want %g", got, err, want.LogProb)
	}
}

func far(a, b float64) bool { return !(math.Abs(a-b) < 2e-5) }

// exportAll writes the models, and the pair, for freeze.py.
func exportAll(t *testing.T) {
	for name := range shapes() {
		if err := pytorch.Export(made(t, name).Dir, filepath.Join(*exportTo, name), nil); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(map[string]any{"context": pair.Context, "response": pair.Response})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(*exportTo, "pair.json"), text)
}

func weightsOf(t *testing.T, out string) ([]safetensors.Tensor, map[string]string) {
	t.Helper()
	f, size, err := regular.Open(filepath.Join(out, pytorch.WeightsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tensors, metadata, err := safetensors.Read(f, size)
	if err != nil {
		t.Fatal(err)
	}
	return tensors, metadata
}

// TestModelingFile keeps the Python file short.
func TestModelingFile(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(string(readFile(t, "modeling_cvae.py")), "\n"), "\n")
	if len(lines) > 250 {
		t.Errorf("modeling_cvae.py has %d lines, more than 250", len(lines))
	}
	for i, line := range lines {
		if n := len([]rune(line)); n > 130 {
			t.Errorf("line %d has %d characters", i+1, n)
		}
	}
}

// TestBuiltin: the built-in model leaves whole, with the licences that bind it, and comes
// back bit for bit.
func TestBuiltin(t *testing.T) {
	out, back := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "back")
	if err := pytorch.Export("builtin", out, nil); err != nil {
		t.Fatal(err)
	}
	card := string(readFile(t, filepath.Join(out, pytorch.CardFile)))
	for _, want := range []string{"license: other\n", "license_name: mit-and-bsd-3-clause\n", "license_link: LICENSES\n", "model-index:\n", "type: nll\n"} {
		if !strings.Contains(card, want) {
			t.Errorf("the card has no %q", want)
		}
	}
	checkNames(t, out)
	if text := string(readFile(t, filepath.Join(out, pytorch.LicenceFile))); !strings.Contains(text, "MIT License") || !strings.Contains(text, "BSD 3-Clause") {
		t.Errorf("the licences are %q", text)
	}
	if err := pytorch.Import(out, back); err != nil {
		t.Fatal(err)
	}
	was, err := run.StartOf(run.StartBuiltin).Weights()
	if err != nil {
		t.Fatal(err)
	}
	is, err := run.ReadWeights(back)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(safetensors.Widened(was.Tensors), is.Tensors); diff != "" {
		t.Error(diff)
	}
	opened(t, back)
}

// checkNames wants each file that the card names to be beside it, or in the repository.
func checkNames(t *testing.T, out string) {
	t.Helper()
	card := string(readFile(t, filepath.Join(out, pytorch.CardFile)))
	for _, name := range regexp.MustCompile(`[\w./]+\.(?:md|json|py|yaml|safetensors)\b`).FindAllString(card, -1) {
		folder := out
		if strings.Contains(name, "/") {
			folder = filepath.Join("..", "..", "..")
		}
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Errorf("the card names %s: %v", name, err)
		}
	}
	for _, here := range []string{"beside this folder", "this program"} {
		if strings.Contains(card, here) {
			t.Errorf("the card speaks of %s, where it is not", here)
		}
	}
}

// TestCard wants the front matter closed and the description behind it.
func TestCard(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	if err := pytorch.Export(made(t, "bn").Dir, out, nil); err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(string(readFile(t, filepath.Join(out, pytorch.CardFile))), "---\n", 3)
	if len(parts) != 3 || parts[0] != "" {
		t.Fatalf("the card is %q", parts)
	}
	for _, want := range []string{"license: mit\n", "library_name: pytorch\n", "- dialogue\n", "- bn\n"} {
		if !strings.Contains(parts[1], want) {
			t.Errorf("the front matter has no %q:\n%s", want, parts[1])
		}
	}
	if !strings.Contains(parts[2], "modeling_cvae.load") || !strings.Contains(parts[2], "model.loss(tokenizer, pairs).backward()") {
		t.Error("the card does not say how to use the model and to train it")
	}
	if !strings.Contains(parts[2], "give it 2 or more at once") {
		t.Error("the card does not say how many pairs bn trains on")
	}
	checkNames(t, out)
}
