package training

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cvae-go/cvae/dialog"
)

// A Plan says what training would be.
type Plan struct {
	Preset          string                    `json:"preset"`
	Method          string                    `json:"method"`
	Settings        map[string]map[string]any `json:"settings"` // method, parameter, value
	Corpus          string                    `json:"corpus"`
	Parameters      int                       `json:"parameters"`
	Vocabulary      int                       `json:"vocabulary"`
	Examples        map[dialog.Split]int      `json:"examples"` // train and valid
	Batch           int                       `json:"batch"`
	EstimatedMB     float64                   `json:"estimated_mb"` // MiB, told from the settings alone
	BatchesPerEpoch int                       `json:"batches_per_epoch"`
	// To the first limit; null where there is none. Training may end before,
	// when the validation bound no longer improves.
	Steps  *int `json:"steps"`
	Epochs *int `json:"epochs"`
	// StepSeconds is measured, Seconds is of all steps with their validations;
	// null where they are not known.
	StepSeconds *float64 `json:"step_seconds"`
	Seconds     *float64 `json:"seconds"`
}

// Plan says what training would do. It tries a few steps, after which t is of no
// use for training.
func (t *Training) Plan(ctx context.Context) (Plan, error) {
	f, err := t.trainer.Forecast(ctx)
	p := Plan{
		Preset: t.Config.Preset, Method: t.Config.Method, Settings: t.Config.Settings.Grouped(), Corpus: t.corpus.Name(),
		Parameters: t.model.Count(), Vocabulary: t.words.Size(), Examples: map[dialog.Split]int{},
		Batch: t.Config.Batch, EstimatedMB: t.Estimate() / (1 << 20), BatchesPerEpoch: t.trainer.BatchesPerEpoch(),
	}
	for split, set := range t.data {
		p.Examples[split] = set.Len()
	}
	if f.Steps > 0 {
		p.Steps, p.Epochs = &f.Steps, &f.Epochs
	}
	for to, d := range map[**float64]time.Duration{&p.StepSeconds: f.Step, &p.Seconds: f.Time} {
		if d > 0 {
			*to = new(d.Seconds())
		}
	}
	return p, err
}

// Notes say in a few words what the model is told besides contexts, how many of its
// tokens no text becomes, and what its words or its parameters began as; nothing where
// all is as usual.
func (t *Training) Notes() (notes []string) {
	c := t.Config.Model.Condition
	for _, name := range c.Labels {
		notes = append(notes, fmt.Sprintf("conditioned on the label %s, %d values", name, len(t.labels[name])))
	}
	if c.ActHead {
		notes = append(notes, fmt.Sprintf("predicts the %s of the response, one of %d", c.Act, len(t.labels[c.Act])))
	}
	if u, ok := t.words.(interface{ Unreachable() int }); ok && u.Unreachable() > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d tokens of the tokenizer are unreachable: no text becomes them", u.Unreachable(), t.words.Size()))
	}
	if r := t.model.Parts.Refine; r.Steps > 0 {
		steps, scores := r.Runs()
		notes = append(notes, fmt.Sprintf("refines every posterior by %d steps: a step of training costs %d runs of the model, scoring %d", r.Steps, steps, scores))
	}
	if e := t.Config.Embedding; e.Init != "" {
		notes = append(notes, fmt.Sprintf("%d of %d tokens began as word vectors of %s", e.Found, t.words.Size(), e.Init))
	}
	if taken := len(t.fit.Taken); taken > 0 {
		all, fresh := taken+len(t.fit.Fresh)+len(t.fit.Reshaped), "none is fresh"
		if begun := slices.Concat(t.fit.Fresh, t.fit.Reshaped); len(begun) > 0 {
			fresh = "fresh are " + strings.Join(t.fit.Groups(begun), ", ")
		}
		notes = append(notes, fmt.Sprintf("%d of %d tensors began as those of run %s; %s", taken, all, t.Config.Init, fresh))
	}
	return notes
}
