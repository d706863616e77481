package methodtest

import (
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/dialog"
)

// Likelihood is −ln p of the words of every example, (B) in nats, by stepping
// the generator of replies over them from the c and z of a result.
func Likelihood[T cvae.Float](m *cvae.Model[T], b *dialog.Batch, r *cvae.Result) []float64 {
	n := b.Size()
	g := m.Generate(n, m.ContextsOf(b, rounded[T](r.C)), rounded[T](r.Z))
	rows, words := make([]int, n), make([]int32, n)
	loss := make([]float64, n)
	logits, longest := g.Begin(), 0
	for _, target := range b.Target {
		longest = max(longest, len(target))
	}
	for step := range longest {
		for i, target := range b.Target {
			rows[i], words[i] = i, 0
			if step < len(target) {
				words[i] = target[step]
				loss[i] -= logProbability(logits[i*m.Vocabulary:(i+1)*m.Vocabulary], target[step])
			}
		}
		logits = g.Step(words, rows)
	}
	return loss
}

func rounded[T cvae.Float](m []float64) []T {
	if m == nil {
		return nil
	}
	out := make([]T, len(m))
	for i, v := range m {
		out[i] = T(v)
	}
	return out
}

// logProbability is ln softmax(logits)[word].
func logProbability[T cvae.Float](logits []T, word int32) float64 {
	top := math.Inf(-1)
	for _, l := range logits {
		top = math.Max(top, float64(l))
	}
	mass := 0.0
	for _, l := range logits {
		mass += math.Exp(float64(l) - top)
	}
	return float64(logits[word]) - top - math.Log(mass)
}

// Extremes are batches at the edge of what a model reads: equal examples, whose
// batch variance is 0, and responses without a word or much longer than others.
func Extremes(c cvae.Config) map[string]*dialog.Batch {
	equal := make([]dialog.Example, cvaetest.Rows)
	uneven := make([]dialog.Example, cvaetest.Rows)
	for i := range equal {
		equal[i] = example(c, []int32{4, 5})
		uneven[i] = example(c, nil)
	}
	long := make([]int32, 300)
	for i := range long {
		long[i] = int32(i) % cvaetest.Vocabulary
	}
	uneven[2] = example(c, long)
	return map[string]*dialog.Batch{
		"equal examples":  dialog.NewBatch(equal, c.Encoder.Start),
		"uneven examples": dialog.NewBatch(uneven, c.Encoder.Start),
	}
}

func example(c cvae.Config, response []int32) dialog.Example {
	e := dialog.Example{Response: response}
	if c.Mode == cvae.Dialogue {
		e.Context, e.Floor = [][]int32{{6}}, []uint8{0}
	}
	return e
}
