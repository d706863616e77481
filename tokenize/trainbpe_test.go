package tokenize

import (
	"errors"
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

func TestTrainBPEErrors(t *testing.T) {
	broken := errors.New("disk is gone")
	failing := func(yield func(string, error) bool) { _ = yield("a", nil) && yield("", broken) }
	if _, err := TrainBPE(failing, BPEOptions{}); !errors.Is(err, broken) {
		t.Errorf("error of texts: got %v", err)
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
