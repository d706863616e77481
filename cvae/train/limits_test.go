package train

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReached names the first limit that a run has come to, and no other.
func TestReached(t *testing.T) {
	o := Options{MaxSteps: 10, MaxEpochs: 3, MaxTime: time.Minute}
	for _, row := range []struct {
		step, epoch int
		elapsed     time.Duration
		want        string
	}{
		{9, 2, time.Minute - 1, ""},
		{10, 2, 0, "10 steps done"},
		{9, 3, 0, "3 epochs done"},
		{9, 2, time.Minute, "1m0s spent"},
	} {
		if got := o.reached(row.step, row.epoch, row.elapsed); got != row.want {
			t.Errorf("%+v: %q", row, got)
		}
	}
	if got := (Options{}).reached(1e9, 1e9, 1e18); got != "" {
		t.Errorf("without limits: %q", got)
	}
}

// TestRemaining is the time to the nearest limit: of 10 planned steps 4 took 8
// seconds, so 6 take 12.
func TestRemaining(t *testing.T) {
	for want, o := range map[time.Duration]Options{
		0:                {},
		12 * time.Second: {MaxSteps: 10},
		32 * time.Second: {MaxEpochs: 4, MaxSteps: 99}, // of 5 steps
		2 * time.Second:  {MaxSteps: 10, MaxTime: 10 * time.Second},
		time.Second:      {MaxTime: time.Second},
	} {
		if got := o.remaining(4, 5, 8*time.Second); got != want {
			t.Errorf("%+v: %v, want %v", o, got, want)
		}
	}
}

// ticking is a clock that goes on by a second whenever it is looked at.
func ticking() func() time.Time {
	at := time.Unix(0, 0)
	return func() time.Time { at = at.Add(time.Second); return at }
}

// TestWatch counts time aside to the run, but not to the lap.
func TestWatch(t *testing.T) {
	at := time.Unix(0, 0)
	w := &watch{now: func() time.Time { return at }, before: time.Hour}
	w.start()
	at = at.Add(3 * time.Second)
	failed := errors.New("failed")
	if err := w.aside(func() error { at = at.Add(7 * time.Second); return failed }); err != failed {
		t.Errorf("aside returned %v", err)
	}
	got := []time.Duration{w.elapsed(), w.lap(), w.lap(), w.elapsed()}
	if diff := cmp.Diff([]time.Duration{time.Hour + 10*time.Second, 3 * time.Second, 0, time.Hour + 10*time.Second}, got); diff != "" {
		t.Error(diff)
	}
	s := saver{watch: w, every: time.Minute}
	s.put()
	at = at.Add(time.Minute - 1)
	early := s.due()
	if at = at.Add(1); early || !s.due() {
		t.Error("a save is not due after a minute")
	}
}

// TestMaxTime ends by the clock, one that goes on a second at each look: no step
// begins when the time is spent, and a resumed run has what the first left.
func TestMaxTime(t *testing.T) {
	var k memory
	for _, limit := range []time.Duration{20 * time.Second, 40 * time.Second} {
		tr := trainer(t, Options{MaxTime: limit}, &k)
		tr.watch.now = ticking()
		before := 0
		if k.last != nil {
			before = k.last.Step
		}
		if err := tr.Run(context.Background(), k.last); err != nil {
			t.Fatal(err)
		}
		if tr.Finished() != limit.String()+" spent" || k.last.Step == before {
			t.Errorf("ended at step %d, after %d: %s", k.last.Step, before, tr.Finished())
		}
		for _, e := range k.events {
			if e.Step < k.last.Step && e.Elapsed >= limit {
				t.Errorf("a step began after %v of %v", e.Elapsed, limit)
			}
		}
	}
}

// TestRecord follows validations: a better bound is the best and resets the
// patience, one that is equal or no number does not.
func TestRecord(t *testing.T) {
	var r record
	o := Optimiser{Patience: 2, DecayFrom: 4}
	for i, row := range []struct {
		bound         float64
		best, patient bool
	}{
		{5, true, true}, {5, false, true}, {4, true, true}, {math.NaN(), false, true}, {4.5, false, false}, {3, true, true},
	} {
		if best := r.add(row.bound, 10*i, false); best != row.best || r.Validated != 10*i || r.patient(o, 4) != row.patient {
			t.Errorf("validation %d, %g: best %v, %+v", i, row.bound, best, r)
		}
	}
	if *r.Best != 3 || r.BestStep != 50 {
		t.Errorf("the record is %g of step %d", *r.Best, r.BestStep)
	}
	if r.Stale = 9; !r.patient(o, 3) {
		t.Error("the learning rate decays before its epoch")
	}
}

// Validations at a rising weight of the rate wear out no patience: a cycle of
// annealing that begins at a low weight would halve the learning rate.
func TestRecordWhileRising(t *testing.T) {
	var r record
	o := Optimiser{Patience: 2}
	r.add(5, 1, false)
	for step := 2; step < 9; step++ {
		r.add(9, step, true)
	}
	if !r.patient(o, 9) {
		t.Errorf("patience is lost at a rising weight: %+v", r)
	}
	r.add(9, 9, false)
	if r.add(9, 10, false); r.patient(o, 9) {
		t.Errorf("patience is endless: %+v", r)
	}
}

// TestEndedBeforeClosing: a closing phase does not hide why training ended, and
// training that is in it has not ended.
func TestEndedBeforeClosing(t *testing.T) {
	for _, c := range []struct {
		state           state
		spent, improved bool
	}{
		{state{}, false, false},
		{state{Finished: "5s" + outOfTime}, true, false},
		{state{Finished: stopped}, false, true},
		{state{Ending: "5s" + outOfTime}, false, false},
		{state{Ending: "5s" + outOfTime, Finished: "5s spent; then 3 epochs of the prior"}, true, false},
		{state{Ending: stopped, Finished: stopped + "; then 3 epochs of the prior"}, false, true},
	} {
		trainer := &Trainer{state: c.state}
		if trainer.OutOfTime() != c.spent || trainer.Stopped() != c.improved {
			t.Errorf("%+v: out of time %v, stopped %v", c.state, trainer.OutOfTime(), trainer.Stopped())
		}
	}
}
