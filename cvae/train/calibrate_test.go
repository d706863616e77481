package train

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// noting is a posterior that keeps the mean that it is calibrated with.
type noting struct {
	cvae.GaussianPosterior
	seen  *cvae.Buffer
	given []cvae.Spread
}

func (p *noting) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	p.seen = s.Buffer("seen", s.Dim, 0)
	if s.Pass == cvae.Scoring {
		s.Observe("recognised", f.Raw.Mean)
	}
	return p.GaussianPosterior.Infer(s, f)
}

func (*noting) Calibration() int { return 100 } // more than there are

func (p *noting) Calibrate(observed map[string]cvae.Spread) {
	p.given = append(p.given, observed["recognised"])
	for d, v := range observed["recognised"].Mean {
		p.seen.Set(d, v)
	}
}

// TestCalibrate: a run of an epoch and a step calibrates twice, on all training
// examples with the parameters as they are. The statistics at the end of the run
// are those of the end of the epoch, from which a resumed run goes on; the best
// model has those that it was measured with.
func TestCalibrate(t *testing.T) {
	p, k := &noting{}, &memory{}
	m := cvaetest.New[float32](t, shape(), cvae.Parts{Posterior: p}, kernel.Best())
	set := dialogues(t, shape(), 12)
	tr, err := New(m, set, set, Options{Seed: 1, Batch: 4, Window: 1, Interval: 1, MaxSteps: 4, Optimiser: adam()}, k, k)
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if len(p.given) != 2 {
		t.Fatalf("%d calibrations", len(p.given))
	}
	all := make([]int, set.Len())
	for i := range all {
		all[i] = i
	}
	moments := latent.NewMoments[float64](shape().Latent.Dim)
	r, err := m.Score(m.Batch(set, all), cvae.Draws{})
	if err != nil {
		t.Fatal(err)
	}
	if err := moments.Add(r.Observed["recognised"]); err != nil {
		t.Fatal(err)
	}
	end := p.given[1]
	for d, mean := range moments.Mean() {
		if math.Abs(mean-end.Mean[d]) > 1e-6 || math.Abs(moments.Variance()[d]-end.Variance[d]) > 1e-6 {
			t.Errorf("dimension %d: mean and variance %v %v, want %v %v", d, end.Mean[d], end.Variance[d], mean, moments.Variance()[d])
		}
	}
	same(t, "the last state", k.last.Model, p.given[0].Mean)
	if slices.Equal(p.given[0].Mean, end.Mean) {
		t.Fatal("a step changed no mean")
	}
	best := end
	if tr.state.BestStep == 3 {
		best = p.given[0]
	}
	same(t, "the best model", k.best, best.Mean)
}

// same looks for the buffer of noting among tensors.
func same(t *testing.T, what string, tensors []safetensors.Tensor, want []float64) {
	t.Helper()
	for _, x := range tensors {
		if x.Name != "buffer.seen" {
			continue
		}
		for d, v := range x.Data.([]float32) {
			if v != float32(want[d]) {
				t.Errorf("%s: %v, want %v", what, x.Data, want)
			}
		}
		return
	}
	t.Errorf("%s has no statistics", what)
}
