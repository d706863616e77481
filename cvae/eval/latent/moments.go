package latent

import (
	"encoding/json"
	"fmt"
	"math"
)

// ActiveThreshold is the variance of the posterior mean from which a latent
// dimension counts as active [burda, section 5.2].
const ActiveThreshold = 0.01

// Moments gathers mean and variance of every column over rows that arrive in
// batches, by Welford's recurrence in float64. The result depends on the order
// of the rows and not on how they were cut into batches.
type Moments[F Float] struct {
	rows     int
	mean, m2 []float64 // (d)
}

// NewMoments returns an empty accumulator of d columns.
func NewMoments[F Float](d int) *Moments[F] {
	return &Moments[F]{mean: make([]float64, d), m2: make([]float64, d)}
}

// Add takes in a batch of rows (N,d). A trailing part of a row is an error.
func (m *Moments[F]) Add(batch []F) error {
	if len(batch) == 0 {
		return nil
	}
	d := len(m.mean)
	n, err := rowCount(d, batch)
	if err != nil {
		return err
	}
	for i := range n {
		m.add(batch[i*d : (i+1)*d])
	}
	return nil
}

func (m *Moments[F]) add(row []F) {
	m.rows++
	for d, x := range row {
		delta := float64(x) - m.mean[d]
		m.mean[d] += delta / float64(m.rows)
		m.m2[d] += float64(delta * (float64(x) - m.mean[d]))
	}
}

// Mean returns the column means (d), zeros before the first row.
func (m *Moments[F]) Mean() []float64 { return append([]float64(nil), m.mean...) }

// Variance returns the unbiased column variances Σ(x−mean)²/(N−1) (d). They
// are NaN with fewer than two rows.
func (m *Moments[F]) Variance() []float64 {
	v := make([]float64, len(m.m2))
	for d := range v {
		v[d] = math.NaN()
		if m.rows > 1 {
			v[d] = m.m2[d] / float64(m.rows-1)
		}
	}
	return v
}

// Active counts the columns with Variance ≥ threshold. Over the posterior
// means μ̂ it is the active units [burda]; over the whitened m̂ it is the
// residual active units, which a latent that only repeats the context cannot
// raise. One row has none.
func (m *Moments[F]) Active(threshold float64) int {
	count := 0
	for _, v := range m.Variance() {
		if v >= threshold {
			count++
		}
	}
	return count
}

// savedMoments is the JSON of Moments.
type savedMoments struct {
	Rows int       `json:"rows"`
	Mean []float64 `json:"mean"`
	M2   []float64 `json:"m2"`
}

// MarshalJSON implements json.Marshaler, without loss.
func (m *Moments[F]) MarshalJSON() ([]byte, error) {
	return json.Marshal(savedMoments{m.rows, m.mean, m.m2})
}

// UnmarshalJSON implements json.Unmarshaler: it takes in what MarshalJSON wrote of as
// many columns.
func (m *Moments[F]) UnmarshalJSON(text []byte) error {
	var s savedMoments
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	if len(s.Mean) != len(m.mean) || len(s.M2) != len(m.m2) || s.Rows < 0 {
		return fmt.Errorf("moments of %d and %d columns over %d rows, where there are %d columns", len(s.Mean), len(s.M2), s.Rows, len(m.mean))
	}
	m.rows, m.mean, m.m2 = s.Rows, s.Mean, s.M2
	return nil
}
