package tensorboard

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
)

// TestRoundTrip: a reader gets back what any event says.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Float64()
		e := dialog.Event{
			Kind: dialog.Stepped, Step: rapid.IntMin(0).Draw(t, "step"), Rec: number.Draw(t, "rec"), KL: number.Draw(t, "kl"),
			LatentDim: 1, Observed: rapid.MapOf(rapid.String(), number).Draw(t, "observed"),
			Elapsed: time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "elapsed")),
		}
		at := began.Add(e.Elapsed)
		events, err := readFile(record(summaryEvent(at, e.Step, summarise(e))))
		if err != nil || len(events) != 1 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		got := tags(events[0])
		for tag, want := range map[string]float64{"distortion/rec": e.Rec, "rate/kl": e.KL} {
			if math.Float32bits(got[tag]) != math.Float32bits(float32(want)) {
				t.Errorf("%s is %v, want %v", tag, got[tag], want)
			}
		}
		for name, want := range e.Observed {
			if math.Float32bits(got["method/"+name]) != math.Float32bits(float32(want)) {
				t.Errorf("%q is %v, want %v", name, got["method/"+name], want)
			}
		}
		if events[0].Step != int64(e.Step) || events[0].Wall != float64(at.UnixNano())/1e9 {
			t.Errorf("step %d at %f", events[0].Step, events[0].Wall)
		}
	})
}

// TestHistogram: whatever the numbers, every finite one is in the bucket whose
// limits hold it.
func TestHistogram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.OneOf(rapid.Float64Range(-1, 20), rapid.Just(3.0), rapid.Float64(), rapid.Just(math.NaN()))).Draw(t, "list")
		var h readHistogram
		m := histogramOf(list)
		if err := h.read(m); err != nil {
			t.Fatal(err)
		}
		finite := slices.DeleteFunc(slices.Clone(list), func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
		if (m == nil) != (len(finite) == 0) || h.Num != float64(len(finite)) {
			t.Fatalf("%v numbers of %v", h.Num, finite)
		}
		counted := 0.0
		for i, n := range h.Counts {
			counted += n
			if i == len(h.Counts)-1 {
				break // rounding may leave the last limit below the largest number
			}
			if want := count(finite, h.Limits[i]); counted != want {
				t.Errorf("%v numbers up to %v, want %v", counted, h.Limits[i], want)
			}
		}
		if counted != h.Num && m != nil {
			t.Errorf("%v numbers in the buckets, of %v", counted, h.Num)
		}
	})
}

// count is how many numbers are at most limit.
func count(list []float64, limit float64) (n float64) {
	for _, x := range list {
		if x <= limit {
			n++
		}
	}
	return n
}

// FuzzText: any text comes back, with what is not UTF-8 replaced.
func FuzzText(f *testing.F) {
	f.Add("warnings", "a sentence")
	f.Add("\xff", strings.Repeat("x", 300))
	f.Fuzz(func(t *testing.T, tag, text string) {
		var s summary
		s.text(tag, text)
		data := record(summaryEvent(began, 1, s))
		events, err := readFile(data)
		if err != nil {
			t.Fatal(err)
		}
		v := events[0].Values[0]
		if v.Tag != strings.ToValidUTF8(tag, "\ufffd") || *v.Text != strings.ToValidUTF8(text, "\ufffd") {
			t.Errorf("value %+v of %q, %q", v, tag, text)
		}
		flipped := bytes.Clone(data)
		flipped[len(data)/2] ^= 1
		if _, err := readFile(flipped); err == nil {
			t.Error("a changed byte went unseen")
		}
	})
}
