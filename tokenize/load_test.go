package tokenize

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// golden returns one of the files that WriteTo wrote.
func golden(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestLoadReadsBack(t *testing.T) {
	for name := range variants {
		want := golden(t, name)
		loaded, err := Load(strings.NewReader(want))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := string(save(t, loaded.(*Words))); got != want {
			t.Errorf("%s: saved again it differs:\n%s", name, cmp.Diff(want, got))
		}
	}
}

// small is a valid file of five ids; each case of TestLoadErrors spoils it once.
const small = `{"version":"1.0","truncation":null,"padding":null,"added_tokens":[` +
	`{"id":0,"content":"<pad>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},` +
	`{"id":1,"content":"<unk>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},` +
	`{"id":2,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},` +
	`{"id":3,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],` +
	`"normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,` +
	`"model":{"type":"WordLevel","vocab":{"<pad>":0,"<unk>":1,"<s>":2,"</s>":3,"a":4},"unk_token":"<unk>"}}`

func TestLoadErrors(t *testing.T) {
	if _, err := Load(strings.NewReader(small)); err != nil {
		t.Fatalf("the valid file fails: %v", err)
	}
	for _, c := range []struct{ old, new, want string }{
		{small, "", "not a whole tokenizer.json"},
		{small, "null", "no model of a known shape"},
		{small, "{}", "no model of a known shape"},
		{small, "[1]", "not a whole tokenizer.json"},
		{small, small[:200], "not a whole tokenizer.json"},
		{small, small + "{}", "not a whole tokenizer.json"},
		{`"WordLevel"`, `"Unigram"`, `Unigram model is malformed`},
		{`"WordLevel"`, `"Char"`, `type "Char" and only BPE, Unigram, WordPiece and WordLevel are supported`},
		{`"WordLevel"`, `3`, "no model of a known shape"},
		{`{"<pad>":0,"<unk>":1,"<s>":2,"</s>":3,"a":4}`, `[["a",0.5]]`, "malformed"},
		{`"unk_token":`, `"merges":[],"unk_token":`, "malformed"},
		{`"a":4`, `"a":4.5`, "malformed"},
		{`"a":4`, `"a":99999999999999999999`, "malformed"},
		{`"1.0"`, `"2.0"`, "version"},
		{`"rstrip":false,"normalized":false,"special":true`, `"rstrip":true,"normalized":false,"special":false`, `added token "<pad>" has single_word, lstrip or rstrip`},
		{`"NFC"`, `"NFX"`, `normalizer "NFX" is not supported`},
		{`"NFC"`, `"Precompiled","precompiled_charsmap":"x"`, `normalizer Precompiled is malformed`},
		{`"NFC"`, `"NFC","form":"D"`, "normalizer NFC is malformed"},
		{`{"type":"NFC"}`, `"NFC"`, "normalizer has no type"},
		{`{"type":"NFC"}`, `{"type":"Sequence","normalizers":[{"type":"Sequence","normalizers":[]}]}`, "Sequence within a Sequence"},
		{`{"type":"NFC"}`, `{"type":"Sequence","normalizers":[` + strings.Repeat(`{"type":"NFC"},`, maxSteps) + `{"type":"NFC"}]}`, "more than 16 steps"},
		{`{"type":"Whitespace"}`, `null`, "no pre-tokenizer"},
		{`"Whitespace"`, `"Metaspace","replacement":"__"`, `Metaspace has prepend_scheme "always" and replacement "__"`},
		{`"Whitespace"`, `"ByteLevel","add_prefix_space":true,"trim_offsets":true`, "not supported with a WordLevel model"},
		{`"Whitespace"`, `"ByteLevel","use_regex":false`, "not supported with a WordLevel model"},
		{`"a":4`, `"a":-1`, "negative"},
		{`"a":4`, `"a":3`, `"</s>" and "a" have the same id 3`},
		{`"a":4`, `"":4`, "a token is empty"},
	} {
		spoilt := strings.Replace(small, c.old, c.new, 1)
		_, err := Load(strings.NewReader(spoilt))
		if spoilt == small && c.old != c.new {
			t.Fatalf("%s is not in the file", c.old)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s -> %s: got error %v, want %q", c.old, c.new, err, c.want)
		}
	}
}

// A token that no text can hold does not refuse a file, and is never shown as it is.
func TestUnreachable(t *testing.T) {
	for token, shown := range map[string]string{`a b`: "a b", `\u001b[2J`: "[2J", `\u2028`: "", "a\xff": "a\ufffd"} {
		loaded, err := Load(strings.NewReader(strings.Replace(small, `"a":4`, `"a":4,"`+token+`":5`, 1)))
		if err != nil {
			t.Errorf("%s: %v", token, err)
			continue
		}
		if w := loaded.(*Words); w.Unreachable() != 1 || w.Token(5) != shown || w.Decode([]int32{4, 5}) != strings.TrimSuffix("a "+shown, " ") && shown != "" {
			t.Errorf("%s: %d are unreachable, shown %q, %q", token, w.Unreachable(), w.Token(5), w.Decode([]int32{4, 5}))
		}
	}
	data, err := os.ReadFile(filepath.Join("testdata", "foreign", "gpt2.json"))
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(strings.NewReader(strings.Replace(string(data), `"!":0,`, `"!":0,"‼":9999,`, 1)))
	if err != nil || loaded.(*BPE).Unreachable() != 1 {
		t.Errorf("a token outside of the alphabet: %v", err)
	}
}

// Files of others have gaps, other special tokens and other ids for ours.
func TestLoadRenumbers(t *testing.T) {
	for _, c := range []struct {
		vocab, unk string
		want       []string // after the specials
		theirs     []int
	}{
		{`"a":4`, "<unk>", []string{"a"}, []int{-1, -1, -1, -1, 4}},
		{`"b":9000000000000,"a":4`, "<unk>", []string{"a", "b"}, []int{-1, -1, -1, -1, 4, 9000000000000}},
		{`"a":0,"[UNK]":1,"b":2`, "[UNK]", []string{"a", "b"}, []int{-1, 1, -1, -1, 0, 2}},
		{`"</s>":0,"<unk>":1,"b":2,"<s>":3,"a":7`, "<unk>", []string{"b", "a"}, []int{-1, 1, -1, -1, 2, 7}},
		{``, "", nil, []int{-1, -1, -1, -1}}, // the specials alone are a vocabulary, if a poor one
	} {
		f := strings.Replace(small, `"<pad>":0,"<unk>":1,"<s>":2,"</s>":3,"a":4`, c.vocab, 1)
		loaded, err := Load(strings.NewReader(strings.Replace(f, `"unk_token":"<unk>"`, `"unk_token":"`+c.unk+`"`, 1)))
		if err != nil {
			t.Errorf("%s: %v", c.vocab, err)
			continue
		}
		w := loaded.(*Words)
		if !slices.Equal(w.tokens[4:], c.want) || !slices.Equal(w.theirs, c.theirs) {
			t.Errorf("%s: tokens %q, their ids %v", c.vocab, w.tokens, w.theirs)
		}
	}
}

// Each case spoils the valid files of testdata/foreign once.
func TestLoadForeignErrors(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"gpt2", `"dropout":null`, `"dropout":0.1`, "has dropout 0.1"},
		{"gpt2", `"continuing_subword_prefix":null`, `"continuing_subword_prefix":"##"`, "continuing_subword_prefix"},
		{"gpt2", `"end_of_word_suffix":null`, `"end_of_word_suffix":"</w>"`, "end_of_word_suffix"},
		{"gpt2", `"ByteLevel"`, `"UnicodeScripts"`, `pre-tokenizer "UnicodeScripts" is not supported`},
		{"gpt2", `"!":0,`, ``, `no token '!' for the byte 0x21`},
		{"gpt2", `"merges":[`, `"merges":[["Q","Q"],`, "its merge 1"},
		{"gpt2", `"merges":[`, `"merges":["Q W",`, "its merge 1"},
		{"gpt2", `"merges":[`, `"merges":["Q",`, "1 sides"},
		{"gpt2", `"merges":[`, `"merges":[["a","b","c"],`, "3 sides"},
		{"gpt2", `"merges":[`, `"merges":[7,`, "neither a string nor a list"},
		{"gpt2", `"merges":[`, `"merges":[["Ġ","t"],["Ġ","t"],`, "is listed twice"},
		{"gpt2", `"content":"<|endoftext|>"`, `"content":"Ġt"`, "is special"},
		{"bert-cased", `"continuing_subword_prefix":"##"`, `"continuing_subword_prefix":""`, "no continuing_subword_prefix"},
		{"bert-cased", `"max_input_chars_per_word":40`, `"max_input_chars_per_word":-1`, "max_input_chars_per_word -1"},
		{"bert-cased", `"clean_text":true`, `"clean_text":"yes"`, "normalizer BertNormalizer is malformed"},
		{"bert-cased", `{"type":"BertPreTokenizer"}`, `{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}`, "not supported with a WordPiece"},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", "foreign", c.file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), c.old) {
			t.Fatalf("%s holds no %s", c.file, c.old)
		}
		_, err = Load(strings.NewReader(strings.Replace(string(data), c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %s -> %s: got error %v, want %q", c.file, c.old, c.new, err, c.want)
		}
	}
}

