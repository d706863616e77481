package factors

import (
	"context"
	"math"
	"slices"
)

// bins is the number of equal cells that the range of a dimension is cut into to
// count, as in [locatello].
const bins = 20

// Information is the mutual information of each dimension with each factor, (D,K)
// in nats, by counting over the cells of the dimension; Entropy is that of each
// factor (K). Counts overestimate: with N examples by some (bins−1)(values−1)/2N. The
// error is that of ctx.
func (d Data) Information(ctx context.Context) (information [][]float64, entropy []float64, err error) {
	for _, values := range d.Factors {
		entropy = append(entropy, mutual(values, values))
	}
	for j := range d.D {
		if err := context.Cause(ctx); err != nil {
			return nil, nil, err
		}
		cells := cut(d.column(j))
		row := make([]float64, len(d.Factors))
		for k, values := range d.Factors {
			row[k] = mutual(cells, values)
		}
		information = append(information, row)
	}
	return information, entropy, nil
}

// cut numbers the cells of values, as numpy.digitize does over the left edges of
// numpy.histogram. Values that are all one share a cell.
func cut(values []float64) []int {
	least, most := slices.Min(values), slices.Max(values)
	step := (most - least) / bins
	cells := make([]int, len(values))
	for i, v := range values {
		for c := 1; c < bins && step > 0 && v >= least+float64(c)*step; c++ {
			cells[i] = c
		}
	}
	return cells
}

// mutual is the mutual information in nats of the empirical distribution of pairs.
func mutual(a, b []int) (sum float64) {
	joint, left, right, n := map[[2]int]float64{}, map[int]float64{}, map[int]float64{}, float64(len(a))
	var pairs [][2]int // in order of appearance, so that the sum has one rounding
	for i := range a {
		p := [2]int{a[i], b[i]}
		if joint[p]++; joint[p] == 1 {
			pairs = append(pairs, p)
		}
		left[a[i]]++
		right[b[i]]++
	}
	for _, p := range pairs {
		sum += joint[p] / n * math.Log(joint[p]*n/(left[p[0]]*right[p[1]]))
	}
	return max(0, sum)
}

// Gaps is, of each factor, by how much the dimension that knows most of it exceeds
// the next, as a share of the factor's entropy [chen, equation 6]; the mean is the
// mutual information gap. It is NaN for a factor without entropy.
func Gaps(information [][]float64, entropy []float64) (gaps []float64) {
	for k, h := range entropy {
		first, second := 0.0, 0.0
		for _, row := range information {
			if row[k] > first {
				first, second = row[k], first
			} else {
				second = max(second, row[k])
			}
		}
		gap := math.NaN()
		if h > 0 {
			gap = (first - second) / h
		}
		gaps = append(gaps, gap)
	}
	return gaps
}

// Modularity is, of each dimension, how much of its squared information is about
// one factor alone [ridgeway, section 3]: 1 − Σ_{k≠best} m_k²/((K−1)·m_best²). It is
// 0 for a dimension that knows nothing, as in [locatello], and NaN with one factor.
func Modularity(information [][]float64) (scores []float64) {
	for _, row := range information {
		best, others := slices.Max(row), 0.0
		for _, m := range row {
			others += m * m
		}
		score := math.NaN()
		switch {
		case len(row) < 2:
		case best == 0:
			score = 0
		default:
			score = 1 - (others-best*best)/(float64(len(row)-1)*best*best)
		}
		scores = append(scores, score)
	}
	return scores
}
