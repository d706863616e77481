package methodtest

import (
	"sync"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/ranks"
)

// shardedRows are cut into shards of 2 and of 3 rows.
const shardedRows = 19

// shardsAddUp compares the gradients of a batch cut into shards with those of the whole
// batch, and the bits of different numbers of ranks with each other.
func shardsAddUp(t *testing.T, c cvae.Config, name string, settings map[string]any) {
	b, p := cvaetest.BatchOf(c, shardedRows), Parts(t, name, settings, c.Mode).Parts
	m := cvaetest.New[float64](t, c, p, kernel.PureGo)
	g, err := m.TrainingGraph(b.Size())
	if err != nil {
		t.Fatal(err)
	}
	m.ZeroGrad(nn.Whole)
	whole, err := g.Run(b, draws, 0.7)
	if err != nil {
		t.Fatal(err)
	}
	want := gradientsOf(m)
	parts := sharded[float64](t, c, name, settings, 1)[0]
	for i, w := range m.Params() {
		Near(t, "the gradient of "+w.Name, parts.gradients[i], want[i], 1e-9)
	}
	Near(t, "distortion", parts.Rec, whole.Rec, 1e-9)
	Near(t, "KL", parts.KL, whole.KL, 1e-9)
	Near(t, "loss", []float64{parts.Loss}, []float64{whole.Loss}, 1e-9)

	first := sharded[float32](t, c, name, settings, 1)[0]
	for _, n := range []int{2, 4} {
		for _, r := range sharded[float32](t, c, name, settings, n) {
			for i, s := range cvae.Pieces(m.Params()) {
				if owner := r.owners[i]; owner == r.rank || owner == cvae.Shared {
					Same(t, "the gradient of "+m.Params()[s.Of].Name, first.gradients[s.Of][s.Lo:s.Hi], r.gradients[s.Of][s.Lo:s.Hi])
				}
			}
			Same(t, "distortion", first.Rec, r.Rec)
			for o := range first.Observed {
				Same(t, o, first.Observed[o], r.Observed[o])
			}
		}
	}
}

// A shardedRun is what a rank has after a batch.
type shardedRun struct {
	*cvae.Result
	gradients [][]float64
	rank      int
	owners    []int // of pieces
}

// sharded runs a batch twice on n ranks, each with a model of its own, and returns what
// every rank has after the second time.
func sharded[T cvae.Float](t *testing.T, c cvae.Config, name string, settings map[string]any, n int) []shardedRun {
	t.Helper()
	runs, errs := make([]shardedRun, n), make([]error, n)
	var all sync.WaitGroup
	for r, link := range ranks.Local(n) {
		m := cvaetest.New[T](t, c, Parts(t, name, settings, c.Mode).Parts, kernel.PureGo)
		all.Go(func() {
			defer link.Close()
			s, err := cvae.NewSharded(m, link)
			if err == nil {
				_, err = s.Run(cvaetest.BatchOf(c, shardedRows), draws, 0.7)
			}
			if err == nil {
				runs[r].Result, err = s.Run(cvaetest.BatchOf(c, shardedRows), draws, 0.7)
			}
			runs[r].gradients, errs[r] = gradientsOf(m), err
			runs[r].rank, runs[r].owners = r, cvae.Owners(m, cvae.Pieces(m.Params()), n)
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return runs
}

// gradientsOf are copies of the gradients of every parameter.
func gradientsOf[T cvae.Float](m *cvae.Model[T]) (out [][]float64) {
	for _, p := range m.Params() {
		g := make([]float64, len(p.Grad))
		for i, x := range p.Grad {
			g[i] = float64(x)
		}
		out = append(out, g)
	}
	return out
}
