package cvae_test

import (
	"fmt"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// wide are shapes and a vocabulary that fill several tasks of every parallel
// loop, with edges.
func wide(c cvae.Config) cvae.Config {
	c.Encoder.Embedding, c.Encoder.Hidden, c.Decoder.Hidden = 67, 70, 73
	if c.Decoder.Kind == "transformer" {
		c.Decoder.Hidden = 76 // which its heads divide
	}
	if c.Mode == cvae.Dialogue {
		c.Context.Hidden = 66
	}
	return c
}

const wideVocabulary = 1100

// randomBatch is n examples of uneven lengths from a vocabulary of v words.
func randomBatch(c cvae.Config, n, v, seed int) *dialog.Batch {
	draw := rng.New(uint64(seed), rng.Bench, 0, 0)
	ids := func() []int32 {
		out := make([]int32, 1+draw.IntN(7))
		for i := range out {
			out[i] = int32(draw.IntN(v))
		}
		return out
	}
	examples := make([]dialog.Example, n)
	for i := range examples {
		examples[i].Response = ids()
		for range 1 + draw.IntN(3) {
			if c.Mode == cvae.Dialogue {
				examples[i].Context = append(examples[i].Context, ids())
				examples[i].Floor = append(examples[i].Floor, uint8(draw.IntN(2)))
			}
		}
	}
	return dialog.NewBatch(examples, c.Encoder.Start)
}

// snapshot is everything that a training run leaves behind.
type snapshot map[string][]float64

func train[T cvae.Float](t *testing.T, m *cvae.Model[T], g *cvae.Graph[T], b *dialog.Batch, step int) snapshot {
	t.Helper()
	m.ZeroGrad(nn.Whole)
	r, err := g.Run(b, cvae.Draws{Seed: 9, Purpose: rng.Posterior, Step: step}, 0.8)
	if err != nil {
		t.Fatal(err)
	}
	s := snapshot{"rec": r.Rec, "kl": r.KL, "z": r.Z, "c": r.C, "q": r.Q.LogVar, "p": r.P.Mean, "bag": r.Bag}
	for _, p := range m.Params() {
		grad := make([]float64, len(p.Grad))
		for i, v := range p.Grad {
			grad[i] = float64(v)
		}
		s["gradient of "+p.Name] = grad
	}
	return s
}

func (s snapshot) same(t *testing.T, where string, other snapshot) {
	t.Helper()
	for what, values := range s {
		methodtest.Same(t, where+": "+what, other[what], values)
	}
}

// TestThreads gives the same bits for any number of threads, for every shape on
// every kernel path.
func TestThreads(t *testing.T) {
	parts := cvae.Parts{Decoder: cvae.DecoderOptions{BagOfWords: 0.5}}
	for name, c := range cvaetest.Configs() {
		c = wide(c)
		b := randomBatch(c, 19, wideVocabulary, 1)
		for _, path := range kernel.Paths() {
			var first snapshot
			for _, threads := range []int{1, 2, 5} {
				team, err := kernel.NewTeam(threads, path)
				if err != nil {
					t.Fatal(err)
				}
				m, err := cvae.New[float32](c, wideVocabulary, parts, 3, team)
				if err != nil {
					t.Fatal(err)
				}
				s := train(t, m, graph(t, m, b.Size()), b, 1)
				if first == nil {
					first = s
				}
				first.same(t, fmt.Sprintf("%s on %d threads of %s", name, threads, path), s)
				team.Close()
			}
		}
	}
}

func graph[T cvae.Float](t *testing.T, m *cvae.Model[T], n int) *cvae.Graph[T] {
	t.Helper()
	g, err := m.TrainingGraph(n)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGraphsKeepNothing runs batches of other lengths through one graph and
// through fresh ones: what an op prepared for one run must not reach the next.
func TestGraphsKeepNothing(t *testing.T) {
	eachShape(t, func(t *testing.T, c cvae.Config, p cvae.Parts) {
		m := cvaetest.New[float32](t, c, p, kernel.Best())
		used := graph(t, m, 6)
		for step := range 4 {
			b := randomBatch(c, 6, cvaetest.Vocabulary, step)
			want := train(t, m, graph(t, m, 6), b, step)
			want.same(t, fmt.Sprintf("batch %d", step), train(t, m, used, b, step))
		}
	})
}

// TestGradientsAccumulate until they are cleared, group by group.
func TestGradientsAccumulate(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		t.Run(name, func(t *testing.T) {
			m := cvaetest.New[float64](t, c, cvae.Parts{}, kernel.PureGo)
			g, b := graph(t, m, cvaetest.Rows), cvaetest.Batch(c)
			once := train(t, m, g, b, 0)
			if _, err := g.Run(b, cvae.Draws{Seed: 9, Purpose: rng.Posterior}, 0.8); err != nil {
				t.Fatal(err)
			}
			for _, p := range m.Params() {
				twice := append([]float64(nil), once["gradient of "+p.Name]...)
				for i := range twice {
					twice[i] *= 2
				}
				methodtest.Near(t, p.Name, p.Grad, twice, 1e-12)
			}
			m.ZeroGrad(nn.Inference)
			for _, p := range m.Params() {
				if cleared := zero(p.Grad); cleared != (p.Group == nn.Inference) && !zero(once["gradient of "+p.Name]) {
					t.Errorf("%s cleared: %v", p.Name, cleared)
				}
			}
		})
	}
}

func zero(m []float64) bool {
	for _, v := range m {
		if v != 0 {
			return false
		}
	}
	return true
}
