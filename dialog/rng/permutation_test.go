package rng

import (
	"math"
	"slices"
	"testing"
)

// TestPermutation checks that every number comes once.
func TestPermutation(t *testing.T) {
	for n := 0; n < 600; n++ {
		stream := New(7, Shuffle, n, 0)
		got := stream.Permutation(n).First(n + 1)
		slices.Sort(got)
		for i, x := range got {
			if x != i || len(got) != n {
				t.Fatalf("n = %d: the sorted numbers are %v", n, got)
			}
		}
	}
}

// TestPermutationIsUniform puts the number at a place through Pearson's χ² test,
// and the pair at two neighbouring places too: a shift would pass the first.
func TestPermutationIsUniform(t *testing.T) {
	const n, draws = 12, 40000
	var single [n]float64
	var pair [n * n]float64
	for k := range draws {
		stream := New(1, Shuffle, k, 0)
		p := stream.Permutation(n)
		single[p.At(3)]++
		pair[p.At(3)*n+p.At(4)]++
	}
	for name, c := range map[string]struct {
		counts []float64
		cells  float64
	}{"one place": {single[:], n}, "two places": {pair[:], n * (n - 1)}} {
		want, chi := draws/c.cells, 0.0
		for i, got := range c.counts {
			if c.cells > n && i%n == i/n {
				if got != 0 {
					t.Fatalf("%s: number %d twice", name, i/n)
				}
				continue
			}
			chi += (got - want) * (got - want) / want
		}
		// χ² has mean d and variance 2d; six deviations.
		if d := c.cells - 1; chi > d+6*math.Sqrt(2*d) {
			t.Errorf("%s: χ² is %.0f with %.0f degrees of freedom", name, chi, d)
		}
	}
}
