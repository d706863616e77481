package pytorch_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/pytorch"
	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// TestThereAndBack wants the parameters and the settings of a model that was not touched
// back, bit for bit.
func TestThereAndBack(t *testing.T) {
	for name := range shapes() {
		t.Run(name, func(t *testing.T) {
			r := made(t, name)
			out, back := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "back")
			if err := pytorch.Export(r.Dir, out, nil); err != nil {
				t.Fatal(err)
			}
			if err := pytorch.Import(out, back); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{rundir.ConfigFile, rundir.TokenizerFile} {
				if diff := cmp.Diff(string(readFile(t, filepath.Join(r.Dir, file))), string(readFile(t, filepath.Join(back, file)))); diff != "" {
					t.Errorf("%s: %s", file, diff)
				}
			}
			was, err := run.ReadWeights(r.Dir)
			if err != nil {
				t.Fatal(err)
			}
			is, err := run.ReadWeights(back)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(was.Tensors, is.Tensors); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(was.Origin, is.Origin); diff != "" {
				t.Error(diff)
			}
			opened(t, back)
		})
	}
}

// TestImportAddsBiases trains the second bias of an LSTM, which is 0 here.
func TestImportAddsBiases(t *testing.T) {
	r := made(t, "lm")
	out, back := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "back")
	if err := pytorch.Export(r.Dir, out, nil); err != nil {
		t.Fatal(err)
	}
	tensors, _ := weightsOf(t, out)
	for _, tensor := range tensors {
		if tensor.Name == "decoder.rnn.bias_hh_l0" {
			data := tensor.Data.([]float32)
			if slices.Max(data) != 0 || slices.Min(data) != 0 {
				t.Error("the second bias leaves with", data)
			}
			for i := range data {
				data[i] = 0.25
			}
		}
	}
	rewrite(t, out, tensors)
	if err := pytorch.Import(out, back); err != nil {
		t.Fatal(err)
	}
	was, err := run.ReadWeights(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	is, err := run.ReadWeights(back)
	if err != nil {
		t.Fatal(err)
	}
	for i, tensor := range was.Tensors {
		if tensor.Name != "decoder.bias" {
			continue
		}
		for j, v := range tensor.Data.([]float32) {
			if got := is.Tensors[i].Data.([]float32)[j]; got != v+0.25 {
				t.Fatalf("bias %d is %g, want %g", j, got, v+0.25)
			}
		}
		return
	}
	t.Error("there is no decoder.bias")
}

