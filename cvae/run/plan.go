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

// Plan checks that the session can train and says what it would do.
func (s *Session) Plan() (Plan, error) {
	if _, err := s.trainer(keeper{s}); err != nil {
		return Plan{}, err
	}
	p := Plan{
		Preset: s.Config.Preset, Method: s.Config.Method, Settings: s.Config.Methods, Corpus: s.corpus.Name(),
		Parameters: s.Parameters(), Vocabulary: s.Tokenizer.Size(), Examples: map[dialog.Split]int{},
		Batch: s.Config.Batch, BatchesPerEpoch: s.data[dialog.Train].Len() / s.Config.Batch,
	}
	for split, set := range s.data {
		p.Examples[split] = set.Len()
	}
	if s.Config.SameLength {
		p.BatchesPerEpoch = s.sameLengthBatches()
	}
	return p, nil
}

// sameLengthBatches counts the batches of one response length each that are
// not too small for the method.
func (s *Session) sameLengthBatches() (batches int) {
	least := max(2, s.parts.MinBatch())
	ofLength := map[int]int{}
	for i := range s.data[dialog.Train].Len() {
		ofLength[s.data[dialog.Train].Length(i)]++
	}
	for _, n := range ofLength {
		batches += n / s.Config.Batch
		if n%s.Config.Batch >= least {
			batches++
		}
	}
	return batches
}
