package eval

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/dialog"
)

// Observe is the statistics over some examples of s of every matrix (B,Z) that the
// posterior observes in scoring, by name. It runs the encoder alone. The variance
// is the unbiased one.
func Observe(ctx context.Context, m *Model, s *dialog.Set, examples []int, seed uint64) (map[string]cvae.Spread, error) {
	d, gathered := m.Config.Latent.Dim, map[string]*latent.Moments[float64]{}
	for lo := 0; lo < len(examples); lo += batchRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b := m.Batch(s, examples[lo:min(len(examples), lo+batchRows)])
		withoutDecoding(b)
		r, err := run(m, b, seed, lo/batchRows)
		if err != nil {
			return nil, err
		}
		for name, values := range r.Observed {
			if len(values) < b.Size()*d { // one number for the batch, or one a row
				continue
			}
			if gathered[name] == nil {
				gathered[name] = latent.NewMoments[float64](d)
			}
			if err := gathered[name].Add(values[:b.Size()*d]); err != nil {
				return nil, fmt.Errorf("gathering %s: %w", name, err)
			}
		}
	}
	spreads := map[string]cvae.Spread{}
	for name, of := range gathered {
		spreads[name] = cvae.Spread{Mean: of.Mean(), Variance: of.Variance()}
	}
	return spreads, nil
}
