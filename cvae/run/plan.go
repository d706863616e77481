package run

import (
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
func (s *Session) Plan() Plan {
	p := Plan{
		Preset: s.Config.Preset, Method: s.Config.Method, Settings: s.Config.Methods, Corpus: s.corpus.Name(),
		Parameters: s.Parameters(), Vocabulary: s.Tokenizer.Size(), Examples: map[dialog.Split]int{},
		Batch: s.Config.Batch, BatchesPerEpoch: s.trainer.BatchesPerEpoch(),
	}
	for split, set := range s.data {
		p.Examples[split] = set.Len()
	}
	return p
}
