package op

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog/rng"
)

// newAuxiliary is a prior of two dimensions and five units, with weights at random or
// with an output of 0.
func newAuxiliary(context bool, zero bool) *AuxiliaryPrior[float64] {
	w := &AuxiliaryPrior[float64]{
		Alpha:  []float64{0.3, 0.8},
		Layer:  &Recurrent[float64]{Cell: LSTM, Hidden: 5, Input: newWeight(20, 2, 1), State: newWeight(20, 5, 2), Bias: newWeight(1, 20, 3)},
		Output: &Affine[float64]{Weights: []*Weight[float64]{newWeight(4, 5, 4)}, Bias: newWeight(1, 4, 5)},
	}
	if context {
		w.Start = &Affine[float64]{Weights: []*Weight[float64]{newWeight(5, 3, 6)}, Bias: newWeight(1, 5, 7)}
	}
	if zero {
		clear(w.Output.Weights[0].Value)
		clear(w.Output.Bias.Value)
	}
	return w
}

// weights are those of the prior by name.
func (w *AuxiliaryPrior[T]) weights() map[string]*Weight[T] {
	all := map[string]*Weight[T]{"input": w.Layer.Input, "state": w.Layer.State, "bias": w.Layer.Bias, "output": w.Output.Weights[0], "output bias": w.Output.Bias}
	if w.Start != nil {
		all["start"], all["start bias"] = w.Start.Weights[0], w.Start.Bias
	}
	return all
}

// chainOf is four responses of 3, 1, 4 and 3 steps at random, in matrices of 4 steps.
func chainOf(t int) Chain[float64] {
	draw := rng.New(9, rng.Bench, t, 0)
	numbers := func(n int) (m []float64) {
		for range n {
			m = append(m, draw.Normal())
		}
		return m
	}
	return Chain[float64]{Lengths: []int{3, 1, 4, 3}, Mean: numbers(32), LogVar: numbers(32), A: numbers(32), C: numbers(12)}
}

func auxiliaryTeam(t *testing.T) *kernel.Team {
	t.Helper()
	team, err := kernel.NewTeam(1, kernel.PureGo)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(team.Close)
	return team
}

// TestAuxiliaryGradients are those of central differences of −Σ gain.
func TestAuxiliaryGradients(t *testing.T) {
	team := auxiliaryTeam(t)
	for _, context := range []bool{false, true} {
		w, c := newAuxiliary(context, false), chainOf(1)
		loss := func() (sum float64) {
			gain := make([]float64, 4)
			NewAuxiliaryFit(w).Forward(team, c, gain)
			for _, g := range gain {
				sum -= g
			}
			return sum
		}
		fit := NewAuxiliaryFit(w)
		fit.Forward(team, c, make([]float64, 4))
		fit.Backward(team, 0.5)
		for name, p := range w.weights() {
			for i := range p.Value {
				const h = 1e-5
				old := p.Value[i]
				p.Value[i] = old + h
				p.Changed()
				high := loss()
				p.Value[i] = old - h
				p.Changed()
				low := loss()
				p.Value[i] = old
				p.Changed()
				if want := 0.5 * (high - low) / (2 * h); math.Abs(p.Grad[i]-want) > 1e-7*math.Max(1, math.Abs(want)) {
					t.Errorf("%s %d: %v, want %v", name, i, p.Grad[i], want)
				}
			}
		}
	}
}

// TestAuxiliaryBeginsAsTheChain: with an output of 0 it saves nothing, exactly, and its
// draws are those of the chain.
func TestAuxiliaryBeginsAsTheChain(t *testing.T) {
	team, w := auxiliaryTeam(t), newAuxiliary(true, true)
	gain := []float64{9, 9, 9, 9}
	NewAuxiliaryFit(w).Forward(team, chainOf(2), gain)
	equal(t, "the gain", gain, []float64{0, 0, 0, 0})
	eps, a := []float32{1, 2, -1, 3, 0.5, 1, 0, 2, 2, -2, 1, 1}, make([]float64, 12)
	w.Draw(team, 2, make([]float64, 6), eps, 0.5, a)
	var want []float64
	for k, e := range eps {
		step, alpha := k%6/2, w.Alpha[k%2]
		if v := 0.5 * float64(e); step == 0 {
			want = append(want, v)
		} else {
			want = append(want, alpha*want[k-2]+math.Sqrt(1-alpha*alpha)*v)
		}
	}
	equal(t, "the draws", a, want)
}

