package experiment

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/dialog/regular"
)

// BoundsFile has the bounds of the single examples, in the folder of a run:
// elbo and tokens of all, and iw of those whose numbers are sampled.
const BoundsFile = "bounds.safetensors"

// WriteBounds keeps the bounds of single examples in the folder of a run.
func WriteBounds(dir string, b eval.PerExample) error {
	tensors := []safetensors.Tensor{
		{Name: "elbo", Shape: []int{len(b.Bound)}, Data: b.Bound},
		{Name: "tokens", Shape: []int{len(b.Tokens)}, Data: whole(b.Tokens)},
		{Name: "iw", Shape: []int{len(b.IW)}, Data: append([]float64{}, b.IW...)},
		{Name: "sampled", Shape: []int{len(b.Sampled)}, Data: whole(b.Sampled)},
	}
	return atomicfile.Write(filepath.Join(dir, BoundsFile), func(w io.Writer) error { return safetensors.Write(w, tensors, nil) })
}

func whole(numbers []int) []int64 {
	out := make([]int64, len(numbers))
	for i, n := range numbers {
		out[i] = int64(n)
	}
	return out
}

// readBounds reads what WriteBounds wrote.
func readBounds(dir string) (b eval.PerExample, err error) {
	path := filepath.Join(dir, BoundsFile)
	file, size, err := regular.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if err != nil {
		return b, fmt.Errorf("%w; delete it, and the run is measured again", err)
	}
	defer file.Close()
	tensors, _, err := safetensors.Read(file, size)
	if err != nil {
		return b, fmt.Errorf("%s: %w; delete it, and the run is measured again", path, err)
	}
	for _, t := range tensors {
		switch data := t.Data.(type) {
		case []float64:
			if t.Name == "elbo" {
				b.Bound = data
			} else {
				b.IW = data
			}
		case []int64:
			numbers := make([]int, len(data))
			for i, n := range data {
				numbers[i] = int(n)
			}
			if t.Name == "tokens" {
				b.Tokens = numbers
			} else {
				b.Sampled = numbers
			}
		}
	}
	return b, check(path, b)
}

// check refuses bounds that do not belong together.
func check(path string, b eval.PerExample) error {
	err := error(nil)
	if len(b.Bound) != len(b.Tokens) || len(b.IW) != len(b.Sampled) {
		err = errors.New("its tensors are of different lengths")
	}
	for _, i := range b.Sampled {
		if i < 0 || i >= len(b.Bound) {
			err = fmt.Errorf("it has no example %d", i)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w; delete it, and the run is measured again", path, err)
	}
	return nil
}
