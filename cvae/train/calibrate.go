package train

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog/rng"
)

// calibrate gives a posterior that asks for them the statistics of training
// examples with the parameters as they are. The examples depend on seed and epoch
// alone, so doing it again changes nothing.
func (t *Trainer) calibrate(ctx context.Context) error {
	c, ok := t.mover.model.Parts.Posterior.(cvae.Calibrator)
	if !ok || min(c.Calibration(), t.batches.set.Len()) < 2 {
		return nil
	}
	return t.watch.aside(func() error {
		draw := rng.New(t.options.Seed, rng.Shuffle, t.state.Epoch, rowCalibration)
		examples := draw.Permutation(t.batches.set.Len()).First(min(c.Calibration(), t.batches.set.Len()))
		observed, err := eval.Observe(ctx, t.mover.model, t.batches.set, examples, t.options.Seed)
		if err != nil {
			return fmt.Errorf("calibrating: %w", err)
		}
		c.Calibrate(observed)
		t.validation.changed()
		return nil
	})
}

// calibrated runs f, which measures, on calibrated statistics, and then puts those
// of training back: a run that goes on in the middle of an epoch must not depend
// on where it stopped.
func (t *Trainer) calibrated(ctx context.Context, f func() error) error {
	var kept [][]float32
	for _, b := range t.mover.model.Buffers() {
		kept = append(kept, append([]float32(nil), b.Value...))
	}
	if err := t.calibrate(ctx); err != nil {
		return err
	}
	err := f()
	t.validation.changed()
	for i, b := range t.mover.model.Buffers() {
		copy(b.Value, kept[i])
	}
	return err
}