// TestAuxiliaryGainIsTheKLDifference: for posteriors that are sharp, so that the steps
// before are what was drawn, the gain is the difference of KLs computed from the
// conditionals that draws without noise show.
func TestAuxiliaryGainIsTheKLDifference(t *testing.T) {
	team, w, c := auxiliaryTeam(t), newAuxiliary(true, false), chainOf(3)
	c.A = c.Mean
	gain := make([]float64, 4)
	NewAuxiliaryFit(w).Forward(team, c, gain)
	fit := NewAuxiliaryFit(w)
	fit.Forward(team, c, make([]float64, 4))
	want := make([]float64, 4)
	fit.each(func(r, i, step int) {
		for k, alpha := range w.Alpha {
			before, chainVariance := 0.0, 1.0
			if step > 0 {
				before, chainVariance = alpha*fit.at(c.A, i, step-1)[k], 1-alpha*alpha
			}
			mean, variance := fit.at(c.Mean, i, step)[k], math.Exp(fit.at(c.LogVar, i, step)[k])
			kl := func(m, v float64) float64 {
				return 0.5 * (math.Log(v/variance) + (variance+(mean-m)*(mean-m))/v - 1)
			}
			shift, log := fit.out[r*4+k], fit.out[r*4+2+k]
			want[i] += kl(before, chainVariance) - kl(before+shift, chainVariance*math.Exp(log))
		}
	})
	equal(t, "the gain", gain, want)
}

// TestAuxiliaryReadsThePast: a later step of a draw changes neither the conditional of
// an earlier one nor its gain, and a padded step changes nothing.
func TestAuxiliaryReadsThePast(t *testing.T) {
	team, w, c := auxiliaryTeam(t), newAuxiliary(true, false), chainOf(4)
	before := make([]float64, 4)
	fit := NewAuxiliaryFit(w)
	fit.Forward(team, c, before)
	out := append([]float64(nil), fit.out...)
	fit.at(c.A, 0, 1)[0]++ // read by step 2 of response 0 alone
	fit.at(c.A, 1, 2)[0]++ // past the only step of response 1
	after := make([]float64, 4)
	fit.Forward(team, c, after)
	fit.each(func(r, i, step int) {
		for k := range 4 {
			if changed := out[r*4+k] != fit.out[r*4+k]; changed != (i == 0 && step == 2) {
				t.Errorf("step %d of response %d changed: %t", step, i, changed)
			}
		}
	})
	if before[0] == after[0] {
		t.Error("what a step reads of the step before does not count")
	}
	equal(t, "the gain of the others", after[1:], before[1:])
}

// logNormal is ln N(x; 0, covariance), by its Cholesky factor.
func logNormal(t *testing.T, x, covariance []float64) float64 {
	t.Helper()
	n := len(x)
	var factor mat.Cholesky
	if !factor.Factorize(mat.NewSymDense(n, covariance)) {
		t.Fatal("the covariance is not positive definite")
	}
	var solved mat.VecDense
	if err := factor.SolveVecTo(&solved, mat.NewVecDense(n, x)); err != nil {
		t.Fatal(err)
	}
	return -0.5 * (float64(n)*math.Log(2*math.Pi) + factor.LogDet() + mat.Dot(mat.NewVecDense(n, x), &solved))
}

// stationary is the covariance α^|s−t| of a chain of n steps (n,n), times scale, with
// noise added on its diagonal.
func stationary(alpha, scale, noise float64, n int) []float64 {
	c := make([]float64, n*n)
	for s := range n {
		for t := range n {
			c[s*n+t] = scale * math.Pow(alpha, math.Abs(float64(s-t)))
		}
		c[s*n+s] += noise
	}
	return c
}

