package watch

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
)

// However many events there are, few points are kept, in order, and the mean
// over their events is that of the events.
func TestHistoryKeepsTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6*limit).Draw(t, "events")
		var h history
		sum := 0.0
		for i := range n {
			v := float64(i%7) + float64(i)/100
			sum += v
			h.add(dialog.Event{Kind: dialog.Stepped, Step: i + 1, Rec: v, KL: 2 * v, KLPerDim: []float64{v, -v}})
		}
		events, mean, last := 0, 0.0, 0
		for i, p := range h.points {
			if p.step <= last || i+1 < len(h.points) && p.events != max(1, h.each) {
				t.Fatalf("point %d is of step %d after %d and of %d events", i, p.step, last, p.events)
			}
			last, events, mean = p.step, events+p.events, mean+float64(p.events)*p.rec/float64(n)
			if math.Abs(p.kl-2*p.rec) > 1e-9*p.kl || math.Abs(p.parts[1]+p.rec) > 1e-9*p.rec {
				t.Fatalf("a point of rec %v, kl %v, dimensions %v", p.rec, p.kl, p.parts)
			}
		}
		if len(h.points) > limit || events != n || last != n || math.Abs(mean-sum/float64(n)) > 1e-9*mean {
			t.Fatalf("%d points of %d events up to step %d with mean %v; want at most %d of %d with %v", len(h.points), events, last, mean, limit, n, sum/float64(n))
		}
	})
}

// A run resumed from a checkpoint repeats steps.
func TestHistoryForgetsWhatIsRepeated(t *testing.T) {
	var h history
	for _, step := range []int{10, 20, 30, 40} {
		h.add(dialog.Event{Kind: dialog.Stepped, Step: step, Rec: float64(step)})
		h.add(dialog.Event{Kind: dialog.Validated, Step: step, Bound: float64(step), Best: true})
	}
	h.add(dialog.Event{Kind: dialog.Stepped, Step: 30, Rec: -1})
	if n := len(h.points); n != 3 || h.points[2].rec != -1 {
		t.Errorf("the curve is %v", h.points)
	}
	if best, ok := h.best(); !ok || best.step != 20 || len(h.validations) != 2 {
		t.Errorf("validations %v, best %v", h.validations, best)
	}
}

func TestDimensions(t *testing.T) {
	var h history
	h.add(dialog.Event{Kind: dialog.Stepped, Step: 1, KLPerDim: []float64{1, 3, 5}})
	h.add(dialog.Event{Kind: dialog.Stepped, Step: 2, KLPerDim: []float64{2}})
	if got := h.kl(0, 2); got[0] != 2 || !math.IsNaN(got[1]) {
		t.Errorf("got %v, want [2 NaN]", got)
	}
}
