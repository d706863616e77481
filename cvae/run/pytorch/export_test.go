package pytorch

import (
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// Supported is supported.
var Supported = supported

// Placed reports whether every tensor of a run has a place.
func Placed(method string, tensors []safetensors.Tensor) error {
	_, err := layout(method, tensors)
	return err
}
