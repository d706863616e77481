package factors

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// Data are N examples with codes of D numbers and the values of K factors.
type Data struct {
	D       int
	Codes   []float64 // (N,D)
	Factors [][]int   // (K) of (N): values numbered from 0
}

// Len is the number of examples N.
func (d Data) Len() int {
	if d.D < 1 {
		return 0
	}
	return len(d.Codes) / d.D
}

// check says what is wrong with examples; name is theirs.
func (d Data) check(name string) error {
	n := d.Len()
	switch {
	case n < 2:
		return fmt.Errorf("%d %s examples have all factors; at least two are needed", n, name)
	case len(d.Codes) != n*d.D:
		return fmt.Errorf("%d numbers are not %s codes of %d each", len(d.Codes), name, d.D)
	case len(d.Factors) == 0:
		return errors.New("there are no factors")
	}
	for k, values := range d.Factors {
		if len(values) != n {
			return fmt.Errorf("factor %d has %d values for %d %s examples", k, len(values), n, name)
		}
		for i, v := range values {
			if v < 0 {
				return fmt.Errorf("factor %d of %s example %d is %d; values count from 0", k, name, i, v)
			}
		}
	}
	for i, x := range d.Codes {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("the code of %s example %d has the number %v; the model may have diverged", name, i/d.D, x)
		}
	}
	return nil
}

// column is dimension j of the codes.
func (d Data) column(j int) []float64 {
	out := make([]float64, d.Len())
	for i := range out {
		out[i] = d.Codes[i*d.D+j]
	}
	return out
}

// deviations are the population standard deviations of the dimensions.
func (d Data) deviations() []float64 {
	out := make([]float64, d.D)
	for j := range out {
		_, variance := stat.PopMeanVariance(d.column(j), nil)
		out[j] = math.Sqrt(variance)
	}
	return out
}

// byValue lists the examples of each value of factor k.
func (d Data) byValue(k int) map[int][]int {
	list := map[int][]int{}
	for i, v := range d.Factors[k] {
		list[v] = append(list[v], i)
	}
	return list
}
