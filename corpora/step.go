package corpora

import (
	"errors"
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// inStep streams what several files have at each number, such as a dialogue and its labels, with the first fault of it.
// It is an error that one file ends before another.
func inStep[T any](paths []string, pieces func(path string) iter.Seq2[T, error]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		var next []func() (T, error, bool)
		for _, p := range paths {
			one, stop := iter.Pull2(pieces(p))
			defer stop()
			next = append(next, one)
		}
		for n := 0; ; n++ {
			all := make([]T, len(paths))
			var bad error
			longer, shorter := "", ""
			for i, one := range next {
				piece, err, more := one()
				if !more {
					shorter = paths[i]
					continue
				}
				longer, all[i] = paths[i], piece
				if bad == nil {
					bad = err
				}
			}
			var malformed *fault.Malformed
			switch {
			case longer == "":
				return
			case shorter != "" && bad == nil:
				bad = fmt.Errorf("corpora: %s goes on after number %d, where %s ends; they must have as many, so get both whole", fault.Shown(longer), n, fault.Shown(shorter))
			}
			if !yield(all, bad) || bad != nil && !errors.As(bad, &malformed) {
				return
			}
		}
	}
}
