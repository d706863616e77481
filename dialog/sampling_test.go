package dialog

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSamplingCheck(t *testing.T) {
	if err := DefaultSampling().Check(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Sampling){
		"":                                   func(s *Sampling) { *s = Sampling{N: 10000, Temperature: 1000, TopP: 1e-300, TopK: 1e9, PriorScale: 0} },
		"n is 0; it must be from 1 to 10000": func(s *Sampling) { *s = Sampling{} },
		"n is 10001":                         func(s *Sampling) { s.N = 10001 },
		"temperature is -1; it must be from 0 to 1000": func(s *Sampling) { s.Temperature = -1 },
		"temperature is +Inf":                          func(s *Sampling) { s.Temperature = math.Inf(1) },
		"top-p is 0; it must be above 0 and at most 1": func(s *Sampling) { s.TopP = 0 },
		"top-p is NaN":                                   func(s *Sampling) { s.TopP = math.NaN() },
		"beam draws no words":                            func(s *Sampling) { s.Beam, s.TopK = 2, 3 },
		"top-k is -1; it must be from 0 to 1e+09":        func(s *Sampling) { s.TopK = -1 },
		"no-repeat-ngram is -1; it must be from 0":       func(s *Sampling) { s.NoRepeat = -1 },
		"prior-scale is -0.5; it must be from 0 to 1000": func(s *Sampling) { s.PriorScale = -0.5 },
	} {
		s := DefaultSampling()
		change(&s)
		if err := s.Check(); err == nil != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
}

// TestSamplingRanges: each reads what it wrote, and no other number changes.
func TestSamplingRanges(t *testing.T) {
	s, want := DefaultSampling(), map[string]float64{"n": 5, "temperature": 0, "top-p": 1, "top-k": 0, "prior-scale": 1, "beam": 0, "no-repeat-ngram": 0}
	for _, r := range SamplingRanges() {
		r.Set(&s, r.High)
		want[r.Name] = r.High
		got := map[string]float64{}
		for _, r := range SamplingRanges() {
			got[r.Name] = r.Get(s)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("setting %s: %s", r.Name, diff)
		}
		if r.Whole == r.Holds(r.High-0.5) || r.Holds(r.High+1) || r.Holds(r.Low) == r.Above {
			t.Errorf("%s does not hold its own ends", r.Name)
		}
	}
}

func TestSamplingBounded(t *testing.T) {
	s := Sampling{N: 0, Temperature: 7, TopP: 0, TopK: 3, PriorScale: math.Inf(1), Seed: 9, Labels: map[string]string{"a": "b"}}
	want := Sampling{N: 5, Temperature: 7, TopP: 1, TopK: 3, PriorScale: 1, Seed: 9, Labels: map[string]string{"a": "b"}}
	if diff := cmp.Diff(want, s.Bounded()); diff != "" {
		t.Error(diff)
	}
}
