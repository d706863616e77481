package tokenize

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
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
	for name, o := range variants {
		want := golden(t, name)
		loaded, err := Load(strings.NewReader(want))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		w := loaded.(*Words)
		var got bytes.Buffer
		if _, err := w.WriteTo(&got); err != nil || got.String() != want || w.options != o {
			t.Errorf("%s: options %+v, error %v, equal bytes %v", name, w.options, err, got.String() == want)
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
		{`"WordLevel"`, `"BPE"`, `type "BPE"`},
		{`"WordLevel"`, `3`, "no model of a known shape"},
		{`{"<pad>":0,"<unk>":1,"<s>":2,"</s>":3,"a":4}`, `[["a",0.5]]`, "malformed"},
		{`"unk_token":`, `"merges":[],"unk_token":`, "malformed"},
		{`"a":4`, `"a":4.5`, "malformed"},
		{`"a":4`, `"a":99999999999999999999`, "malformed"},
		{`"unk_token":"<unk>"`, `"unk_token":"a"`, `unknown token is "a"`},
		{`"1.0"`, `"2.0"`, "version"},
		{`"content":"<s>"`, `"content":"<bos>"`, "added tokens"},
		{`"truncation":null`, `"truncation":{"max_length":3}`, "must all be null"},
		{`"decoder":null`, `"decoder":{"type":"ByteLevel"}`, "must all be null"},
		{`"NFC"`, `"NFKC"`, "normalizer"},
		{`"normalizer":{"type":"NFC"}`, `"normalizer":null`, "normalizer"},
		{`"Whitespace"`, `"BertPreTokenizer"`, "pre-tokenizer"},
		{`"a":4`, `"a":5`, "each once"},
		{`"a":4`, `"a":-1`, "each once"},
		{`"a":4`, `"a":3`, "each once"},
		{`"a":4`, `"":4`, "each once"},
		{`,"a":4`, ``, ""}, // specials alone are a vocabulary, if a poor one
		{`"<s>":2,"</s>":3`, `"<s>":3,"</s>":2`, "special tokens"},
		{`"<pad>":0,"<unk>":1,"<s>":2,"</s>":3,"a":4`, `"<pad>":0`, "special tokens"},
		{`"a":4`, `"a b":4`, "cannot be printed"},
		{`"a":4`, `"\u001b[2J":4`, "cannot be printed"},
		{`"a":4`, "\"a\xff\":4", "cannot be printed"},
	} {
		_, err := Load(strings.NewReader(strings.Replace(small, c.old, c.new, 1)))
		if c.want == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s -> %s: got error %v, want %q", c.old, c.new, err, c.want)
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
	f.Fuzz(func(t *testing.T, data []byte) {
		loaded, err := Load(bytes.NewReader(data))
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if _, err := loaded.(*Words).WriteTo(&first); err != nil {
			t.Fatalf("what was loaded cannot be written: %v", err)
		}
		again, err := Load(bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatalf("what was written cannot be loaded: %v", err)
		}
		if _, err := again.(*Words).WriteTo(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("written twice, %v:\n%s\n%s", err, &first, &second)
		}
		if ids, err := loaded.Encode(loaded.Token(4) + " <s>"); err != nil || len(loaded.Decode(ids)) == 0 {
			t.Fatalf("Encode = %v, %v", ids, err)
		}
	})
}
