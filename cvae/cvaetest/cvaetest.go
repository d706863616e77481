// Package cvaetest checks models and methods: gradients by central differences
// in float64 through the real ops, and float32 against float64.
package cvaetest

import (
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// Vocabulary is the number of words of the test models.
const Vocabulary = 23

// Rows is the batch size of the tests.
const Rows = 5

// TwoSteps is a plain posterior with a z for each of the first two words, and one
// for a response that is </s> alone: the smallest latent that is no vector.
type TwoSteps struct{ cvae.GaussianPosterior }

// Steps implements cvae.Stepper.
func (TwoSteps) Steps(words int) int { return min(words, 2) }

// EveryWord is a plain posterior with a z for every word, and an auxiliary prior of 4
// units that begins as N(0, I).
type EveryWord struct{ cvae.GaussianPosterior }

// Steps implements cvae.Stepper.
func (EveryWord) Steps(words int) int { return words }

// Auxiliary implements cvae.AuxiliaryPrior.
func (EveryWord) Auxiliary(dim int) (alpha []float64, hidden int) { return make([]float64, dim), 4 }

// Configs are small models of every shape: both modes, both cells, one and two
// directions, shared and separate weights, z in every step or in the start, and
// every kind of decoder, with attention to the context and without.
func Configs() map[string]cvae.Config {
	dialogue := cvae.Config{
		Mode:    cvae.Dialogue,
		Encoder: cvae.Encoder{Cell: "gru", Embedding: 5, Hidden: 6, Share: true},
		Context: cvae.Context{Hidden: 7, Turns: 3, Tokens: 6},
		Decoder: cvae.Decoder{Hidden: 8, Tokens: 6, ShareEmbedding: true, LatentEveryStep: true, StartTanh: true, Bias: true, BagOfWords: 4},
		Latent:  cvae.Latent{Dim: 3, Prior: 5, Recognition: 4, Bias: true},
		Init:    cvae.Init{Embedding: 0.8},
	}
	both := dialogue
	both.Encoder.Bidirectional, both.Encoder.Share, both.Encoder.Start = true, false, true
	both.Context.Floor = true
	both.Decoder.ShareEmbedding, both.Decoder.LatentEveryStep, both.Decoder.StartTanh = false, false, false
	both.Latent.Recognition = 0
	lstm := dialogue
	lstm.Encoder.Cell = "lstm"
	text := lstm
	text.Mode, text.Context = cvae.Text, cvae.Context{}
	text.Encoder.Share, text.Encoder.Start = false, true
	text.Decoder.ShareEmbedding, text.Decoder.StartTanh, text.Decoder.Bias = false, false, false
	text.Decoder.DropoutIn, text.Decoder.DropoutOut = 0.3, 0.4
	text.Latent = cvae.Latent{Dim: 3}
	cnn := dialogue
	cnn.Decoder.Kind, cnn.Decoder.Dilations = "cnn", []int{1, 2}
	textCNN := text
	textCNN.Decoder.Kind, textCNN.Decoder.Dilations = "cnn", []int{2}
	textCNN.Encoder.Embedding, textCNN.Decoder.LatentEveryStep = text.Decoder.Hidden, false
	transformer := dialogue
	transformer.Decoder.Kind, transformer.Decoder.Blocks, transformer.Decoder.Heads, transformer.Decoder.FeedForward = "transformer", 2, 2, 12
	transformer.Decoder.Positions, transformer.Decoder.Activation, transformer.Decoder.Tokens = "sinusoidal", "gelu", 9
	textTransformer := textCNN
	textTransformer.Decoder.Kind, textTransformer.Decoder.Dilations, textTransformer.Decoder.Blocks = "transformer", nil, 1
	textTransformer.Decoder.Tokens = 9
	attending := func(c cvae.Config) cvae.Config {
		c.Decoder.Attention = cvae.AttendContext
		return c
	}
	return map[string]cvae.Config{
		"dialogue both directions attending": attending(both), "dialogue lstm attending": attending(lstm), "dialogue cnn attending": attending(cnn),
		"dialogue transformer attending": attending(transformer), "dialogue transformer": transformer, "text transformer": textTransformer, "dialogue cnn": cnn, "text cnn": textCNN, "dialogue gru": dialogue, "dialogue both directions": both, "dialogue lstm": lstm, "text": text,
	}
}

// Batch is Rows random examples for the config.
func Batch(c cvae.Config) *dialog.Batch { return BatchOf(c, Rows) }

// BatchOf is n random examples for the config.
func BatchOf(c cvae.Config, n int) *dialog.Batch {
	draw := rng.New(7, rng.Bench, 0, 0)
	ids := func() []int32 {
		out := make([]int32, 1+draw.IntN(4))
		for i := range out {
			out[i] = int32(4 + draw.IntN(Vocabulary-4))
		}
		return out
	}
	examples := make([]dialog.Example, n)
	for i := range examples {
		examples[i].Response = ids()
		for range c.Window().Turns - i%2 {
			if c.Mode == cvae.Text {
				break
			}
			examples[i].Context = append(examples[i].Context, ids())
			examples[i].Floor = append(examples[i].Floor, uint8(draw.IntN(2)))
		}
	}
	b := dialog.NewBatch(examples, c.Encoder.Start)
	tell(b, c.Condition)
	return b
}

// Told is a config and parts with everything that a model can be told.
func Told(c cvae.Config, p cvae.Parts) (cvae.Config, cvae.Parts) {
	c.Condition = cvae.Conditioning{Labels: []string{"topic", "act"}, Embedding: 4, ActHead: true, Act: "act"}
	p.Labels = cvae.Labels{"topic": {"food", "work"}, "act": {"ask", "greet", "tell"}}
	return c, p
}

// tell gives the examples of a batch labels and acts of a Told model at random,
// some of them none.
func tell(b *dialog.Batch, c cvae.Conditioning) {
	draw, values := rng.New(7, rng.Bench, 1, 0), map[string]int{"topic": 2, "act": 3}
	for range b.Size() {
		var ids []int32
		for _, name := range c.Labels {
			ids = append(ids, int32(draw.IntN(1+values[name])))
		}
		if ids != nil {
			b.Labels = append(b.Labels, ids)
		}
		if c.ActHead {
			b.Acts = append(b.Acts, int32(draw.IntN(1+values[c.Act])))
		}
	}
}

// New builds a model for tests on one thread of a kernel path.
func New[T cvae.Float](t testing.TB, c cvae.Config, p cvae.Parts, path kernel.Path) *cvae.Model[T] {
	t.Helper()
	team, err := kernel.NewTeam(1, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(team.Close)
	m, err := cvae.New[T](c, Vocabulary, p, 3, team)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
