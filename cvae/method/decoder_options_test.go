package method_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestDecoderOptions are what the rows of the decoder set, alone and joined with
// one another and with other axes.
func TestDecoderOptions(t *testing.T) {
	for names, want := range map[string]cvae.DecoderOptions{
		"skip":                           {Skip: true},
		"worddropout":                    {WordDropout: 0.4},
		"fraternal":                      {Fraternal: 0.15, Dropout: 0.3},
		"lm+worddropout":                 {WordDropout: 0.4},
		"lm+fraternal":                   {Fraternal: 0.15, Dropout: 0.3},
		"bn+linear+skip":                 {Skip: true},
		"skip+worddropout+fraternal+bow": {Skip: true, WordDropout: 0.4, Fraternal: 0.15, Dropout: 0.3, BagOfWords: 1},
	} {
		for _, mode := range []cvae.Mode{cvae.Dialogue, cvae.Text} {
			if diff := cmp.Diff(want, methodtest.Parts(t, names, nil, mode).Decoder); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", names, mode, diff)
			}
		}
	}
	given := map[string]any{"worddropout.probability": 0.25, "fraternal.weight": 1, "fraternal.dropout": 0.5}
	want := cvae.DecoderOptions{WordDropout: 0.25, Fraternal: 1, Dropout: 0.5}
	if diff := cmp.Diff(want, methodtest.Parts(t, "worddropout+fraternal", given, cvae.Text).Decoder); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDecoderOptionsRefused says what cannot be joined.
func TestDecoderOptionsRefused(t *testing.T) {
	for names, word := range map[string]string{
		"lm+skip": "no latent", "skip+seq2seq": "no latent", "skip+skip": "both set the skip connections",
		"worddropout+vae+worddropout": "both set the word dropout", "fraternal+fraternal": "both set the second pass",
	} {
		if _, _, err := method.Compose(names, nil, cvae.Dialogue); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%q: %v", names, err)
		}
	}
}

// TestFraternalKeepsDropout: a higher dropout of the preset stays, a lower one
// gives way. The text shape drops 0.4 of the hidden states.
func TestFraternalKeepsDropout(t *testing.T) {
	c := methodtest.Shapes()[cvae.Text]
	b := cvaetest.Batch(c)
	trained := func(dropout float64) []float64 {
		p := methodtest.Parts(t, "fraternal", map[string]any{"fraternal.dropout": dropout}, cvae.Text)
		return methodtest.Train(t, cvaetest.New[float64](t, c, p.Parts, kernel.PureGo), b, 1).Rec
	}
	methodtest.Same(t, "the distortion", trained(0.1), trained(c.Decoder.DropoutOut))
	if slices.Equal(trained(0.6), trained(c.Decoder.DropoutOut)) {
		t.Error("a dropout of 0.6 does nothing")
	}
}

// TestSkipReadsZAlone: the vocabulary layer of skip reads [h; z], not c, which keeps its
// usual path: in both modes a word has H + n weights there.
func TestSkipReadsZAlone(t *testing.T) {
	for mode, c := range methodtest.Shapes() {
		for name, want := range map[string]int{"vae": c.Decoder.Hidden, "skip": c.Decoder.Hidden + c.Latent.Dim} {
			found := 0
			for _, p := range methodtest.New(t, c, name, nil).Params() {
				if p.Name == "vocabulary.weight" {
					found = len(p.Value)
				}
			}
			if found != cvaetest.Vocabulary*want {
				t.Errorf("%s, %s: the vocabulary layer has %d weights, want %d a word", name, mode, found, want)
			}
		}
	}
}
