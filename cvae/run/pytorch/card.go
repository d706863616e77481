package pytorch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog/safe"
)

// A frontMatter is the YAML at the head of a model card that the Hub reads; see
// https://huggingface.co/docs/hub/model-cards and model-cards#evaluation-results.
type frontMatter struct {
	Licence     string       `yaml:"license"`
	LicenceName string       `yaml:"license_name,omitempty"`
	LicenceLink string       `yaml:"license_link,omitempty"`
	Library     string       `yaml:"library_name"`
	Task        string       `yaml:"pipeline_tag"`
	Tags        []string     `yaml:"tags"`
	Index       []modelIndex `yaml:"model-index,omitempty"`
}

type modelIndex struct {
	Name    string   `yaml:"name"`
	Results []result `yaml:"results"`
}

type result struct {
	Task struct {
		Type string `yaml:"type"`
		Name string `yaml:"name"`
	} `yaml:"task"`
	Dataset struct {
		Name  string `yaml:"name"`
		Type  string `yaml:"type"`
		Split string `yaml:"split"`
	} `yaml:"dataset"`
	Metrics []hubMetric `yaml:"metrics"`
}

type hubMetric struct {
	Type  string  `yaml:"type"`
	Name  string  `yaml:"name"`
	Value float64 `yaml:"value"`
}

// licences are the identifiers of the Hub for those of [corpora.Formats]; what is not
// among them is "other" by its own name.
var licences = map[string]string{
	"that of this program, MIT": "mit", "MIT": "mit", "Apache 2.0": "apache-2.0", "BSD 3-Clause": "bsd-3-clause", "GPL-3.0": "gpl-3.0",
	"CC BY 4.0": "cc-by-4.0", "CC BY-SA 3.0": "cc-by-sa-3.0", "CC BY-SA 4.0": "cc-by-sa-4.0", "CC BY-NC 4.0": "cc-by-nc-4.0", "CC BY-NC-SA 4.0": "cc-by-nc-sa-4.0",
}

// usage follows the description of the run.
const usage = "\n" + `## Use

` + "```python" + `
import torch, modeling_cvae
model, tokenizer = modeling_cvae.load(".")
print(model.reply(tokenizer, %s))

pairs = %s
optimiser = torch.optim.Adam(model.train().parameters(), 1e-4)
for step in range(100):
    optimiser.zero_grad()
    model.loss(tokenizer, pairs).backward()
    optimiser.step()
model.save("trained")
` + "```" + `

It needs torch, safetensors and tokenizers; nothing of it runs on the Hub's own servers. reply joins tokens by spaces, where the program
spells them as people do. A pair is a list of turns, oldest first, and a response. modeling_cvae.py says how gates are
ordered and what the statistics of the posterior are.%s The program that trained the model, cvae, takes weights back that were trained
so: ` + "`cvae import trained RUN`" + `.
`

// elsewhere are the words of descriptions that name what the model leaves without: files,
// and the program that it is inside of.
var elsewhere = strings.NewReplacer("all numbers are in eval.json", "the numbers are in the model index at the head of this file",
	"The model inside this program,", "The model inside the program cvae, https://github.com/cvae-go/cvae,",
	"by the commands in cvae/run/builtin/README.md", "by the commands in cvae/run/builtin/README.md there",
	"that of this program, MIT", "that of the program cvae, MIT", "of this program", "of the program cvae")

