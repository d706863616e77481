package corpora

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
)

func statsOf(t *testing.T, files map[string]string) Stats {
	t.Helper()
	s, err := openLines(t, Options{}, files).Stats(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLengths: the numbers are counted by hand from the lines.
func TestLengths(t *testing.T) {
	s := statsOf(t, map[string]string{
		"train.tsv": "a b\tc d e\na b\tc d e\nx y z a b\tc d\tf g\n",
		"valid.tsv": "a b\tc d\n",
		"test.tsv":  "a b\tc\n",
	})
	want := Lengths{
		// 2, 2 and 3 turns; 2, 3, 2, 3, 5, 2 and 2 tokens
		Turns:  Length{new(7.0 / 3), new(2), new(3), new(3), new(3)},
		Tokens: Length{new(19.0 / 7), new(2), new(5), new(5), new(5)},
	}
	if diff := cmp.Diff(want, s.Lengths[dialog.Train]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHistogram compares percentiles with those of the sorted lengths.
func TestHistogram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 200), rapid.IntRange(0, 1<<40)), 1, 50).Draw(t, "lengths")
		var h histogram
		for _, n := range all {
			h.add(n)
		}
		slices.Sort(all)
		for _, p := range []int{50, 95, 99} {
			exact := all[(p*len(all)+99)/100-1]
			if got := h.percentile(p); got < exact || float64(got-exact) > 0.016*float64(exact) || exact < 128 && got != exact {
				t.Fatalf("percentile %d of %v is %d, not %d", p, all, got, exact)
			}
		}
		if len(h.buckets) > 64*36 { // 41 bits: 128 and 64 for each of 34 powers
			t.Fatalf("%d buckets", len(h.buckets))
		}
	})
}

func TestNoLengths(t *testing.T) {
	if got := (&histogram{}).length(); got != (Length{}) {
		t.Errorf("no dialogue has the lengths %+v", got)
	}
}

func TestScripts(t *testing.T) {
	s := newScripts()
	for text, want := range map[string]string{
		"": "", "12 ?": "", "hello": "Latin", "naïve": "Latin", "привет": "Cyrillic", "hi привет": "Cyrillic",
		"こんにちは世界": "Japanese", "你好 ok": "Han", "안녕": "Hangul", "ab вг": "Cyrillic", "é": "Latin",
	} {
		if got := s.mainOf(text); got != want {
			t.Errorf("%q is in %q, want %q", text, got, want)
		}
	}
}

// TestWarnings has one fault in each corpus, or none.
func TestWarnings(t *testing.T) {
	fine := "good day\thello there\nhow are you\tfine\nwho is that\tmy friend\n"
	held := map[string]string{"valid.tsv": "what now\tnothing\n", "test.tsv": "where to\thome\n"}
	for want, train := range map[string]string{
		"":            fine,
		"leak pairs":  fine + "what now\tnothing\n",
		"pairs":       fine + "where to\thome\tthen go\n",
		"languages":   fine + "как дела\tхорошо\n",
		"control":     fine + "bell\a\tno\n",
		"undecodable": fine + "caf\ufffd\tyes\n",
		"long":        fine + "a\t" + strings.Repeat("word ", longTurn+1) + "\n",
	} {
		s := statsOf(t, map[string]string{"train.tsv": train, "valid.tsv": held["valid.tsv"], "test.tsv": held["test.tsv"]})
		var names []string
		for _, w := range s.Warnings {
			names = append(names, w.Name)
			if w.Count < 1 || w.Message == "" {
				t.Errorf("%s: %+v", want, w)
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("warnings %q, want %q: %+v", got, want, s.Warnings)
		}
	}
}

// A right-to-left override hides what a turn says; the marks that scripts
// written from the right need do not.
func TestIsControl(t *testing.T) {
	for r, want := range map[rune]bool{'\a': true, '\x00': true, '\u202e': true, '\u2067': true, '\t': false, '\u200f': false, 'a': false} {
		if got := isControl(r); got != want {
			t.Errorf("isControl(%q) = %v", r, got)
		}
	}
}

// TestTally compares with counting in maps.
func TestTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOf(rapid.Uint64Range(0, 9))
		left, right := some.Draw(t, "left"), some.Draw(t, "right")
		var a, b tally
		seen, both := map[uint64]bool{}, 0
		for _, k := range left {
			a.add(key(k))
			seen[k] = true
			if slices.Contains(right, k) {
				both++
			}
		}
		for _, k := range right {
			b.add(key(k))
		}
		if a.repeated() != len(left)-len(seen) || shared(&a, &b) != both {
			t.Fatalf("%d repeated and %d shared of %v and %v", a.repeated(), shared(&a, &b), left, right)
		}
	})
}
