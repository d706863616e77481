package cvae_test

import (
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// kinds are what a model can decode from.
var kinds = map[string]cvae.Parts{
	"latent":             {},
	"context alone":      {NoLatent: true},
	"neither":            {NoLatent: true, NoContext: true},
	"latent, no context": {NoContext: true},
	"two steps of z":     {Posterior: cvaetest.TwoSteps{}, Decoder: cvae.DecoderOptions{BagOfWords: 1}},
	"steps of z, skip":   {Posterior: cvaetest.TwoSteps{}, Decoder: options["all"]},
	"bag of words":       {Decoder: cvae.DecoderOptions{BagOfWords: 1}},
	"skip":               {Decoder: options["skip"]},
	"decoder options":    {Decoder: options["all"]},
}

// eachShape calls f for every config and everything to decode from.
func eachShape(t *testing.T, f func(t *testing.T, c cvae.Config, p cvae.Parts)) {
	for name, c := range cvaetest.Configs() {
		for kind, p := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) { f(t, c, p) })
			if c.Mode == cvae.Dialogue && (kind == "latent" || kind == "context alone" || kind == "two steps of z") {
				t.Run(name+"/"+kind+", told", func(t *testing.T) {
					c, p := cvaetest.Told(c, p)
					f(t, c, p)
				})
			}
		}
	}
}

// TestGenerationParity steps the generator of replies over the words of a batch
// and finds the likelihood of the graph, in both precisions.
func TestGenerationParity(t *testing.T) {
	eachShape(t, func(t *testing.T, c cvae.Config, p cvae.Parts) {
		b := cvaetest.Batch(c)
		wide := cvaetest.New[float64](t, c, p, kernel.PureGo)
		r := methodtest.Score(t, wide, b)
		methodtest.Near(t, "float64", methodtest.Likelihood(wide, b, r), r.Rec, 1e-12)
		for _, path := range kernel.Paths() {
			m := cvaetest.New[float32](t, c, p, path)
			r := methodtest.Score(t, m, b)
			methodtest.Near(t, string(path), methodtest.Likelihood(m, b, r), r.Rec, 1e-5)
		}
	})
}

// TestContextAndDistortion are the graph's numbers without a graph.
func TestContextAndDistortion(t *testing.T) {
	eachShape(t, func(t *testing.T, c cvae.Config, p cvae.Parts) {
		b := cvaetest.Batch(c)
		for _, path := range kernel.Paths() {
			m := cvaetest.New[float32](t, c, p, path)
			r := methodtest.Score(t, m, b)
			context, mean, logvar := m.EncodeContext(b)
			methodtest.Same(t, "c", double(context.C), r.C)
			methodtest.Same(t, "prior mean", double(mean), r.P.Mean)
			methodtest.Same(t, "prior log-variance", double(logvar), r.P.LogVar)
			// The graph hands its losses over in float32.
			methodtest.Near(t, "distortion", m.Distortion(b, context, single(r.Z)), r.Rec, 1e-6)
		}
	})
}

func double(m []float32) (out []float64) {
	for _, v := range m {
		out = append(out, float64(v))
	}
	return out
}

func single(m []float64) (out []float32) {
	for _, v := range m {
		out = append(out, float32(v))
	}
	return out
}

// TestGeneratorFollowsHypotheses: rows may be dropped, repeated and reordered
// between steps, as beam search does.
func TestGeneratorFollowsHypotheses(t *testing.T) {
	eachShape(t, func(t *testing.T, c cvae.Config, p cvae.Parts) {
		m := cvaetest.New[float32](t, c, p, kernel.PureGo)
		b := cvaetest.Batch(c)
		r := methodtest.Score(t, m, b)
		z, v := single(r.Z), m.Vocabulary
		contexts := m.ContextsOf(b, single(r.C))
		straight, beam := m.Generate(b.Size(), contexts, z), m.Generate(b.Size(), contexts, z)
		straight.Begin()
		beam.Begin()
		straight.Step([]int32{4, 5, 6, 7, 8}, []int{0, 1, 2, 3, 4})
		want := append([]float32(nil), straight.Step([]int32{9, 9, 9, 9, 9}, []int{0, 1, 2, 3, 4})...)
		beam.Step([]int32{7, 5, 7}, []int{3, 1, 3})
		got := beam.Step([]int32{9, 9, 9}, []int{1, 0, 2})
		for i, from := range []int{1, 3, 3} {
			methodtest.Same(t, "logits", double(got[i*v:(i+1)*v]), double(want[from*v:(from+1)*v]))
		}
	})
}
