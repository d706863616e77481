// Package safetensors reads and writes safetensors files, the format in which
// models are passed around: eight bytes with the header's length, a JSON header
// that names every tensor's dtype, shape and place, then the raw numbers.
//
// The format is that of https://github.com/huggingface/safetensors (README,
// "Format"). This package knows the five dtypes of [Tensor.Data]. Its writer
// lays a file out as the Python library does, byte for byte.
package safetensors

import (
	"fmt"
	"math"
	"math/bits"
)

// maxHeader is the largest header the format allows, in bytes.
const maxHeader = 100_000_000

// metadataKey is the header's one key that is not a tensor's name.
const metadataKey = "__metadata__"

// A Tensor is a named array of numbers in row-major order.
type Tensor struct {
	Name  string
	Shape []int // one length per dimension; empty for a single number
	Data  any   // []float32, []float64, []int64, []uint8 or []Half, as long as Shape's product; to be written, a Stream, too
}

// elements returns the product of a shape, and refuses negative lengths and
// products that no memory could hold.
func elements(shape []int) (int, error) {
	product := uint64(1)
	for _, length := range shape {
		if length < 0 {
			return 0, fmt.Errorf("shape %v has a negative length", shape)
		}
		high, low := bits.Mul64(product, uint64(length))
		if high != 0 || low > math.MaxInt/8 {
			return 0, fmt.Errorf("shape %v is too large", shape)
		}
		product = low
	}
	return int(product), nil
}
