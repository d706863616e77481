package report

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/dialog"
)

// A context that comes again has the references of both; turns without a word
// are no references and no context by themselves.
func TestReadExchanges(t *testing.T) {
	dir := t.TempDir()
	for split, text := range map[string]string{
		"train": `{"turns":["a","b"]}`, "valid": `{"turns":["a","b"]}`,
		"test": `{"turns":["hello","hi","bye"],"labels":{"mood":"warm"}}` + "\n" + `{"turns":["hello","you"]}` + "\n" + `{"turns":["\u0001","alone","\u0001","answer"]}`,
	} {
		write(t, filepath.Join(dir, split+".jsonl"), text+"\n")
	}
	c, err := corpora.Open(dir, corpora.Options{})
	if err != nil {
		t.Fatal(err)
	}
	words := newSplitter(config.Tokenizer{Kind: "words", Split: "punct"})
	e, err := readExchanges(t.Context(), c, dialog.Test, false, words)
	if err != nil {
		t.Fatal(err)
	}
	type plain struct {
		Context, References []string
		Mood                string
	}
	var got []plain
	for _, x := range e.all {
		got = append(got, plain{x.context, x.references, x.labels["mood"]})
	}
	want := []plain{
		{[]string{"hello"}, []string{"hi", "you"}, "warm"},
		{[]string{"hello", "hi"}, []string{"bye"}, "warm"},
	}
	if diff := cmp.Diff(want, got[:2]); diff != "" {
		t.Error(diff)
	}
	if last := got[len(got)-1]; len(got) != 3 || last.References[0] != "answer" {
		t.Errorf("%d exchanges, the last is %+v", len(got), last)
	}
	if texts, err := readExchanges(t.Context(), c, dialog.Test, true, words); err != nil || texts.all[0].context != nil || texts.hash != e.hash {
		t.Errorf("sentences: %+v, %v", texts, err)
	}
	if chosen := e.choose(2, 1); len(chosen) != 2 || !cmp.Equal(chosen[0].context, e.choose(3, 1)[0].context) {
		t.Errorf("chosen %v; more contexts must begin with the same", chosen)
	}
}

// Words are those of a word-level tokenizer; other tokenizers have none.
func TestSplitter(t *testing.T) {
	for _, test := range []struct {
		tokenizer config.Tokenizer
		want      []string
	}{
		{config.Tokenizer{Kind: "words", Split: "punct"}, []string{"It", ",", "Is"}},
		{config.Tokenizer{Kind: "words", Split: "space", Lower: true}, []string{"it,", "is"}},
		{config.Tokenizer{Kind: "bpe", Split: "space"}, []string{"it", ",", "is"}},
	} {
		if diff := cmp.Diff(test.want, newSplitter(test.tokenizer).words("It, Is")); diff != "" {
			t.Errorf("%+v: %s", test.tokenizer, diff)
		}
	}
}
