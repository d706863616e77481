package train

import (
	"context"
	"errors"
	"testing"
	"time"
)

// Of 5 steps an epoch of a second each, in batches of 4, a validation of 60
// examples, a third of 15 steps, takes as long as the steps: 2 s a step in all.
func TestForecast(t *testing.T) {
	for _, c := range []struct {
		o    Options
		step time.Duration
		want Forecast
	}{
		{Options{}, time.Second, Forecast{Step: time.Second}},
		{Options{MaxSteps: 11}, time.Second, Forecast{11, 3, time.Second, 22 * time.Second}},
		{Options{MaxSteps: 11, MaxEpochs: 2}, time.Second, Forecast{10, 2, time.Second, 20 * time.Second}},
		{Options{MaxSteps: 11, MaxTime: 7 * time.Second}, time.Second, Forecast{3, 1, time.Second, 6 * time.Second}},
		{Options{MaxTime: time.Minute}, time.Second, Forecast{30, 6, time.Second, time.Minute}},
		{Options{MaxTime: time.Second}, time.Second, Forecast{1, 1, time.Second, 2 * time.Second}},
		{Options{MaxSteps: 11, MaxTime: time.Second}, 0, Forecast{Steps: 11, Epochs: 3}}, // too slow to measure
	} {
		c.o.Batch = 4
		if got := c.o.forecast(c.step, 5, 60); got != c.want {
			t.Errorf("%+v: %+v, want %+v", c.o, got, c.want)
		}
	}
}

// A rehearsal keeps nothing and tells nobody, and an interrupt ends it.
func TestForecastKeepsNothing(t *testing.T) {
	k := &memory{}
	tr := trainer(t, Options{MaxEpochs: 2}, k)
	f, err := tr.Forecast(t.Context())
	if err != nil || f.Steps != 6 || f.Epochs != 2 || f.Step <= 0 || f.Time < 6*f.Step {
		t.Errorf("%+v, %v", f, err)
	}
	if k.last != nil || k.best != nil || k.events != nil || tr.state.Step != 0 {
		t.Errorf("after a forecast: step %d, events %v, checkpoint %v", tr.state.Step, k.events, k.last)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tr.Forecast(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