func TestLoadAndWriteReportIO(t *testing.T) {
	broken := errors.New("disk is gone")
	if _, err := Load(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("Load: got %v", err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "closed"))
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if _, err := mustTrain(t, Options{}, "a").WriteTo(file); !errors.Is(err, os.ErrClosed) {
		t.Errorf("WriteTo: got %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(small[:300]))
	f.Add([]byte(`{"model":{"type":"WordLevel"}}`))
	f.Add([]byte(golden(f, "space-lower")))
	for _, name := range []string{"foreign/gpt2", "foreign/gpt2-old", "foreign/bert-uncased", "foreign/words-bert", "scripts/t5", "scripts/llama", "scripts/qwen", "scripts/neox", "scripts/precompiled"} {
		data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(strings.Replace(small, `"WordLevel"`, `"WordPiece","continuing_subword_prefix":"#","max_input_chars_per_word":9`, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		loaded, err := Load(bytes.NewReader(data))
		if err != nil {
			return
		}
		first := save(t, loaded)
		again, err := Load(bytes.NewReader(first))
		if err != nil {
			t.Fatalf("what was written cannot be loaded: %v", err)
		}
		if second := save(t, again); !bytes.Equal(first, second) {
			t.Fatalf("written twice:\n%s\n%s", first, second)
		}
		ids, err := loaded.Encode(loaded.Token(4) + " <s>")
		if same, _ := again.Encode(loaded.Token(4) + " <s>"); err != nil || !slices.Equal(ids, same) {
			t.Fatalf("Encode = %v, %v, written %v", ids, err, same)
		}
		for id := range int32(loaded.Size()) {
			if text := loaded.Token(id) + loaded.Text([]int32{id}); strings.ContainsFunc(text, unicode.IsControl) {
				t.Fatalf("id %d shows %q", id, text)
			}
		}
	})
}
