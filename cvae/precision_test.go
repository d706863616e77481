package cvae_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestBF16Gradients compares the gradients of products of bfloat16 with those in
// float64, for every shape without a ReLU, on the instructions where the CPU has them and
// on the reference. Rounding moves some inputs of a ReLU over its corner, and in layers
// as narrow as these that changes half a gradient.
func TestBF16Gradients(t *testing.T) {
	eachShape(t, func(t *testing.T, c cvae.Config, p cvae.Parts) {
		if c.Decoder.Kind == "cnn" {
			t.Skip("every block has a ReLU")
		}
		if c.Decoder.Kind == "transformer" {
			c.Decoder.Activation = "gelu"
		}
		cvaetest.CheckPrecision(t, c, p, cvae.BF16, 0.05)
	})
}

// TestBF16Threads gives the same bits for any number of threads, and on avx2, where the
// reference computes the products, those of avx512.
func TestBF16Threads(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		c = wide(c)
		b := randomBatch(c, 19, wideVocabulary, 1)
		bits := func(threads int, path kernel.Path) snapshot {
			return trainedOn(t, c, threads, path, func(m *cvae.Model[float32]) snapshot {
				m.Team().Use(cvae.BF16)
				return train(t, m, graph(t, m, b.Size()), b, 1)
			})
		}
		first := bits(1, kernel.Best())
		for _, threads := range []int{2, 5} {
			first.same(t, fmt.Sprintf("%s on %d threads", name, threads), bits(threads, kernel.Best()))
		}
		if name == "dialogue gru" && kernel.Best() == kernel.AVX512 {
			first.same(t, name+" on avx2", bits(2, kernel.AVX2))
		}
	}
}

// A step in bf16 leaves nothing behind: what is scored afterwards is what a model that
// only knows fp32 scores.
func TestBF16LeavesNothing(t *testing.T) {
	c := cvaetest.Configs()["dialogue gru"]
	b := cvaetest.Batch(c)
	m := cvaetest.New[float32](t, c, cvae.Parts{}, kernel.Best())
	want := methodtest.Score(t, cvaetest.New[float32](t, c, cvae.Parts{}, kernel.Best()), b).Rec
	before := m.Team().Use(cvae.BF16)
	rounded := train(t, m, graph(t, m, b.Size()), b, 1)
	m.Team().Use(before)
	methodtest.Same(t, "scored after a step in bf16", methodtest.Score(t, m, b).Rec, want)
	if exact := train(t, m, graph(t, m, b.Size()), b, 1); slices.Equal(exact["rec"], rounded["rec"]) {
		t.Error("bf16 rounds nothing")
	}
}