// card is README.md: the front matter and the description of the run.
func card(r *run.Run) ([]byte, error) {
	front := frontMatter{Library: "pytorch", Task: "text-generation", Tags: []string{"cvae", "variational-autoencoder"}}
	if !r.Sentences() {
		front.Tags = append(front.Tags, "dialogue")
	}
	front.Tags = append(front.Tags, strings.Split(r.Config.Method, "+")...)
	front.Licence, front.LicenceName = licence(r)
	if r.Dir == run.BuiltinName {
		front.LicenceLink = LicenceFile
	}
	if measured, ok := evaluation(r); ok {
		front.Index = []modelIndex{{Name: "cvae-" + r.Config.Preset + "-" + r.Config.Method, Results: []result{results(measured)}}}
	}
	head, err := yaml.Marshal(front)
	if err != nil {
		return nil, fmt.Errorf("encoding the model card: %w", err)
	}
	_, description, err := r.Documents()
	if err != nil {
		return nil, err
	}
	if description == "" {
		description = fmt.Sprintf("# A model of method %s\n\nThe training of the run has not ended.\n", r.Config.Method)
	}
	var b bytes.Buffer
	argument, pairs := `["How was your day?"], n=5`, `[(["How was your day?"], "Fine, and yours?"), (["Shall we go?"], "Yes, let's.")]`
	if r.Sentences() {
		argument, pairs = "n=5", `[([], "a sentence"), ([], "another one")]`
	}
	fmt.Fprintf(&b, "---\n%s---\n\n%s"+usage, head, elsewhere.Replace(description), argument, pairs, batches(r))
	return []byte(safe.Text(b.String())), nil
}

// batches says how many pairs a call of loss needs, where it normalises over them.
func batches(r *run.Run) string {
	least, ok := r.Config.Settings.Grouped()[bn]["min_batch"]
	if !ok {
		return ""
	}
	return fmt.Sprintf(" bn\nnormalises over the pairs of a call of loss: give it %v or more at once, or it raises a ValueError.", least)
}

// evaluation is that of the run. The built-in model's is of this very model, however old
// the version is that wrote it.
func evaluation(r *run.Run) (report eval.Report, ok bool) {
	if r.Dir != run.BuiltinName {
		return r.Evaluation()
	}
	text, err := fs.ReadFile(builtin.Files(), rundir.EvalFile)
	return report, err == nil && json.Unmarshal(text, &report) == nil
}

// identifier is a name as the Hub has those of licences: what stands before a comma, in
// lower case, with hyphens.
func identifier(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), ",")
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.'
	}), "-")
}

// licence is that of the corpus, which binds what is made of it: an identifier of the Hub,
// or "other" and an identifier of its own.
func licence(r *run.Run) (id, name string) {
	if r.Dir == run.BuiltinName {
		return "other", identifier(builtin.Licence)
	}
	format := r.Config.Format
	if origin, err := run.ReadOrigin(r.Dir); err == nil { // as it was detected
		format = origin.Format
	}
	for _, f := range corpora.Formats() {
		if f.Name != format && f.Name != r.Config.Corpus {
			continue
		}
		if id, ok := licences[f.Licence]; ok {
			return id, ""
		}
		return "other", identifier(f.Licence)
	}
	return "other", "of-the-corpus"
}

// results are those of eval.json that are numbers. The likelihood is that of the
// generator that replies, whichever prior it draws from.
func results(e eval.Report) (r result) {
	r.Task.Type, r.Task.Name = "text-generation", "Response generation"
	r.Dataset.Name, r.Dataset.Split = filepath.Base(e.Corpus), e.Split
	r.Dataset.Type = strings.ReplaceAll(strings.ToLower(r.Dataset.Name), " ", "-")
	count := func(n *int) eval.Number {
		if n == nil {
			return eval.Number(math.NaN())
		}
		return eval.Number(*n)
	}
	for _, m := range []struct {
		key, name string
		value     eval.Number
	}{
		{"nll", "Negative log-likelihood, its bound, nats per response", e.NLL.Bound()},
		{"nll_iw", "Negative log-likelihood by importance sampling, nats per response", e.NLL.IW},
		{"perplexity", "Perplexity per token, of the bound", e.PPL.Bound()},
		{"rec", "Distortion −ln p(x|z,c), nats per response", e.Rec},
		{"kl", "Rate KL(q‖p), nats per response", e.KL},
		{"mutual_information", "Mutual information of z and the response, nats", e.MI.Full},
		{"mutual_information_words", "Mutual information of the z of each word and the response, nats, summed", e.MI.Steps},
		{"active_units", "Active units", count(e.Active)},
		{"residual_active_units", "Active units relative to the prior", count(e.Residual)},
	} {
		if v := float64(m.value); !math.IsNaN(v) && !math.IsInf(v, 0) {
			r.Metrics = append(r.Metrics, hubMetric{m.key, m.name, v})
		}
	}
	return r
}
