package training

import (
	"context"
	"errors"
	"fmt"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/train"
)

// MeasureAgain measures the best model of the run in dir, whose training has ended, as
// the end of training does, and writes latent.json, eval.json and MODEL_CARD.md again.
// progress may be nil.
func MeasureAgain(ctx context.Context, dir string, o Options, progress func(done, total int)) error {
	c, err := run.ReadConfig(dir)
	if err != nil {
		return err
	}
	o.Out, o.Resume = dir, true
	t, err := Prepare(ctx, c, o)
	if err != nil {
		return err
	}
	defer t.Close()
	if t.fresh() {
		return errors.New("the run has no checkpoint")
	}
	if t.Finished, err = train.Ended(*t.saved); err != nil {
		return err
	}
	if t.Finished == "" {
		return errors.New("training has not ended, and its end measures the best model")
	}
	if err := t.bestAnswers(ctx); err != nil {
		return err
	}
	_, err = t.Measure(ctx, progress)
	return err
}

// bestAnswers makes the best model the one that answers, and describes its latent space.
func (t *Training) bestAnswers(ctx context.Context) error {
	lock := t.run.Locker()
	lock.Lock()
	defer lock.Unlock()
	best, err := keeper{t}.LoadBest()
	if err != nil {
		return fmt.Errorf("reading the best model back: %w", err)
	}
	if err := train.Restore(t.model, best); err != nil {
		return err
	}
	return t.describe(ctx)
}
