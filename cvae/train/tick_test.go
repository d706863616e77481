package train

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// A slow strategy is Joint at two seconds a step on a clock of its own.
type slow struct {
	Joint
	clock *time.Time
}

func (s slow) Step(ctx context.Context, of Session, b *dialog.Batch) (Tally, error) {
	*s.clock = s.clock.Add(2 * time.Second)
	return s.Joint.Step(ctx, of, b)
}

// told are the events of four epochs of three steps, every fifth of which is logged
// too.
func told(t *testing.T, tick time.Duration) []dialog.Event {
	t.Helper()
	k, clock := &memory{}, time.Unix(0, 0)
	tr := trainer(t, Options{MaxEpochs: 4, Tick: tick, Strategy: slow{clock: &clock}}, k)
	tr.options.Interval = 5
	tr.watch.now = func() time.Time { return clock }
	if err := tr.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return k.events
}

// Ticks come after three seconds without an event, tell of the steps since the
// last one, and change nothing in the events that are logged: not their means, not
// their speed.
func TestTicks(t *testing.T) {
	with := told(t, 3*time.Second)
	var ticks []int
	for _, e := range with {
		if e.Kind == dialog.Ticked {
			ticks = append(ticks, e.Step)
			if e.Rec <= 0 || e.TokensPerSecond <= 0 {
				t.Errorf("a tick without numbers: %+v", e)
			}
		}
	}
	// Steps 5, 10 and the ends of epochs, 3, 6, 9 and 12, are logged: only steps 2,
	// 8 and 12, the last before its epoch's end is told of, are four seconds after
	// an event.
	if diff := cmp.Diff([]int{2, 8, 12}, ticks); diff != "" {
		t.Errorf("ticks at steps (-want +got):\n%s", diff)
	}
	logged := slices.DeleteFunc(with, func(e dialog.Event) bool { return e.Kind == dialog.Ticked })
	if diff := cmp.Diff(told(t, 0), logged); diff != "" {
		t.Errorf("events without ticks and with them (-without +with):\n%s", diff)
	}
}
