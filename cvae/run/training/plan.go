package training

import (
	"fmt"

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
	BatchesPerEpoch int                       `json:"batches_per_epoch"`
}

// Plan says what training would do.
func (t *Training) Plan() Plan {
	p := Plan{
		Preset: t.Config.Preset, Method: t.Config.Method, Settings: t.Config.Settings.Grouped(), Corpus: t.corpus.Name(),
		Parameters: t.model.Count(), Vocabulary: t.words.Size(), Examples: map[dialog.Split]int{},
		Batch: t.Config.Batch, BatchesPerEpoch: t.trainer.BatchesPerEpoch(),
	}
	for split, set := range t.data {
		p.Examples[split] = set.Len()
	}
	return p
}

// Notes say in a few words what the model is told besides contexts, and what
// its words began as; nothing where all is as usual.
func (t *Training) Notes() (notes []string) {
	c := t.Config.Model.Condition
	for _, name := range c.Labels {
		notes = append(notes, fmt.Sprintf("conditioned on the label %s, %d values", name, len(t.labels[name])))
	}
	if c.ActHead {
		notes = append(notes, fmt.Sprintf("predicts the %s of the response, one of %d", c.Act, len(t.labels[c.Act])))
	}
	if e := t.Config.Embedding; e.Init != "" {
		notes = append(notes, fmt.Sprintf("%d of %d tokens began as word vectors of %s", e.Found, t.words.Size(), e.Init))
	}
	return notes
}
