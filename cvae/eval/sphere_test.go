package eval

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog/rng"
)

// sphere is a spherical z of four dimensions.
var sphere = cvae.Shape{Steps: 1, Dim: 4, Concentration: 3}

// directions are two unit vectors, and the means of z about them.
func directions() (units, means [2][]float64) {
	units = [2][]float64{{0.6, 0, -0.8, 0}, {0.5, -0.5, 0.5, 0.5}}
	for i, u := range units {
		for _, v := range u {
			means[i] = append(means[i], 2*law(sphere).MeanLength()*v) // the radius is √4
		}
	}
	return units, means
}

// TestSphereKernel: the substituted Gaussians have the ratio of the densities of
// the spherical posteriors, κ(m_i−m_j)·u, at every point of the sphere, and the
// ones that are apart have their divergence, κA(1−m_i·m_j).
func TestSphereKernel(t *testing.T) {
	units, means := directions()
	logVar := make([]float64, 4)
	for i := range logVar {
		logVar[i] = math.Log(4. / 3) // n/κ
	}
	for seed := range 20 {
		z, draw := make([]float32, 4), rng.New(uint64(seed), rng.Bench, 0, 0)
		drawSphere(z, &draw, sphere, means[0])
		at, want := make([]float64, 4), 0.0
		for d, v := range z {
			at[d] = float64(v)
			want += 3 * (units[0][d] - units[1][d]) * at[d] / 2
		}
		first, std := substitute(sphere, means[0], nil)
		second, _ := substitute(sphere, means[1], nil)
		if got := latent.LogDensity(at, first, logVar) - latent.LogDensity(at, second, logVar); math.Abs(got-want) > 1e-6 {
			t.Fatalf("the densities differ by %.9f, want %.9f", got, want)
		}
		if math.Abs(std[0]-math.Sqrt(4./3)) > 1e-12 {
			t.Fatalf("deviation %v", std)
		}
	}
	first, _ := apart(sphere, means[0], nil)
	second, _ := apart(sphere, means[1], nil)
	cosine := 0.0
	for d := range units[0] {
		cosine += units[0][d] * units[1][d]
	}
	if got, want := latent.KL(first, logVar, second, logVar), 3*law(sphere).MeanLength()*(1-cosine); math.Abs(got-want) > 1e-9 {
		t.Errorf("the divergence is %.9f, want %.9f", got, want)
	}
}

// TestSphereWeights: the mean weight r(z)/q̂(z) of draws from q̂ is 1, that of
// ln q̂ − ln r the KL, and draws of replies lie on the sphere.
func TestSphereWeights(t *testing.T) {
	const draws = 50000
	_, means := directions()
	sum, kl := 0.0, 0.0
	z := make([]float32, 4)
	for i := range draws {
		draw := rng.New(3, rng.Bench, i, 0)
		w := drawSphere(z, &draw, sphere, means[1])
		sum += math.Exp(w) / draws
		kl -= w / draws
	}
	if want := law(sphere).KL(); math.Abs(sum-1) > 0.05 || math.Abs(kl-want) > 0.02 {
		t.Errorf("weights of mean %.4f, divergence %.4f, want 1 and %.4f", sum, kl, want)
	}
	prior := []float64{1, -3, 0.5, 2}
	fromPrior(sphere, prior)
	if length := math.Hypot(math.Hypot(prior[0], prior[1]), math.Hypot(prior[2], prior[3])); math.Abs(length-2) > 1e-12 || prior[1] >= 0 {
		t.Errorf("a draw of the prior is %v", prior)
	}
}
