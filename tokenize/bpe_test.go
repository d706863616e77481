package tokenize

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func mustTrainBPE(t testing.TB, o BPEOptions, lines ...string) *BPE {
	t.Helper()
	b, err := TrainBPE(texts(lines...), o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// trainedBPE leaves out every fifth text, as testdata/foreign.py does.
func trainedBPE(t testing.TB, lines []string) *BPE {
	t.Helper()
	var kept []string
	for i, s := range lines {
		if i%5 != 4 {
			kept = append(kept, s)
		}
	}
	return mustTrainBPE(t, BPEOptions{Size: 500, MinCount: 1}, kept...)
}

// The file is also what the library's trainer makes of the same texts: see
// testdata/foreign.py, which loads it and saves it again byte for byte.
func TestBPEGolden(t *testing.T) {
	lines, _ := readVectors(t)
	got := save(t, trainedBPE(t, lines))
	path := filepath.Join("testdata", "bpe.json")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s (-want +got):\n%s", path, cmp.Diff(string(want), string(got)))
	}
}

// The expected ids are those of Hugging Face's tokenizers 0.23.3.
func TestBPEAgrees(t *testing.T) {
	lines, want := readVectors(t)
	b := trainedBPE(t, lines)
	for i, s := range lines {
		var ids []int
		got, err := b.Encode(s)
		for _, id := range got {
			ids = append(ids, int(id))
		}
		if diff := cmp.Diff(want.IDs["bpe"][i], ids, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("ids of %q, %v (-tokenizers %s +ours):\n%s", s, err, want.Tokenizers, diff)
		}
		if back := b.Decode(got); back != s {
			t.Errorf("%q comes back as %q", s, back)
		}
	}
}

func TestBPELower(t *testing.T) {
	b := mustTrainBPE(t, BPEOptions{Lower: true}, "hello hello")
	ids, _ := b.Encode("HELLO É")
	if got := b.Text(ids); got != "hello é" || b.Token(ids[0]) != "hello" {
		t.Errorf("got %q, first token %q", got, b.Token(ids[0]))
	}
}

// Ids of bytes are 4 plus their place in GPT-2's alphabet: B stands 33 places after
// !; é is the bytes C3, the 21st after AE, before which are 94 of ASCII and A1 to AC,
// and A9, the eighth after A1.
func TestBPEBytes(t *testing.T) {
	b := mustTrainBPE(t, BPEOptions{Size: minBPE}, "x")
	got, _ := b.Encode("!Bé")
	if want := []int32{4, 37, 4 + 94 + 12 + 21, 4 + 94 + 8}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if b.Size() != minBPE {
		t.Errorf("size %d", b.Size())
	}
}

// What a model may say need not be a text.
func TestBPEText(t *testing.T) {
	b := mustTrainBPE(t, BPEOptions{}, "aéaé")
	id := func(c byte) int32 { return b.bytes[c] }
	for _, c := range []struct {
		ids  []int32
		want string
	}{
		{nil, ""},
		{[]int32{Start, id('a'), Pad, id('b'), End, -1, 9999}, "ab"},
		{[]int32{id('a'), Unk}, "a<unk>"},
		{[]int32{id(0xc3), id(0xa9)}, "é"},
		{[]int32{id('a'), id(0xc3)}, "a\ufffd"},
		{[]int32{id(0xa9), id('a')}, "\ufffda"},
		{[]int32{id(0x1b), id('['), id('\n'), id('x'), id(0)}, "[ x"},
	} {
		if got := b.Text(c.ids); got != c.want {
			t.Errorf("Text(%v) = %q, want %q", c.ids, got, c.want)
		}
	}
	for id, want := range map[int32]string{-1: "", Pad: "<pad>", id('a'): "a", id(' '): " ", id(0xc3): "\ufffd", id(0x1b): "", 9999: ""} {
		if got := b.Token(id); got != want {
			t.Errorf("Token(%d) = %q, want %q", id, got, want)
		}
	}
}

// RoBERTa's space before each text is not the text's.
func TestBPEPrefix(t *testing.T) {
	b := loadFile(t, filepath.Join("foreign", "roberta.json"))
	for text, want := range map[string]string{"a b": "a b", " a": "a", "  a": " a", "": "", " ": ""} {
		ids, _ := b.Encode(text)
		if got := b.Decode(ids); got != want {
			t.Errorf("%q comes back as %q", text, got)
		}
	}
}

// Run with -race: many goroutines share one tokenizer and its cache.
func TestBPEConcurrentUse(t *testing.T) {
	b := mustTrainBPE(t, BPEOptions{}, "hello there hello there")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				ids, _ := b.Encode("hello there, hé")
				if got := b.Decode(ids); got != "hello there, hé" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	group.Wait()
}

func TestWordCacheIsBounded(t *testing.T) {
	var c wordCache
	for i := range maxCached + 10 {
		c.put(string(rune(0x4e00+i%20000))+string(rune('a'+i/20000)), []int32{1})
	}
	c.put(strings.Repeat("x", maxCachedWord+1), []int32{1})
	if len(c.ids) != maxCached {
		t.Errorf("%d words", len(c.ids))
	}
}

func FuzzBPE(f *testing.F) {
	for _, s := range []string{"Hello, wörld!", "İ's 'll  x", "\xff\xfe\x00", "e\u0301\u200d👨\u200d👩", strings.Repeat(" ", 300), strings.Repeat("ab", 80)} {
		f.Add(s)
	}
	b := mustTrainBPE(f, BPEOptions{}, "hello world hello world! !! I'll don't  ab ab 你好 你好")
	f.Fuzz(func(t *testing.T, text string) {
		ids, err := b.Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if int(id) < len(Specials) || int(id) >= b.Size() {
				t.Fatalf("Encode(%q) gives id %d of %d", text, id, b.Size())
			}
		}
		if back := b.Decode(ids); back != Sanitise(text) {
			t.Fatalf("%q, sanitised %q, comes back as %q", text, Sanitise(text), back)
		}
	})
}
