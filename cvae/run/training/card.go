package training

import (
	"bytes"
	"fmt"
	"text/template"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
)

// card is what MODEL_CARD.md tells people.
type card struct {
	Config     config.Config
	Text       bool
	Methods    method.Sum
	Notes      []string
	Corpus     string
	Licence    string
	Examples   map[string]int
	Skipped    int
	Parameters int
	Vocabulary int
	LatentDim  *int
	Finished   string
	Line       string // the evaluation
	Findings   []string
}

var cardTemplate = template.Must(template.New("card").Parse(`# A {{if .Text}}text VAE{{else}}dialogue conditional VAE{{end}}, method {{.Config.Method}}

Trained by cvae from preset {{.Config.Preset}} on the corpus {{.Corpus}}, seed {{.Config.Seed}}.

## Method

{{range .Methods}}- {{.Name}}: {{.Title}} ({{.Cite}})
{{end}}{{range $key, $value := .Config.Settings}}- {{$key}} = {{$value}}
{{end}}{{range .Notes}}- {{.}}
{{end}}
## Data

- corpus: {{.Corpus}}; licence: {{.Licence}}
- examples: {{.Examples.train}} to train on, {{.Examples.valid}} to validate on
- malformed lines left out: {{.Skipped}}

## Size

- {{.Parameters}} parameters, {{.Vocabulary}} tokens in the vocabulary, {{with .LatentDim}}{{.}} latent dimensions{{else}}no latent variable{{end}}

## Training

- optimiser {{.Config.Optimiser.Name}}, learning rate {{.Config.Optimiser.LearningRate}}, batch {{.Config.Batch}}, kernels {{.Config.Kernels}}
- seed {{.Config.Seed}} decides the first weights, the order of the examples and all noise
- ended because: {{.Finished}}

## Evaluation

` + "`{{.Line}}`" + `

Likelihoods, rates and information are in nats per response; all numbers are in eval.json.
{{range .Findings}}
{{.}}
{{end}}
## Limits of use

The model repeats what its corpus taught it, with its errors, its prejudices and its topics. It knows no facts, gives no
advice and does not know when it is wrong. It is for experiments with latent variables, not for talking to the public.
`))

// writeCard writes MODEL_CARD.md.
func (t *Training) writeCard(r eval.Report) error {
	c := card{
		Config: t.Config, Notes: t.Notes(), Text: t.Config.Model.Mode == cvae.Text, Corpus: t.corpus.Name(), Licence: t.corpus.Format().Licence,
		Examples: map[string]int{}, Skipped: t.corpus.Skipped(), Parameters: t.model.Count(), Vocabulary: t.words.Size(), LatentDim: r.LatentDim,
		Finished: t.Finished, Line: eval.FirstLine(r),
	}
	for _, split := range []dialog.Split{dialog.Train, dialog.Valid} {
		c.Examples[string(split)] = t.data[split].Len()
	}
	var err error
	if c.Methods, err = method.Parse(t.Config.Method); err != nil {
		return err
	}
	for _, f := range r.Findings {
		c.Findings = append(c.Findings, f.Explanation+" "+f.Remedy)
	}
	var b bytes.Buffer
	if err := cardTemplate.Execute(&b, c); err != nil {
		return fmt.Errorf("writing the model card: %w", err)
	}
	return t.dir.WriteFile(rundir.CardFile, []byte(safe.Text(b.String())))
}
