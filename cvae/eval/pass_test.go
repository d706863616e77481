package eval

import (
	"fmt"
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
)

// rows is what Each says of every example of a set.
func rows(t *testing.T, m *Model, s *dialog.Set) map[int][]float64 {
	t.Helper()
	out := map[int][]float64{}
	err := Each(t.Context(), m, s, 1, func(examples []int, b *dialog.Batch, r *cvae.Result) error {
		if len(examples) != b.Size() || len(examples) != len(r.Rec) {
			return fmt.Errorf("%d examples, a batch of %d, %d results", len(examples), b.Size(), len(r.Rec))
		}
		for i, e := range examples {
			d := m.Config.Latent.Dim
			out[e] = append(append([]float64{r.Rec[i]}, row(r.Drawn.Mean, i, d)...), row(r.KL, i, d)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEachBatchSize scores sets that end in batches of 1, 63, 64 and 1 more
// examples of which all have one length, so that example i keeps its draws:
// every example must score the same in all of them.
func TestEachBatchSize(t *testing.T) {
	for _, name := range []string{"dialogue gru", "text"} {
		c := wide(name)
		c.Decoder.Tokens = 2 // responses of one word and </s>
		m := model(t, c, cvae.Parts{})
		want := rows(t, m, set(t, c, 65))
		for _, n := range []int{1, 2, 63, 64} {
			got := rows(t, m, set(t, c, n))
			if len(got) != n {
				t.Errorf("%s: %d of %d examples were scored", name, len(got), n)
			}
			for i := range got {
				for k, v := range got[i] {
					if !(math.Abs(v-want[i][k]) <= 1e-6*math.Max(1, math.Abs(v))) {
						t.Errorf("%s: number %d of example %d is %v in a set of %d, %v in one of 65", name, k, i, v, n, want[i][k])
					}
				}
			}
		}
	}
}

// TestSideHasNoPadding compares the side term with its definition on sets
// whose last batch is short: the mean over examples of Σ z².
func TestSideHasNoPadding(t *testing.T) {
	c := wide("text")
	m := model(t, c, cvae.Parts{Posterior: doubled{}})
	for _, n := range []int{2, 3, 67} {
		s := set(t, c, n)
		want := 0.0
		err := Each(t.Context(), m, s, 4, func(_ []int, _ *dialog.Batch, r *cvae.Result) error {
			for _, z := range r.Z {
				want += z * z / float64(n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprintf("side of %d examples", n), evaluate(t, m, s, Options{Seed: 4}).Side, want, 1e-5*want)
	}
}
