package method_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestRateExceedsMeans: s−1−ln s ≥ 0, so that whatever a posterior makes of the
// outputs of the networks, the KL that it reports is at least ½m² in every
// dimension, m the whitened mean of q, in training and in scoring.
func TestRateExceedsMeans(t *testing.T) {
	benches := posteriorBenches(t)
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(benches))).Draw(rt, "method")
		b := benches[name]
		for _, outputs := range [][]float64{b.Mean, b.LogVar, b.PriorMean, b.PriorLogVar} {
			for i := range outputs {
				outputs[i] = rapid.Float64Range(-3, 3).Draw(rt, "network output")
			}
		}
		for pass, r := range map[string]*cvae.Result{"training": b.Run(), "scoring": b.Score()} {
			for i, m := range whitened(r.Q.Mean, r.P) {
				if floor := 0.5 * m * m; !(r.KL[i] >= floor*(1-1e-9)-1e-12) {
					rt.Fatalf("%s in %s: KL %v is below ½m² = %v", name, pass, r.KL[i], floor)
				}
			}
		}
	})
}

// posteriorBenches is a bench for the plain posterior and for every method that
// has one of its own, in both modes and in all variants of its switches.
func posteriorBenches(t *testing.T) map[string]*methodtest.Bench {
	t.Helper()
	benches := map[string]*methodtest.Bench{}
	for _, m := range method.All() {
		for _, mode := range modes {
			parts, _, err := method.Compose(m.Name, nil, mode)
			if err != nil || parts.Posterior == nil && m.Name != "vae" {
				continue
			}
			if _, ok := parts.Posterior.(cvae.Spherical); ok {
				continue // no Gaussian; its KL is of all dimensions together
			}
			for _, settings := range methodtest.Variants(m, mode) {
				benches[fmt.Sprintf("%s %v in %s", m.Name, settings, mode)] = methodtest.NewBench(t, mode, m.Name, settings, 4)
			}
		}
	}
	return benches
}
