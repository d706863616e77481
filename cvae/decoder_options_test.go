package cvae_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// options are what a method can change about the decoder.
var options = map[string]cvae.DecoderOptions{
	"skip":         {Skip: true},
	"word dropout": {WordDropout: 0.4},
	"fraternal":    {Fraternal: 0.3, Dropout: 0.4},
	"all":          {Skip: true, WordDropout: 0.4, Fraternal: 0.3, Dropout: 0.4, BagOfWords: 0.5},
}

// TestGradientsDecoderOptions compares with central differences where z enters
// the initial state alone, in both cells, with all options at once. The contract
// of the methods checks them one by one.
func TestGradientsDecoderOptions(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of runs of a graph")
	}
	for _, cell := range []string{"gru", "lstm"} {
		t.Run(cell, func(t *testing.T) {
			t.Parallel()
			c := cvaetest.Configs()["dialogue both directions"]
			c.Encoder.Cell, c.Decoder.DropoutIn = cell, 0.3
			cvaetest.CheckGradients(t, c, cvae.Parts{Decoder: options["all"]})
		})
	}
}

// TestSinglePrecisionDecoderOptions compares float32 on every path with float64.
func TestSinglePrecisionDecoderOptions(t *testing.T) {
	for shape, c := range cvaetest.Configs() {
		for name, o := range options {
			t.Run(shape+" "+name, func(t *testing.T) {
				cvaetest.CheckSinglePrecision(t, c, cvae.Parts{Decoder: o})
			})
		}
	}
}

// TestThreadsDecoderOptions gives the same bits for any number of threads.
func TestThreadsDecoderOptions(t *testing.T) {
	for _, shape := range []string{"dialogue gru", "text"} {
		c := wide(cvaetest.Configs()[shape])
		b := randomBatch(c, 19, wideVocabulary, 1)
		for _, path := range kernel.Paths() {
			var first snapshot
			for _, threads := range []int{1, 2, 3} {
				s := trainedOn(t, c, threads, path, func(m *cvae.Model[float32]) snapshot { return train(t, m, graph(t, m, b.Size()), b, 1) })
				if first == nil {
					first = s
				}
				first.same(t, fmt.Sprintf("%s on %d threads of %s", shape, threads, path), s)
			}
		}
	}
}

// trainedOn calls f with a model of all options on so many threads.
func trainedOn(t *testing.T, c cvae.Config, threads int, path kernel.Path, f func(*cvae.Model[float32]) snapshot) snapshot {
	t.Helper()
	team, err := kernel.NewTeam(threads, path)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	m, err := cvae.New[float32](c, wideVocabulary, cvae.Parts{Decoder: options["all"]}, 3, team)
	if err != nil {
		t.Fatal(err)
	}
	return f(m)
}

// TestTrainingAlone drops words and compares masks: scoring is that of the plain
// model, bit for bit, and has no side term.
func TestTrainingAlone(t *testing.T) {
	for shape, c := range cvaetest.Configs() {
		b := cvaetest.Batch(c)
		plain := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.Best())
		for _, name := range []string{"word dropout", "fraternal"} {
			m := cvaetest.New[float32](t, c, cvae.Parts{Decoder: options[name]}, kernel.Best())
			scored := methodtest.Score(t, m, b)
			methodtest.Same(t, shape+" with "+name, scored.Rec, methodtest.Score(t, plain, b).Rec)
			if _, there := scored.Observed["fraternal"]; there || scored.Side != 0 {
				t.Errorf("%s with %s: scoring has a side term", shape, name)
			}
			if slices.Equal(methodtest.Train(t, m, b, 1).Rec, scored.Rec) {
				t.Errorf("%s with %s: training drops nothing", shape, name)
			}
		}
	}
}

// TestFraternalIsASideTerm: it is observed by its name and part of Side, with
// and without a latent, and the KL is that of the plain model.
func TestFraternalIsASideTerm(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	b := cvaetest.Batch(c)
	for _, none := range []bool{false, true} {
		m := cvaetest.New[float64](t, c, cvae.Parts{NoLatent: none, Decoder: options["fraternal"]}, kernel.PureGo)
		r := methodtest.Train(t, m, b, 1)
		if !(r.Side > 0) || !slices.Equal(r.Observed["fraternal"], []float64{r.Side}) {
			t.Errorf("no latent %t: side term %v, observed %v", none, r.Side, r.Observed)
		}
		plain := cvaetest.New[float64](t, c, cvae.Parts{NoLatent: none}, kernel.PureGo)
		methodtest.Same(t, "KL", r.KL, methodtest.Train(t, plain, b, 1).KL)
	}
}

// TestDecoderOptionsRefused in a sentence, where they make no sense.
func TestDecoderOptionsRefused(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	for word, p := range map[string]cvae.Parts{
		"no latent variable":           {NoLatent: true, Decoder: cvae.DecoderOptions{Skip: true}},
		"the word dropout is 1":        {Decoder: cvae.DecoderOptions{WordDropout: 1}},
		"the word dropout is -0.1":     {Decoder: cvae.DecoderOptions{WordDropout: -0.1}},
		"dropout of fraternal dropout": {Decoder: cvae.DecoderOptions{Fraternal: 1, Dropout: 1}},
		"weight of fraternal dropout":  {Decoder: cvae.DecoderOptions{Fraternal: -1, Dropout: 0.5}},
		"drops nothing":                {Decoder: cvae.DecoderOptions{Fraternal: 1}},
	} {
		if _, err := cvae.New[float32](c, cvaetest.Vocabulary, p, 1, team); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", word, err)
		}
	}
}
