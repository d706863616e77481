package pytorch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tokenize"
)

// A configFile is config.json: the keys by which the Hub knows a model, what
// modeling_cvae.py builds it of, and what the run keeps of its origin.
type configFile struct {
	Architectures []string `json:"architectures"`
	ModelType     string   `json:"model_type"`
	DType         string   `json:"dtype"`
	Vocabulary    int      `json:"vocab_size"`
	Pad           int      `json:"pad_token_id"`
	Unknown       int      `json:"unk_token_id"`
	Start         int      `json:"bos_token_id"`
	End           int      `json:"eos_token_id"`
	// Context and Latent say whether the model has c and z, Skip whether z goes to the
	// vocabulary layer, BagOfWords what that loss weighs; 0: there is none.
	Context    bool    `json:"context"`
	Latent     bool    `json:"latent"`
	Skip       bool    `json:"skip"`
	BagOfWords float64 `json:"bag_of_words"`
	// Posterior is its kind and the settings of its method.
	Posterior  map[string]any `json:"posterior"`
	Parameters map[string]int `json:"method_parameters"` // their lengths, by name
	Buffers    map[string]int `json:"method_buffers"`
	// Origin is what the model file of the run says of itself: its step and the
	// fingerprints of its corpus and its tokenizer.
	Origin   map[string]string `json:"origin"`
	Settings map[string]any    `json:"settings"` // config.yaml of the run
}

// A generationFile is generation_config.json: the default decoding in the Hub's words.
type generationFile struct {
	Start     int     `json:"bos_token_id"`
	End       int     `json:"eos_token_id"`
	Pad       int     `json:"pad_token_id"`
	Sample    bool    `json:"do_sample"`
	Heat      float64 `json:"temperature"`
	Longest   int     `json:"max_new_tokens"` // without </s>
	Responses int     `json:"num_return_sequences"`
	Never     []int32 `json:"suppress_tokens"`
}

// Export writes the model of the run in dir to a folder that is missing or empty. The error
// wraps [rundir.ErrNotEmpty] where it is not, and is an [UnsupportedError] where PyTorch
// would get another model. warn is told what is not as it should be; nil: nobody is.
func Export(dir, out string, warn func(string)) error {
	if err := empty(out, "model"); err != nil {
		return err
	}
	r, err := run.Open(dir, 1) // which verifies that the files are of one run
	if err != nil {
		return err
	}
	defer r.Close()
	files, err := exported(r)
	for _, warning := range r.Warnings {
		if warn != nil {
			warn(warning)
		}
	}
	if err != nil {
		return fmt.Errorf("exporting %s: %w", dir, err)
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return fmt.Errorf("exporting %s: %w", dir, err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		err := atomicfile.Write(filepath.Join(out, name), func(w io.Writer) error {
			_, err := w.Write(files[name])
			return err
		})
		if err != nil {
			return fmt.Errorf("exporting %s: %w", dir, err)
		}
	}
	return nil
}

// empty refuses a folder with files in it, for a model or a run.
func empty(out, what string) error {
	entries, err := os.ReadDir(out)
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: %w: name another folder for the %s", out, rundir.ErrNotEmpty, what)
	}
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("opening the folder of the %s: %w", what, err)
	}
	return nil
}

// exported is the content of the files.
func exported(r *run.Run) (map[string][]byte, error) {
	parts, err := r.Config.Build()
	if err != nil {
		return nil, err
	}
	if err := supported(r.Config, parts); err != nil {
		return nil, err
	}
	weights, err := run.StartOf(r.Dir).Weights()
	if err != nil {
		return nil, err
	}
	places, err := layout(parts.Method, safetensors.Widened(weights.Tensors))
	if err != nil {
		return nil, err
	}
	c, err := configFileOf(r, parts, weights, places)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{ModelingFile: modeling}
	if r.Dir == run.BuiltinName {
		files[LicenceFile] = builtin.Licences()
	}
	if files[WeightsFile], err = encodeWeights(places); err != nil {
		return nil, err
	}
	if files[TokenizerFile], err = run.MarshalTokenizer(r.Tokenizer); err != nil {
		return nil, err
	}
	if files[CardFile], err = card(r); err != nil {
		return nil, err
	}
	for name, v := range map[string]any{ConfigFile: c, GenerationFile: generation(r)} {
		if files[name], err = indented(v); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func encodeWeights(places []place) ([]byte, error) {
	var b bytes.Buffer
	err := safetensors.Write(&b, leaving(places), map[string]string{"format": "pt"})
	return b.Bytes(), err
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding the configuration: %w", err)
	}
	return safe.JSON(b.Bytes()), nil
}

func configFileOf(r *run.Run, parts method.Parts, w run.Weights, places []place) (configFile, error) {
	settings, err := settingsOf(r.Config)
	c := configFile{
		Architectures: []string{"CVAE"}, ModelType: "cvae", DType: "float32", Vocabulary: r.Tokenizer.Size(),
		Pad: int(tokenize.Pad), Unknown: int(tokenize.Unk), Start: int(tokenize.Start), End: int(tokenize.End),
		Context: r.Config.Model.Mode == cvae.Dialogue && !parts.NoContext, Latent: !parts.NoLatent,
		Skip: parts.Decoder.Skip, BagOfWords: parts.Decoder.BagOfWords,
		Posterior: posterior(r.Config, parts), Parameters: map[string]int{}, Buffers: map[string]int{},
		Origin: w.Origin.Metadata(), Settings: settings,
	}
	c.Origin["step"] = w.Metadata["step"]
	for _, p := range places {
		name, own := strings.CutPrefix(p.name, "method.")
		switch {
		case !own:
		case strings.HasPrefix(p.parts[0].Name, "buffer."):
			c.Buffers[name] = p.shape[0]
		default:
			c.Parameters[name] = p.shape[0]
		}
	}
	return c, err
}

// posterior is the kind of the posterior and its method's settings.
func posterior(c config.Config, parts method.Parts) map[string]any {
	all := map[string]any{"kind": kindOf(parts)}
	for name, value := range c.Settings.Grouped()[parts.Method] {
		all[name] = value
	}
	return all
}

func generation(r *run.Run) generationFile {
	s := r.Sampling()
	return generationFile{
		Start: int(tokenize.Start), End: int(tokenize.End), Pad: int(tokenize.Pad),
		Sample: s.Temperature > 0, Heat: max(s.Temperature, 1), Longest: r.Config.Model.Decoder.Tokens - 1,
		Responses: dialog.DefaultSampling().N, Never: []int32{tokenize.Pad, tokenize.Unk, tokenize.Start},
	}
}
