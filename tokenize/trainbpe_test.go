package tokenize

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// merged returns the merges of b as text.
func merged(b *BPE) []string {
	var out []string
	for _, p := range b.merges {
		out = append(out, b.pieces[p.left]+"+"+b.pieces[p.right])
	}
	return out
}

// The merges were counted by hand. In the first case aa, which occurs four times, comes
// first, then ab and aa+ab twice each by ids: Wikipedia's example of byte-pair
// encoding, in which the pair chosen second differs.
func TestTrainBPEMerges(t *testing.T) {
	for _, c := range []struct {
		name  string
		o     BPEOptions
		lines []string
		want  []string
	}{
		{"wikipedia", BPEOptions{}, []string{"aaabdaaabac"}, []string{"a+a", "a+b", "aa+ab"}},
		{"size", BPEOptions{Size: minBPE + 1}, []string{"aaabdaaabac"}, []string{"a+a"}},
		{"count", BPEOptions{MinCount: 3}, []string{"aaabdaaabac"}, []string{"a+a"}},
		{"ties by ids", BPEOptions{}, []string{"zy ba", "zy ba"}, []string{"b+a", "z+y", " +ba"}},
		{"words apart", BPEOptions{}, []string{"ab", "b a", "b a"}, []string{" +a"}},
		{"once", BPEOptions{MinCount: 1}, []string{"abc"}, []string{"a+b", "ab+c"}},
		{"nothing twice", BPEOptions{}, []string{"abc"}, nil},
	} {
		if diff := cmp.Diff(c.want, merged(mustTrainBPE(t, c.o, c.lines...))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestTrainBPEIgnoresOrder(t *testing.T) {
	lines, _ := readVectors(t)
	want := save(t, mustTrainBPE(t, BPEOptions{Size: 700}, lines...))
	slices.Reverse(lines)
	if got := save(t, mustTrainBPE(t, BPEOptions{Size: 700}, lines...)); string(got) != string(want) {
		t.Error("the order of the texts matters")
	}
}

// clauses are those of a text without spaces, as in Chinese, of 400 characters; each is one word.
func clauses(n int) map[string]int {
	random := rand.New(rand.NewPCG(1, 1))
	counts := map[string]int{}
	for range n {
		var clause strings.Builder
		for range 12 + random.IntN(9) {
			clause.WriteRune(rune(0x4e00 + 7*random.IntN(400)))
		}
		counts[clause.String()]++
	}
	return counts
}

// TestTrainBPELongWords: a merge adds at most two pairs to a word. Where each pair of a changed word was noted again, the
// notes grew with each merge by a factor, and 600 clauses took minutes.
func TestTrainBPELongWords(t *testing.T) {
	counts, told := clauses(60), 0
	bytes := 0
	for word := range counts {
		bytes += len(word)
	}
	learner := newTrainer(counts)
	if err := learner.train(BPEOptions{Size: minBPE + 70, Merged: func(done, most int) error {
		if told++; done != told || most != 70 {
			t.Errorf("merge %d of 70 was told as %d of %d", told, done, most)
		}
		return nil
	}}); err != nil || told != 70 {
		t.Errorf("%d merges were told, and the error is %v", told, err)
	}
	noted := 0
	for _, words := range learner.where {
		noted += len(words)
	}
	if noted > 3*bytes {
		t.Errorf("%d words are noted for pairs of %d bytes", noted, bytes)
	}
}

// TestTrainBPECountsAnew: the merges are those of counting all pairs anew before each of them.
func TestTrainBPECountsAnew(t *testing.T) {
	lines, _ := readVectors(t)
	counts := clauses(40)
	for _, line := range lines[:min(100, len(lines))] {
		counts[line]++
	}
	counts["aaaaaaa"], counts["abababa"] = 3, 2
	fast, slow := newTrainer(counts), newTrainer(counts)
	const merges = 150
	if err := fast.train(BPEOptions{Size: minBPE + merges, MinCount: 1}); err != nil {
		t.Fatal(err)
	}
	for len(slow.tokens) < len(fast.tokens) {
		var top counted
		pairs := map[pair]int{}
		for i, ids := range slow.words {
			for j := 1; j < len(ids); j++ {
				pairs[pair{ids[j-1], ids[j]}] += slow.counts[i]
			}
		}
		for p, n := range pairs {
			if c := (counted{p, n}); top.n == 0 || c.before(top) {
				top = c
			}
		}
		id := slow.number(slow.tokens[top.left] + slow.tokens[top.right])
		slow.merges = append(slow.merges, surfaces{slow.tokens[top.left], slow.tokens[top.right]})
		for i, ids := range slow.words {
			var out []int32
			for j := 0; j < len(ids); j++ {
				if j+1 < len(ids) && ids[j] == top.left && ids[j+1] == top.right {
					out = append(out, id)
					j++
				} else {
					out = append(out, ids[j])
				}
			}
			slow.words[i] = out
		}
	}
	if diff := cmp.Diff(slow.merges, fast.merges); diff != "" || len(fast.merges) < merges {
		t.Errorf("%d merges (-anew +got):\n%s", len(fast.merges), diff)
	}
}

func TestTrainBPEErrors(t *testing.T) {
	broken := errors.New("disk is gone")
	failing := func(yield func(string, error) bool) { _ = yield("a", nil) && yield("", broken) }
	if _, err := TrainBPE(failing, BPEOptions{}); !errors.Is(err, broken) {
		t.Errorf("error of texts: got %v", err)
	}
	if _, err := TrainBPE(texts("ababab"), BPEOptions{Merged: func(int, int) error { return broken }}); !errors.Is(err, broken) {
		t.Errorf("error of Merged: got %v", err)
	}
	for _, c := range []struct {
		o    BPEOptions
		text string
		want string
	}{
		{BPEOptions{Size: minBPE - 1}, "a", "use at least 260"},
		{BPEOptions{Size: -1}, "a", "use at least 260"},
		{BPEOptions{MinCount: -1}, "a", "is negative"},
		{BPEOptions{}, "\x00", "no text to learn from"},
	} {
		if _, err := TrainBPE(texts(c.text), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got error %v, want %q", c.o, err, c.want)
		}
	}
}
