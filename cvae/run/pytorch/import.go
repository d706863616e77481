package pytorch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tokenize"
)

// The most bytes that the texts of an exported model have: its configuration, and its tokenizer.
const (
	mostConfig = 4 << 20
	mostText   = 64 << 20
)

// An incoming is a model on its way back.
type incoming struct {
	file      configFile
	config    config.Config
	parts     method.Parts
	tokenizer tokenize.Tokenizer
	words     []byte // tokenizer.json
}

// Import makes a run of the model in a folder that Export wrote, whose weights may have been
// trained on in PyTorch. dir must be missing or empty. The run replies, is measured, and is what
// another starts from; it has no optimiser to be resumed with. The error names the file that is
// missing or damaged.
func Import(from, dir string) error {
	in, err := read(from)
	if err != nil {
		return fmt.Errorf("importing %s: %w", from, err)
	}
	tensors, err := in.weights(from)
	if err != nil {
		return fmt.Errorf("importing %s: %w", from, err)
	}
	if err := empty(dir, "run"); err != nil {
		return err
	}
	d, err := rundir.Create(dir, false)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := in.write(d, from, tensors); err != nil {
		return fmt.Errorf("importing %s: %w", from, err)
	}
	return nil
}

// read reads the configuration and the tokenizer.
func read(from string) (in incoming, err error) {
	text, err := regular.Read(filepath.Join(from, ConfigFile), mostConfig)
	if err != nil {
		return in, fmt.Errorf("%s cannot be read: %w", ConfigFile, err)
	}
	if in, err = parse(text); err != nil {
		return in, err
	}
	if in.words, err = regular.Read(filepath.Join(from, TokenizerFile), mostText); err != nil {
		return in, fmt.Errorf("%s cannot be read: %w", TokenizerFile, err)
	}
	if want := in.file.Origin["tokenizer_sha256"]; want != "" && run.Fingerprint(in.words) != want {
		return in, fmt.Errorf("%s is not the one that the model was exported with: its SHA-256 is another, so it was changed or is damaged", TokenizerFile)
	}
	if in.tokenizer, err = tokenize.Load(bytes.NewReader(in.words)); err != nil {
		return in, fmt.Errorf("%s: %w", TokenizerFile, err)
	}
	if n := in.tokenizer.Size(); n != in.file.Vocabulary {
		return in, fmt.Errorf("%s has %d tokens and %s says %d", TokenizerFile, n, ConfigFile, in.file.Vocabulary)
	}
	return in, nil
}

// parse reads config.json.
func parse(text []byte) (in incoming, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // a seed has more digits than a float64
	if err := d.Decode(&in.file); err != nil {
		return in, fmt.Errorf("%s is not what cvae export writes: %w", ConfigFile, err)
	}
	if in.file.ModelType != "cvae" || in.file.Settings == nil {
		return in, fmt.Errorf("%s is not of a model that cvae export wrote: its model_type is %q", ConfigFile, in.file.ModelType)
	}
	if in.config, err = configOf(in.file.Settings); err == nil {
		in.parts, err = in.config.Resolve()
	}
	if err == nil {
		err = supported(in.config, in.parts)
	}
	if err != nil {
		return in, fmt.Errorf("%s: %w", ConfigFile, err)
	}
	return in, nil
}

// weights are the tensors of the run, read from the file of weights.
func (in incoming) weights(from string) ([]safetensors.Tensor, error) {
	file, size, err := regular.Open(filepath.Join(from, WeightsFile))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", WeightsFile, err)
	}
	defer file.Close()
	there, _, err := safetensors.Read(file, size)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", WeightsFile, err)
	}
	here, err := in.tensors()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ConfigFile, err)
	}
	places, err := layout(in.parts.Method, here)
	if err == nil {
		err = returning(places, there)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", WeightsFile, err)
	}
	return here, nil
}

// tensors are those of a model of the configuration, which a fresh one has.
func (in incoming) tensors() (list []safetensors.Tensor, err error) {
	team, err := cvae.NewTeam(1)
	if err != nil {
		return nil, err
	}
	defer team.Close()
	m, err := cvae.New[float32](in.config.Model, in.tokenizer.Size(), in.parts.Parts, in.config.Seed, team)
	if err != nil {
		return nil, err
	}
	for _, p := range m.Params() {
		list = append(list, safetensors.Tensor{Name: p.Name, Shape: []int{p.Rows, p.Cols}, Data: p.Value})
	}
	for _, b := range m.Buffers() {
		list = append(list, safetensors.Tensor{Name: "buffer." + b.Name, Shape: []int{len(b.Value)}, Data: b.Value})
	}
	return list, nil
}

// write writes the files of the run, the model last: without it there is no run.
func (in incoming) write(d *rundir.Dir, from string, tensors []safetensors.Tensor) error {
	text, err := in.config.Marshal()
	if err != nil {
		return err
	}
	card := fmt.Sprintf("# A model of method %s, imported\n\nIts weights come from %s, where they may have been trained on in PyTorch; `cvae eval` measures them.\n", in.config.Method, from)
	for _, file := range []struct {
		name    string
		content []byte
	}{{rundir.ConfigFile, text}, {rundir.TokenizerFile, in.words}, {rundir.CardFile, []byte(safe.Text(card))}} {
		if err := d.WriteFile(file.name, file.content); err != nil {
			return err
		}
	}
	metadata := map[string]string{"method": in.config.Method}
	for _, key := range []string{"step", "corpus_sha256", "tokenizer_sha256", "labels_sha256"} {
		metadata[key] = in.file.Origin[key]
	}
	return checkpoint.SaveModel(d.Path(rundir.ModelFile), tensors, metadata)
}
