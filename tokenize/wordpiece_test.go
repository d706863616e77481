package tokenize

import (
	"slices"
	"strings"
	"testing"
)

// pieces is a WordPiece file of a few tokens.
func pieces(t testing.TB) Tokenizer {
	t.Helper()
	f := strings.Replace(small, `"vocab":{"<pad>":0,"<unk>":1,"<s>":2,"</s>":3,"a":4}`,
		`"vocab":{"[UNK]":0,"un":1,"##aff":2,"##able":3,"##a":4,"a":5,"?":6,"##un":7,"é":8,"##é":9},"continuing_subword_prefix":"##","max_input_chars_per_word":9`, 1)
	f = strings.NewReplacer(`"WordLevel"`, `"WordPiece"`, `"unk_token":"<unk>"`, `"unk_token":"[UNK]"`).Replace(f)
	w, err := Load(strings.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The expected pieces were cut by hand; ids are the file's plus 3.
func TestWordPiece(t *testing.T) {
	w := pieces(t)
	for _, c := range []struct {
		text   string
		want   []int32
		decode string
		show   string
	}{
		{"", nil, "", ""},
		{"unaffable a?", []int32{4, 5, 6, 8, 9}, "unaffable a ?", "Unaffable a?"},
		{"aa unun", []int32{8, 7, 4, 10}, "aa unun", "Aa unun"},
		{"ééa", []int32{11, 12, 7}, "ééa", "Ééa"},
		{"unx a", []int32{Unk, 8}, "<unk> a", "<unk> a"},
		{"aaaaaaaaa", []int32{8, 7, 7, 7, 7, 7, 7, 7, 7}, "aaaaaaaaa", "Aaaaaaaaa"},
		{"aaaaaaaaaa", []int32{Unk}, "<unk>", "<unk>"}, // ten characters
		{"[UNK]", []int32{Unk, Unk, Unk}, "<unk> <unk> <unk>", "<unk> <unk> <unk>"},
	} {
		got, err := w.Encode(c.text)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %v, %v, want %v", c.text, got, err, c.want)
		}
		if decode, show := w.Decode(got), w.Text(got); decode != c.decode || show != c.show {
			t.Errorf("%q: Decode %q, Text %q; want %q, %q", c.text, decode, show, c.decode, c.show)
		}
	}
	if got := w.Decode([]int32{Start, 6, 5, -1, Pad, End, 99}); got != "##ableaff" {
		t.Errorf("got %q", got)
	}
}

func FuzzWordPiece(f *testing.F) {
	all := []Tokenizer{pieces(f), loadFile(f, "foreign/bert-uncased.json"), loadFile(f, "foreign/words-bert.json"), loadFile(f, "foreign/words-strip.json")}
	for _, s := range []string{"unaffable, ÉÀ!", "\xff\x00", "日本\u0301 İ", strings.Repeat("a", 250)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range all {
			ids, err := w.Encode(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range ids {
				if id != Unk && (id < 4 || int(id) >= w.Size()) {
					t.Fatalf("Encode(%q) gives id %d of %d", text, id, w.Size())
				}
			}
			if len(w.Decode(ids)) < len(ids) && len(ids) > 0 {
				t.Fatalf("%v is shown as %q", ids, w.Decode(ids))
			}
		}
	})
}