func rewrite(t *testing.T, out string, tensors []safetensors.Tensor) {
	t.Helper()
	f, err := os.Create(filepath.Join(out, pytorch.WeightsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := safetensors.Write(f, tensors, map[string]string{"format": "pt"}); err != nil {
		t.Fatal(err)
	}
}

// TestExportRefuses wants the setting named that PyTorch would not know.
func TestExportRefuses(t *testing.T) {
	for _, test := range []struct {
		method, want string
		set          map[string]any
	}{
		{"vae", "decoder.kind transformer", map[string]any{"decoder.kind": "transformer"}},
		{"vae", "decoder.kind cnn", map[string]any{"decoder.kind": "cnn"}},
		{"vae", "context.persona", map[string]any{"context.persona": "true"}},
		{"delta", "the posterior of method delta", nil},
		{"delta-ar", "the posterior of method delta-ar", nil},
		{"vmf", "the posterior of method vmf", nil},
		{"du", "the posterior of method du", nil},
		{"sa", "the refined posterior of method sa", nil},
	} {
		c, err := config.Defaults("tiny")
		if err != nil {
			t.Fatal(err)
		}
		c.Method = test.method
		for key, value := range test.set {
			if err := c.Set(key, value); err != nil {
				t.Fatal(err)
			}
		}
		parts, err := c.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		var refused pytorch.UnsupportedError
		if err := pytorch.Supported(c, parts); !errors.As(err, &refused) || refused.Setting != test.want {
			t.Errorf("%s %v: %v, want %s", test.method, test.set, err, test.want)
		}
	}
}

// TestImportRefuses damages one thing at a time.
func TestImportRefuses(t *testing.T) {
	r := made(t, "bn")
	whole := filepath.Join(t.TempDir(), "out")
	if err := pytorch.Export(r.Dir, whole, nil); err != nil {
		t.Fatal(err)
	}
	change := func(f func([]safetensors.Tensor) []safetensors.Tensor) func(*testing.T, string) {
		return func(t *testing.T, out string) {
			tensors, _ := weightsOf(t, out)
			rewrite(t, out, f(tensors))
		}
	}
	replace := func(name, old, new string) func(*testing.T, string) {
		return func(t *testing.T, out string) {
			text := string(readFile(t, filepath.Join(out, name)))
			if !strings.Contains(text, old) {
				t.Fatalf("%s has no %s", name, old)
			}
			write(t, filepath.Join(out, name), []byte(strings.Replace(text, old, new, 1)))
		}
	}
	gone := func(name string) func(*testing.T, string) {
		return func(t *testing.T, out string) {
			if err := os.Remove(filepath.Join(out, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for want, damage := range map[string]func(*testing.T, string){
		"model.safetensors cannot be read": gone(pytorch.WeightsFile),
		"config.json cannot be read":       gone(pytorch.ConfigFile),
		"tokenizer.json cannot be read":    gone(pytorch.TokenizerFile),
		"model.safetensors cannot be used: the file is cut off": func(t *testing.T, out string) {
			path := filepath.Join(out, pytorch.WeightsFile)
			write(t, path, readFile(t, path)[:100])
		},
		"tokenizer.json is not the one":                                      replace(pytorch.TokenizerFile, "milk", "silk"),
		"config.json is not what cvae export writes":                         replace(pytorch.ConfigFile, "{", "["),
		`its model_type is "gpt2"`:                                           replace(pytorch.ConfigFile, `"model_type": "cvae"`, `"model_type": "gpt2"`),
		"config.json says 99":                                                replace(pytorch.ConfigFile, `"vocab_size": 17`, `"vocab_size": 99`),
		"config.json: decoder.kind transformer":                              replace(pytorch.ConfigFile, `"kind": "rnn"`, `"kind": "transformer"`),
		"config.json: reading the configuration":                             replace(pytorch.ConfigFile, `"dim": 3`, `"dimension": 3`),
		"the tensor decoder.rnn.weight_ih_l0 is of shape [24 8], not [24 9]": replace(pytorch.ConfigFile, `"dim": 3`, `"dim": 4`),
		"the tensor vocabulary.weight is missing": change(func(list []safetensors.Tensor) []safetensors.Tensor {
			return slices.DeleteFunc(list, func(s safetensors.Tensor) bool { return s.Name == "vocabulary.weight" })
		}),
		"the tensor extra is none of this model": change(func(list []safetensors.Tensor) []safetensors.Tensor {
			return append(list, safetensors.Tensor{Name: "extra", Shape: []int{1}, Data: []float32{1}})
		}),
		"the tensor context.bias_hh_l0 is not of 32-bit numbers": change(func(list []safetensors.Tensor) []safetensors.Tensor {
			for i := range list {
				if list[i].Name == "context.bias_hh_l0" {
					list[i].Data = make([]float64, list[i].Shape[0])
				}
			}
			return list
		}),
		"number 1 of the tensor context.bias_hh_l0 is NaN": change(func(list []safetensors.Tensor) []safetensors.Tensor {
			for i := range list {
				if list[i].Name == "context.bias_hh_l0" {
					list[i].Data.([]float32)[0] = float32(math.NaN())
				}
			}
			return list
		}),
	} {
		t.Run(want, func(t *testing.T) {
			out, back := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "back")
			if err := os.CopyFS(out, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			damage(t, out)
			err := pytorch.Import(out, back)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
			if _, err := os.Stat(back); !errors.Is(err, os.ErrNotExist) {
				t.Error("something was written")
			}
		})
	}
}

// TestFoldersWithFiles keeps what lies in a folder.
func TestFoldersWithFiles(t *testing.T) {
	r, full := made(t, "lm"), t.TempDir()
	write(t, filepath.Join(full, "mine"), nil)
	if err := pytorch.Export(r.Dir, full, nil); !errors.Is(err, rundir.ErrNotEmpty) {
		t.Error(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if err := pytorch.Export(r.Dir, out, nil); err != nil {
		t.Fatal(err)
	}
	if err := pytorch.Import(out, full); !errors.Is(err, rundir.ErrNotEmpty) {
		t.Error(err)
	}
}

// TestEveryMethod wants every row of the table of methods, in both modes, to be refused by name
// or to have a place for each of its parameters.
func TestEveryMethod(t *testing.T) {
	taken := map[string]bool{}
	for _, row := range method.All() {
		for _, mode := range []cvae.Mode{cvae.Dialogue, cvae.Text} {
			c, err := config.Defaults("tiny")
			if err != nil {
				t.Fatal(err)
			}
			c.Model = shape(mode, "gru")
			if err := c.Adapt(row.Name); err != nil {
				t.Fatal(err)
			}
			parts, err := c.Resolve()
			if err != nil {
				continue // a row that needs another, or another mode
			}
			var refused pytorch.UnsupportedError
			if err := pytorch.Supported(c, parts); errors.As(err, &refused) {
				continue
			}
			team, err := cvae.NewTeam(1)
			if err != nil {
				t.Fatal(err)
			}
			m, err := cvae.New[float32](c.Model, 20, parts.Parts, 1, team)
			team.Close()
			if err != nil {
				t.Fatal(err)
			}
			if err := pytorch.Placed(parts.Method, tensorsOf(m)); err != nil {
				t.Errorf("%s, mode %s: %v", row.Name, mode, err)
			}
			taken[row.Name] = true
		}
	}
	if len(taken) < 12 {
		t.Errorf("only %d methods can leave: %v", len(taken), taken)
	}
}
