package bench

import (
	"context"
	"slices"
	"time"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/train"
)

// rounds is how many times the batches of a workload are timed by default.
const rounds = 5

// Train measures training steps: loss, gradients, clip and update.
func Train(ctx context.Context, o Options) (r TrainReport, err error) {
	w, m, optimiser, err := prepare(o)
	if err != nil {
		return r, err
	}
	defer m.Team().Close()
	data := w.data(m, o.Seed)
	mover := train.NewMover(m, optimiser, o.Seed)
	if o.Ranks == nil {
		o.Ranks = ranks.Alone{}
	}
	if o.Sharded || o.Ranks.Size() > 1 {
		if err := mover.Join(o.Ranks); err != nil {
			return r, err
		}
	}
	mover.Precision = o.Precision
	line, err := ranks.Probe(o.Ranks)
	if err != nil {
		return r, err
	}
	steps := o.Steps
	if steps == 0 {
		steps = rounds * len(data)
	}
	var before ranks.Traffic
	step, err := timed(ctx, steps, func(i int) error {
		if i == warm {
			before = o.Ranks.Traffic()
		}
		u, err := mover.Gradients(data[i%len(data)], i, 1)
		if err != nil {
			return err
		}
		return mover.Apply(u, nn.Whole)
	})
	if err != nil {
		return r, err
	}
	exchange, err := train.Exchanged(o.Ranks, o.Ranks.Traffic().Since(before), steps)
	if err != nil {
		return r, err
	}
	n, tokens, operations := float64(steps), 0, 0.0
	for i := warm; i < warm+steps; i++ {
		b := data[i%len(data)]
		tokens += b.Tokens()
		operations += 3 * flops(m, b)
	}
	r = TrainReport{
		Workload: o.Workload, Threads: m.Team().Threads(), MsPerStep: 1e3 * step,
		TokensPerSec: float64(tokens) / n / step, GFlops: operations / n / step / 1e9, PeakRSSMB: PeakRSS(), Exchange: exchange,
	}
	if line != nil {
		r.Line = &Line{1e3 * line.Latency.Seconds(), line.Bandwidth / 1e6}
	}
	return r, nil
}

// warm is how many steps or requests go before those that are timed.
const warm = 2

// timed does n steps and returns the seconds of one. The median stands for all, so
// that a busy neighbour counts little.
func timed(ctx context.Context, n int, do func(i int) error) (float64, error) {
	var spent []float64
	for i := range warm + n {
		start := time.Now()
		if err := do(i); err != nil {
			return 0, err
		}
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if i >= warm {
			spent = append(spent, time.Since(start).Seconds())
		}
	}
	return median(spent), nil
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return (s[len(s)/2] + s[(len(s)-1)/2]) / 2
}
