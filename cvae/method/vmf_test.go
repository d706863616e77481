package method_test

import (
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestSphere: z has the length √n, its cosine with the mean is the one drawn for
// the row, the means of z are A long in units of √n, and every response costs the
// same KL, whatever the recognition network says.
func TestSphere(t *testing.T) {
	for _, mode := range modes {
		b := methodtest.NewBench(t, mode, "vmf", map[string]any{"vmf.kappa": 5.0}, 4)
		b.Columns(1, -2, 0.5, 3)
		b.Column(0, 0.1, 2, -4, 1)
		r := b.Run()
		law, n := latent.VonMisesFisher{N: 3, Kappa: 5}, b.Config.Latent.Dim
		for i := range 4 {
			length, mean, kl := 0.0, 0.0, 0.0
			for d := i * n; d < (i+1)*n; d++ {
				length, mean, kl = length+r.Z[d]*r.Z[d], mean+r.Q.Mean[d]*r.Q.Mean[d], kl+r.KL[d]
			}
			near(t, "length² of z", []float64{length}, 3)
			near(t, "length of the mean", []float64{math.Sqrt(mean / 3)}, law.MeanLength())
			near(t, "KL", []float64{kl}, law.KL())
			near(t, "variance", []float64{math.Exp(r.Q.LogVar[i*n])}, 1-law.MeanLength()*law.MeanLength())
		}
		before := b.Run().Z
		for i := range b.Mean {
			b.Mean[i] *= 7 // only its direction counts
		}
		methodtest.Near(t, "z", b.Run().Z, before, 1e-9)
	}
}

// TestSphereHasNoPrior: in dialogue no prior network is made, and replies draw the
// same for every context and spread.
func TestSphereHasNoPrior(t *testing.T) {
	m := methodtest.New(t, methodtest.Shapes()[cvae.Dialogue], "vmf", nil)
	for _, p := range m.Params() {
		if strings.HasPrefix(p.Name, "prior") {
			t.Errorf("the model has %s", p.Name)
		}
	}
	one, other := make([]float32, 3), make([]float32, 3)
	m.Parts.Posterior.Draw(one, []float32{1, 2, -2}, cvae.PriorRow{}, 1)
	m.Parts.Posterior.Draw(other, []float32{1, 2, -2}, cvae.PriorRow{Mean: []float32{9, 9, 9}, LogVar: []float32{1, 1, 1}}, 0.1)
	for d, want := range []float64{1, 2, -2} {
		if math.Abs(float64(one[d])-want/math.Sqrt(3)) > 1e-6 || one[d] != other[d] {
			t.Errorf("draws are %v and %v", one, other)
		}
	}
}

// TestSphereRefuses what has nothing to do: the KL cannot change.
func TestSphereRefuses(t *testing.T) {
	for _, names := range []string{"vmf+freebits", "vmf+fisher", "vmf+beta", "vmf+linear", "vmf+mmd", "vmf+bn"} {
		if _, _, err := method.Compose(names, nil, cvae.Text); err == nil {
			t.Errorf("%s is taken", names)
		}
	}
	for _, names := range []string{"vmf+skip", "vmf+ae", "vmf+agg", "vmf+bow", "vmf+worddropout"} {
		if _, _, err := method.Compose(names, nil, cvae.Text); err != nil {
			t.Errorf("%s: %v", names, err)
		}
	}
	c := methodtest.Shapes()[cvae.Text]
	c.Latent.Dim = 1
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	defer team.Close()
	if _, err := cvae.New[float32](c, cvaetest.Vocabulary, methodtest.Parts(t, "vmf", nil, c.Mode).Parts, 1, team); err == nil || !strings.Contains(err.Error(), "latent.dim") {
		t.Errorf("one dimension: %v", err)
	}
}
