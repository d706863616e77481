package bench

import (
	"context"
	"slices"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/train"
)

// rounds is how many times the batches of a workload are timed by default.
const rounds = 5

// Train measures training steps: loss, gradients, clip and update.
func Train(ctx context.Context, o Options) (TrainReport, error) {
	w, err := find(o)
	if err != nil {
		return TrainReport{}, err
	}
	team, err := cvae.NewTeam(o.Threads)
	if err != nil {
		return TrainReport{}, err
	}
	defer team.Close()
	m, optimiser, err := w.model(o, team)
	if err != nil {
		return TrainReport{}, err
	}
	data := w.data(m, o.Seed)
	mover := train.NewMover(m, optimiser, o.Seed)
	steps := o.Steps
	if steps == 0 {
		steps = rounds * len(data)
	}
	const warm = 2
	var spent []float64
	tokens, operations := 0, 0.0
	for i := range warm + steps {
		b := data[i%len(data)]
		start := time.Now()
		u, err := mover.Gradients(b, i, 1)
		if err != nil {
			return TrainReport{}, err
		}
		if err := mover.Apply(u, nn.Whole); err != nil {
			return TrainReport{}, err
		}
		if err := ctx.Err(); err != nil {
			return TrainReport{}, err
		}
		if i >= warm {
			spent = append(spent, time.Since(start).Seconds())
			tokens += b.Tokens()
			operations += 3 * flops(m, b)
		}
	}
	// The median step stands for all, so that a busy neighbour counts little.
	step, n := median(spent), float64(steps)
	return TrainReport{
		Workload: o.Workload, Threads: team.Threads(), MsPerStep: 1e3 * step,
		TokensPerSec: float64(tokens) / n / step, GFlops: operations / n / step / 1e9, PeakRSSMB: PeakRSS(),
	}, nil
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return (s[len(s)/2] + s[(len(s)-1)/2]) / 2
}
