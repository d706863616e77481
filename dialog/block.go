package dialog

import (
	"encoding/json"
	"errors"
	"math"
)

// A Block is the z of one response, or something with a number for each of z's:
// (T,d), T steps of d numbers. A latent that is one vector has one step. Nil: no
// latent.
type Block [][]float32

// Vector is the numbers (d) of a block of one step; nil for any other.
func (b Block) Vector() []float32 {
	if len(b) != 1 {
		return nil
	}
	return b[0]
}

// MarshalJSON writes a vector as a list of numbers and more steps as a list of
// such lists. A number that is not finite is null.
func (b Block) MarshalJSON() ([]byte, error) {
	if b == nil {
		return []byte("null"), nil
	}
	steps := make([][]*float32, len(b))
	for t, step := range b {
		steps[t] = make([]*float32, len(step))
		for d, v := range step {
			if v-v == 0 { // finite
				steps[t][d] = &v
			}
		}
	}
	if len(steps) == 1 {
		return json.Marshal(steps[0])
	}
	return json.Marshal(steps)
}

// UnmarshalJSON reads what MarshalJSON wrote. A null number is NaN.
func (b *Block) UnmarshalJSON(text []byte) error {
	var steps [][]*float32
	if vector := make([][]*float32, 1); json.Unmarshal(text, &vector[0]) == nil {
		if vector[0] != nil {
			steps = vector
		}
	} else if err := json.Unmarshal(text, &steps); err != nil {
		return err
	}
	*b = nil
	for _, step := range steps {
		if len(step) != len(steps[0]) {
			return errors.New("the steps of z have different numbers of dimensions")
		}
		numbers := make([]float32, len(step))
		for d, v := range step {
			if numbers[d] = float32(math.NaN()); v != nil {
				numbers[d] = *v
			}
		}
		*b = append(*b, numbers)
	}
	return nil
}
