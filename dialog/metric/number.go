package metric

import (
	"encoding/json"
	"math"
)

// A Number is a float64 whose JSON is null when it is NaN or infinite. NaN
// means not applicable.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON implements json.Unmarshaler: null is NaN.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// Known reports whether n applies.
func (n Number) Known() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// A mean is that of the numbers added that apply.
type mean struct {
	sum   float64
	count int
}

func (m *mean) add(x float64) {
	if !math.IsNaN(x) {
		m.sum += x
		m.count++
	}
}

// value is NaN for a mean of nothing.
func (m mean) value() float64 { return m.sum / float64(m.count) }
