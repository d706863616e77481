package cvae_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
)

// TestGradients compares every parameter tensor's gradient with central
// differences, in float64 through the real ops, for every shape of model.
func TestGradients(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		t.Run(name, func(t *testing.T) {
			cvaetest.CheckGradients(t, c, cvae.Parts{})
		})
	}
}

// TestGradientsWithoutLatent checks the language model and seq2seq.
func TestGradientsWithoutLatent(t *testing.T) {
	for _, noContext := range []bool{false, true} {
		t.Run(fmt.Sprint(noContext), func(t *testing.T) {
			cvaetest.CheckGradients(t, cvaetest.Configs()["dialogue gru"], cvae.Parts{NoLatent: true, NoContext: noContext})
		})
	}
}

// TestGradientsDecoderCell checks a decoder of another cell than the encoder's.
func TestGradientsDecoderCell(t *testing.T) {
	for encoder, decoder := range map[string]string{"gru": "lstm", "lstm": "gru"} {
		c := cvaetest.Configs()["dialogue "+encoder]
		c.Decoder.Cell = decoder
		cvaetest.CheckGradients(t, c, cvae.Parts{})
	}
}

// TestDecoderOfOldFiles: without decoder.kind and decoder.cell the decoder is
// recurrent, of the encoder's cell.
func TestDecoderOfOldFiles(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		if c.Decoder.Kind != "" {
			continue
		}
		said := c
		said.Decoder.Kind, said.Decoder.Cell = "rnn", c.Encoder.Cell
		if c.Decoder.Kind != "" || c.Decoder.Cell != "" || !reflect.DeepEqual(c.Complete().Decoder, said.Decoder) {
			t.Errorf("%s: %+v", name, c.Complete().Decoder)
		}
	}
}

// TestGradientsBagOfWords checks the bag-of-words loss.
func TestGradientsBagOfWords(t *testing.T) {
	p := cvae.Parts{Decoder: cvae.DecoderOptions{BagOfWords: 0.7}}
	cvaetest.CheckGradients(t, cvaetest.Configs()["dialogue gru"], p)
}

// TestGradientsSteps checks a latent of two steps, in responses of one word and
// of more.
func TestGradientsSteps(t *testing.T) {
	for name, pool := range map[string]string{"dialogue gru": "max", "text": "mean", "dialogue lstm": "last"} {
		c := cvaetest.Configs()[name]
		c.Encoder.Pool = pool
		cvaetest.CheckGradients(t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}})
		cvaetest.CheckGradients(t, c, cvae.Parts{Posterior: cvaetest.TwoSteps{}, Decoder: options["skip"]})
	}
}

// TestSinglePrecision compares float32 on every kernel path with float64.
func TestSinglePrecision(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		t.Run(name, func(t *testing.T) {
			cvaetest.CheckSinglePrecision(t, c, cvae.Parts{})
		})
	}
}
