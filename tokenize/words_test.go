package tokenize

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// texts yields lines without an error.
func texts(lines ...string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
	}
}

func mustTrain(t testing.TB, o Options, lines ...string) *Words {
	t.Helper()
	w, err := TrainWords(texts(lines...), o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTrainWordsOrder(t *testing.T) {
	lines := []string{"b b a a z", "c Ä B", "z z <unk> <s>", "é e"}
	for _, c := range []struct {
		name string
		o    Options
		want []string // counted by hand; ties by bytes, so capitals first and Ä last
	}{
		{"all", Options{Split: Space}, []string{"z", "a", "b", "B", "c", "e", "Ä", "é"}},
		{"lower", Options{Split: Space, Lower: true}, []string{"b", "z", "a", "c", "e", "ä", "é"}},
		{"size", Options{Split: Space, Size: 6}, []string{"z", "a"}},
		{"count", Options{Split: Space, MinCount: 2}, []string{"z", "a", "b"}},
		{"both", Options{Split: Space, MinCount: 3, Size: 6}, []string{"z"}},
		{"punct", Options{MinCount: 2}, []string{"z", "<", ">", "a", "b"}},
	} {
		want := append(slices.Clone(Specials[:]), c.want...)
		if diff := cmp.Diff(want, mustTrain(t, c.o, lines...).tokens); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		slices.Reverse(lines)
		if diff := cmp.Diff(want, mustTrain(t, c.o, lines...).tokens); diff != "" {
			t.Errorf("%s: the order of texts matters:\n%s", c.name, diff)
		}
	}
}

func TestTrainWordsErrors(t *testing.T) {
	broken := errors.New("disk is gone")
	failing := func(yield func(string, error) bool) { _ = yield("a", nil) && yield("", broken) }
	if _, err := TrainWords(failing, Options{}); !errors.Is(err, broken) {
		t.Errorf("error of texts: got %v", err)
	}
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Split: 7}, "Split(7) is not a way to split words"},
		{Options{Size: 4}, "leaves no room"},
		{Options{Size: -1}, "leaves no room"},
		{Options{MinCount: -1}, "is negative"},
		{Options{MinCount: 3}, "no word occurs at least 3 times"},
	} {
		if _, err := TrainWords(texts("a b"), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got error %v, want %q", c.o, err, c.want)
		}
	}
}

func TestEncodeDecode(t *testing.T) {
	punct := mustTrain(t, Options{Lower: true}, "a b b , < > s unk")
	space := mustTrain(t, Options{Split: Space}, "a b b")
	for _, c := range []struct {
		w    *Words
		text string
		want []int32
		back string
	}{
		{space, "b a", []int32{4, 5}, "b a"},
		{space, "a <unk> c", []int32{5, Unk, Unk}, "a <unk> <unk>"},
		{space, "<pad> <s> a </s> <unk>", []int32{Unk, Unk, 5, Unk, Unk}, "<unk> <unk> a <unk> <unk>"},
		{space, " \t\xff\u200b\n", nil, ""},
		{punct, "A,B", []int32{8, 5, 4}, "a , b"}, // ties by bytes: , < > a s unk from 5 on
		{punct, "<S>", []int32{6, 9, 7}, "< s >"},
		{punct, "<unk>", []int32{6, 10, 7}, "< unk >"},
	} {
		got, err := c.w.Encode(c.text)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Encode(%q) = %v, %v, want %v", c.text, got, err, c.want)
		}
		if back := c.w.Decode(got); back != c.back {
			t.Errorf("Decode(%v) = %q, want %q", got, back, c.back)
		}
	}
	if got := space.Decode([]int32{Start, -1, 4, Pad, Unk, 6, End}); got != "b <unk>" {
		t.Errorf("Decode dropped the wrong ids: %q", got)
	}
}

func TestToken(t *testing.T) {
	w := mustTrain(t, Options{}, "a")
	for id, want := range map[int32]string{-1: "", 0: "<pad>", 1: "<unk>", 2: "<s>", 3: "</s>", 4: "a", 5: ""} {
		if got := w.Token(id); got != want {
			t.Errorf("Token(%d) = %q, want %q", id, got, want)
		}
	}
	if w.Size() != 5 {
		t.Errorf("Size = %d, want 5", w.Size())
	}
}

// Run with -race: many goroutines share one tokenizer.
func TestConcurrentUse(t *testing.T) {
	w := mustTrain(t, Options{Lower: true}, "a b c d")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				ids, _ := w.Encode("D c, B É a")
				if got := w.Decode(ids); got != "d c <unk> b <unk> a" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	group.Wait()
}

func TestSplitString(t *testing.T) {
	for split, want := range map[Split]string{Punct: "punct", Space: "space", 9: "Split(9)"} {
		if got := split.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Stopping early must not run on: the loop would panic.
func TestSplitWordsStops(t *testing.T) {
	for word := range SplitWords("a b", Options{}) {
		if word != "a" {
			t.Errorf("first word is %q", word)
		}
		break
	}
}

func FuzzEncode(f *testing.F) {
	for _, s := range []string{"Hello, wörld!", "İ", "<s> <unk>", "\xff\xfe\x00", "e\u0301\u200d👨\u200d👩", strings.Repeat("\u0344", 40), strings.Repeat("ab.", 80)} {
		f.Add(s)
	}
	var all []*Words
	for _, o := range variants {
		all = append(all, mustTrain(f, o, "hello world ! , a b . i\u0307"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range all {
			ids, err := w.Encode(text)
			again, _ := w.Encode(text)
			if err != nil || !slices.Equal(ids, again) {
				t.Fatalf("Encode(%q) = %v, %v, then %v", text, ids, err, again)
			}
			for _, id := range ids {
				if id != Unk && (id < 4 || int(id) >= w.Size()) {
					t.Fatalf("Encode(%q) gives id %d of %d", text, id, w.Size())
				}
			}
			for word := range w.Words(text) {
				if word == "" || len([]rune(word)) > 2*maxWord || strings.ContainsFunc(word, isUnprintable) {
					t.Fatalf("a word of %q is %q", text, word)
				}
			}
		}
	})
}
