package metric

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func vocabulary(words ...string) map[string]bool {
	out := make(map[string]bool)
	for _, word := range words {
		out[word] = true
	}
	return out
}

// values is the words of v and their vectors.
func values(v *Vectors) map[string][]float32 {
	out := make(map[string][]float32)
	for word, x := range v.words {
		out[word] = x.values
	}
	return out
}

func TestReadVectors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       map[string][]float32
	}{
		{"two words", "tea 0.5 -1\ncup 2 3e-1\n", map[string][]float32{"tea": {.5, -1}, "cup": {2, .3}}},
		{"words left out", "tea 1 2\nmilk 3 4\n", map[string][]float32{"tea": {1, 2}}},
		{"values of words left out are not looked at", "tea 1 2\nmilk x y\n", map[string][]float32{"tea": {1, 2}}},
		{"no end of line, CRLF, spaces at the end", "tea 1 2\r\ncup 3 4 ", map[string][]float32{"tea": {1, 2}, "cup": {3, 4}}},
		{"the first vector stands", "tea 1 2\ntea 3 4\n", map[string][]float32{"tea": {1, 2}}},
		{"a zero vector is none", "tea 0 0\ncup 3 4\n", map[string][]float32{"cup": {3, 4}}},
		{"byte order mark", "\ufefftea 1 2\n", map[string][]float32{"tea": {1, 2}}},
		{"header of word2vec", "2 2\ntea 1 2\n", map[string][]float32{"tea": {1, 2}}},
		// Words as they stand in GloVe's 840B file: with spaces inside, and numbers.
		{"words with spaces", "tea 1 2\n. . . 3 4\nat you@here.com 5 6\n", map[string][]float32{"tea": {1, 2}, ". . .": {3, 4}, "at you@here.com": {5, 6}}},
		{"a word with spaces first", ". . . 3 4\ntea 1 2\n", map[string][]float32{". . .": {3, 4}, "tea": {1, 2}}},
		{"a number as word", "7 1 2\n", map[string][]float32{"7": {1, 2}}},
		{"other space characters belong to words", "a\u00a0b 1 2\na\u0085b 3 4\n", map[string][]float32{"a\u00a0b": {1, 2}, "a\u0085b": {3, 4}}},
		{"unicode", "thé 1 2\n茶 3 4\n", map[string][]float32{"thé": {1, 2}, "茶": {3, 4}}},
	} {
		v, err := readVectors(strings.NewReader(c.text), "v.txt",
			vocabulary("tea", "cup", ". . .", "at you@here.com", "7", "a\u00a0b", "a\u0085b", "thé", "茶"), math.MaxInt)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, values(v)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if v.Dim() != 2 || v.Words() != len(c.want) {
			t.Errorf("%s: %d words of %d values", c.name, v.Words(), v.Dim())
		}
	}
}

func TestReadVectorsRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty file":       {"", "v.txt holds no word vector"},
		"only a header":    {"2 25\n", "v.txt holds no word vector"},
		"no numbers":       {"tea cup\n", "v.txt:1: there is no number after the word"},
		"empty first line": {"\ntea 1 2\n", "v.txt:1: there is no number"},
		"too few numbers":  {"tea 1 2 3\ncup 1 2\n", "v.txt:2: there are fewer than 3 numbers"},
		"not a number":     {"tea 1 2\ncup 1 two\n", `v.txt:2: "two" is not a finite number`},
		"infinite":         {"tea 1 2\ncup 1 inf\n", `v.txt:2: "inf" is not`},
		"NaN":              {"tea 1 2\ncup nan 1\n", `v.txt:2: "nan" is not`},
		"too large":        {"tea 1 2\ncup 1e39 1\n", `v.txt:2: "1e39" is not`},
		"huge line":        {"tea 1 2\ncup " + strings.Repeat("1", maxVectorLine), "v.txt:2: the line is longer than 1 MiB"},
		"escape sequence":  {"tea 1 2\ncup 1 \x1b[2J\n", `v.txt:2: "\x1b[2J" is not`},
	} {
		_, err := readVectors(strings.NewReader(c.text), "v.txt", vocabulary("tea", "cup"), math.MaxInt)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "; ") {
			t.Errorf("%s: error %v, want %q and a cure", name, err, c.want)
		}
	}
}

func TestReadVectorsOpensFiles(t *testing.T) {
	folder := t.TempDir()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("tea 1 2\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"plain.txt": []byte("tea 1 2\n"), "packed.gz": packed.Bytes(), "cut.gz": packed.Bytes()[:packed.Len()-9], "bad.gz": []byte("\x1f\x8b1234"),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"plain.txt", "packed.gz"} {
		if v, err := ReadVectors(filepath.Join(folder, name), vocabulary("tea")); err != nil || v.Words() != 1 {
			t.Errorf("%s: %v, %v", name, v, err)
		}
	}
	for name, cure := range map[string]string{
		"cut.gz": "look whether", "bad.gz": "look whether", "missing.txt": "check the spelling", ".": "look whether", "mis\x1bsing": `\x1b`,
	} {
		path := folder + string(filepath.Separator) + name
		_, err := ReadVectors(path, vocabulary("tea"))
		if err == nil || !strings.Contains(err.Error(), cure) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: error %v, want %q", name, err, cure)
		}
	}
}

// No text makes the reader panic; what it keeps are words of the vocabulary with
// vectors of one dimension, and its errors are clean.
func FuzzReadVectors(f *testing.F) {
	for _, text := range []string{"", "tea 1 2\ncup 3 4\n", ". . . 1\n", "2 2\ntea 1 2", "tea nan\n", "\xff 1\n", " 1 2\n", "tea  1\n", "tea 1 \x1b"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := readVectors(bytes.NewReader(text), "v.txt", vocabulary("tea", "cup", "", ". . ."), math.MaxInt)
		if err != nil {
			if !utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\x1b\x00\n") {
				t.Errorf("the error is not clean: %q", err)
			}
			return
		}
		for word, x := range v.words {
			if len(x.values) != v.Dim() || !(x.norm > 0) || !vocabulary("tea", "cup", "", ". . .")[word] {
				t.Errorf("%q has the vector %v of norm %v", word, x.values, x.norm)
			}
		}
	})
}
