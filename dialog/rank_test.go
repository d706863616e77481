package dialog

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestBest is worked out by hand: of five drawn texts with ln p(x|z,c) −2, −1, −4, −3, −2
// and ln p(x) −4, −0.5, −9, −4, −4, the scores for λ 0.5 are 0, −0.75, 0.5, −1 and 0.
func TestBest(t *testing.T) {
	texts := []string{"sure", "ok", "blue whales", "sure", "maybe"}
	given, marginal := []float64{-2, -1, -4, -3, -2}, []float64{-4, -0.5, -9, -4, -4}
	scores := func(lambda float64) (out []float64) {
		for i, l := range given {
			out = append(out, l-lambda*marginal[i])
		}
		return out
	}
	for n, want := range map[int][]int{
		1: {2}, 2: {2, 0}, 3: {2, 0, 4}, 4: {2, 0, 4, 1},
		5: {2, 0, 4, 1, 3}, // the second "sure" comes after all that differ
	} {
		if got := Best(n, texts, scores(0.5)); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
	// The likeliest loop, and then what has no words; equal ones are last.
	texts = []string{"food, food, food", "", "tea", "A, B, A, B", "cake", "cake"}
	if got := Best(6, texts, []float64{0, -1, -4, -2, -5, -3}); !slices.Equal(got, []int{5, 2, 0, 3, 1, 4}) {
		t.Errorf("with loops: %v", got)
	}
	texts = []string{"sure", "ok", "blue whales", "sure", "maybe"}
	// Without p(x) the safe answer is first.
	if got := Best(2, texts, scores(0)); !slices.Equal(got, []int{1, 0}) {
		t.Errorf("λ 0: %v", got)
	}
}

func TestRankCheck(t *testing.T) {
	for want, change := range map[string]func(*Sampling){
		"": func(s *Sampling) { s.Rank = &Rank{By: RankJoint} },
		`rank is "mmi"; it must be joint, or left out`: func(s *Sampling) { s.Rank = &Rank{By: "mmi"} },
		"lambda is NaN; it must be from 0 to 100":      func(s *Sampling) { s.Rank = &Rank{RankJoint, math.NaN()} },
		"lambda is -0.5": func(s *Sampling) { s.Rank = &Rank{RankJoint, -0.5} },
		"n is 2501; with a rank, which draws 4 for each, it must be at most 2500": func(s *Sampling) { s.N, s.Rank = 2501, &Rank{By: RankJoint} },
	} {
		s := DefaultSampling()
		change(&s)
		err := s.Check()
		if err == nil != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if (s.Bounded().Rank == nil) != (err != nil) {
			t.Errorf("%q: bounded it is %v", want, s.Bounded().Rank)
		}
	}
	// A saved setting without a rank stays the text that it was.
	b, err := json.Marshal(DefaultSampling())
	if err != nil || strings.Contains(string(b), "rank") {
		t.Errorf("%s, %v", b, err)
	}
}
