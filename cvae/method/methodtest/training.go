package methodtest

import (
	"context"
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// TrainingBatch is how many examples a batch of Fit has: enough for every row.
const TrainingBatch = 16

// Fit trains a tiny model with composed parts for a number of steps, of which
// an epoch has perEpoch, as the command does. It returns the values of the
// parameters and buffers by name.
func Fit(parts method.Parts, mode cvae.Mode, perEpoch, steps int) (map[string][]float32, error) {
	c := Shapes()[mode]
	if mode == cvae.Text {
		c.Init.Weights = 0.3 // not those of fan-in
	}
	if parts.SeparateInference {
		c = c.SeparateInference()
	}
	words, set, err := sayings(c.Window(), perEpoch*TrainingBatch)
	if err != nil {
		return nil, err
	}
	team, err := kernel.NewTeam(1, kernel.Best())
	if err != nil {
		return nil, err
	}
	defer team.Close()
	m, err := cvae.New[float32](c, words.Size(), parts.Parts, 3, team)
	if err != nil {
		return nil, err
	}
	t, err := train.New(m, set, set, train.Options{
		Batch: TrainingBatch, Window: 1, MaxSteps: steps,
		Optimiser: train.Optimiser{Name: "adam", LearningRate: 0.01, Clip: 5, Patience: steps},
		Schedule:  parts.Schedule, Strategy: parts.Strategy, Phases: parts.Phases, Closing: parts.Closing,
	}, &forgetful{}, &forgetful{})
	if err != nil {
		return nil, err
	}
	if err := t.Run(context.Background(), nil); err != nil {
		return nil, err
	}
	values := map[string][]float32{}
	for _, p := range m.Params() {
		values[p.Name] = p.Value
	}
	for _, b := range m.Buffers() {
		values[b.Name] = b.Value
	}
	return values, nil
}

// sayings are n examples that differ in their words and lengths.
func sayings(w dialog.Window, n int) (tokenize.Tokenizer, *dialog.Set, error) {
	texts := []string{"yes", "no thanks", "do you like it", "i do", "see you soon then"}
	words, err := tokenize.TrainWords(func(yield func(string, error) bool) {
		for _, text := range texts {
			if !yield(text, nil) {
				return
			}
		}
	}, tokenize.Options{})
	if err != nil {
		return nil, nil, err
	}
	var dialogues iter.Seq2[dialog.Dialogue, error] = func(yield func(dialog.Dialogue, error) bool) {
		for i := range n {
			turns := []dialog.Turn{{Text: texts[i%5]}, {Text: texts[(i/5+i*i)%5]}}
			if w.Turns == 0 { // every turn is an example
				turns = turns[1:]
			}
			if !yield(dialog.Dialogue{ID: fmt.Sprint(i), Turns: turns}, nil) {
				return
			}
		}
	}
	set, err := dialog.Encode(dialogues, words, w, nil)
	return words, set, err
}

// forgetful keeps nothing but the best model.
type forgetful struct{ best []safetensors.Tensor }

func (*forgetful) Checkpoint(checkpoint.State) error { return nil }
func (*forgetful) Report(dialog.Event)               {}

func (*forgetful) Logged() int64                           { return 0 }
func (*forgetful) Rewind(_ int64, save func() error) error { return save() }

func (f *forgetful) SaveBest(model []safetensors.Tensor, _ int, _ float64) error {
	f.best = model
	return nil
}

func (f *forgetful) LoadBest() ([]safetensors.Tensor, error) { return f.best, nil }