// TestLogDensityOfTheChain is that of a Gaussian with the covariance α^|s−t| of every
// dimension, without a prior that is fitted and with one whose output is 0.
func TestLogDensityOfTheChain(t *testing.T) {
	team, c := auxiliaryTeam(t), chainOf(5)
	want := make([]float64, 4)
	for i, n := range c.Lengths {
		for k, alpha := range newAuxiliary(true, true).Alpha {
			var x []float64
			for step := range n {
				x = append(x, c.A[i*8+step*2+k])
			}
			want[i] += logNormal(t, x, stationary(alpha, 1, 0, n))
		}
	}
	for name, w := range map[string]*AuxiliaryPrior[float64]{"chain": {Alpha: []float64{0.3, 0.8}}, "fitted": newAuxiliary(true, true)} {
		logs := make([]float64, 4)
		NewAuxiliaryFit(w).AddLogDensity(team, c, logs)
		for i := range want {
			if math.Abs(logs[i]-want[i]) > 1e-10 {
				t.Errorf("%s, response %d: %v, want %v", name, i, logs[i], want[i])
			}
		}
	}
}

// TestLogDensityAndGain: of posteriors that are points the gain is the difference of the
// log-densities of p_aux and the chain.
func TestLogDensityAndGain(t *testing.T) {
	team, w, c := auxiliaryTeam(t), newAuxiliary(true, false), chainOf(6)
	c.A = c.Mean
	for k := range c.LogVar {
		c.LogVar[k] = -200
	}
	gain, fitted, chain := make([]float64, 4), make([]float64, 4), make([]float64, 4)
	NewAuxiliaryFit(w).Forward(team, c, gain)
	NewAuxiliaryFit(w).AddLogDensity(team, c, fitted)
	NewAuxiliaryFit(&AuxiliaryPrior[float64]{Alpha: w.Alpha}).AddLogDensity(team, c, chain)
	for i := range gain {
		if want := fitted[i] - chain[i]; math.Abs(gain[i]-want) > 1e-10*math.Max(1, math.Abs(want)) {
			t.Errorf("response %d: gain %v, difference %v", i, gain[i], want)
		}
	}
}

// TestWeightsOfAToy: x_t = w·a_t + noise with a chain a is a Gaussian with the covariance
// w²α^|s−t| + noise, so its evidence is known. The mean of the importance weights
// p(x|a)p(a)/q(a) of draws from a factorised q is that evidence, and −E ln of a mean of
// K weights falls with K towards it, from the negative ELBO at K = 1.
func TestWeightsOfAToy(t *testing.T) {
	const alpha, w, noise, steps, draws = 0.7, 1.3, 0.5, 3, 1 << 14
	x := []float64{0.4, -1.1, 0.9}
	exact := logNormal(t, x, stationary(alpha, w*w, noise, steps))
	means, variances := []float64{0.3, -0.4, 0.45}, []float64{0.2, 0.18, 0.2}
	c, draw := Chain[float64]{A: make([]float64, draws*steps)}, rng.New(3, rng.Bench, 0, 0)
	logs := make([]float64, draws)
	for i := range draws {
		c.Lengths = append(c.Lengths, steps)
		for s := range steps {
			e := draw.Normal()
			a := means[s] + math.Sqrt(variances[s])*e
			off := x[s] - w*a
			c.A[i*steps+s] = a
			logs[i] += -0.5*(math.Log(noise)+off*off/noise) + 0.5*(math.Log(variances[s])+e*e) // 2π cancels
		}
	}
	NewAuxiliaryFit(&AuxiliaryPrior[float64]{Alpha: []float64{alpha}}).AddLogDensity(auxiliaryTeam(t), c, logs)
	before := math.Inf(1)
	for _, k := range []int{1, 4, 32, draws} {
		nll := 0.0
		for lo := 0; lo < draws; lo += k {
			sum := 0.0
			for _, l := range logs[lo : lo+k] {
				sum += math.Exp(l)
			}
			nll -= math.Log(sum/float64(k)) * float64(k) / draws
		}
		if !(nll < before) || nll < -exact-0.02 {
			t.Errorf("K = %d: %v nats after %v, where −ln p(x) is %v", k, nll, before, -exact)
		}
		before = nll
	}
	if math.Abs(before+exact) > 0.02 {
		t.Errorf("%v nats of all draws, −ln p(x) is %v", before, -exact)
	}
}
