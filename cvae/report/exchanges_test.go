package report

import (
	"crypto/sha256"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
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
	read := func(most int, sentences bool) ([]exchange, string) {
		t.Helper()
		e := exchanges{splitter: words, sentences: sentences, most: most, seed: 1}
		hash, err := e.read(t.Context(), c, dialog.Test)
		if err != nil {
			t.Fatal(err)
		}
		return e.chosen(), hash
	}
	type plain struct {
		Context, References []string
		Mood                string
	}
	all, hash := read(10, false)
	got := map[string]plain{}
	for _, x := range all {
		got[strings.Join(x.context, "|")] = plain{x.context, x.references, x.labels["mood"]}
	}
	want := map[string]plain{
		"hello":           {[]string{"hello"}, []string{"hi", "you"}, "warm"},
		"hello|hi":        {[]string{"hello", "hi"}, []string{"bye"}, "warm"},
		"\x01|alone|\x01": {[]string{"\x01", "alone", "\x01"}, []string{"answer"}, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if texts, same := read(2, true); len(texts) != 2 || texts[0].context != nil || same != hash {
		t.Errorf("sentences: %+v, %v", texts, same)
	}
	for n := 1; n < len(all); n++ {
		if chosen, _ := read(n, false); !cmp.Equal(chosen, all[:n], cmp.AllowUnexported(exchange{})) {
			t.Errorf("%d chosen: %v; more contexts must begin with the same", n, chosen)
		}
	}
}

// TestExchangesAreDrawnAlike counts how often each of 12 contexts is among 4 of 4000
// seeds: Pearson's χ² of a binomial a third. Those that are kept hold all references,
// wherever these stand.
func TestExchangesAreDrawnAlike(t *testing.T) {
	const contexts, kept, seeds = 12, 4, 4000
	var counts [contexts]float64
	for seed := range uint64(seeds) {
		e := exchanges{splitter: newSplitter(config.Tokenizer{Kind: "words"}), most: kept, seed: seed, place: map[[sha256.Size]byte]*ranked{}}
		for i := range 3 * contexts {
			e.addDialogue(dialog.Dialogue{Turns: []dialog.Turn{{Text: fmt.Sprint("context ", i%contexts)}, {Text: fmt.Sprint("answer ", i)}}})
		}
		chosen := e.chosen()
		if len(chosen) != kept {
			t.Fatalf("%d are chosen", len(chosen))
		}
		for _, x := range chosen {
			var i int
			if _, err := fmt.Sscanf(x.context[0], "context %d", &i); err != nil {
				t.Fatal(err)
			}
			counts[i]++
			if want := []string{fmt.Sprint("answer ", i), fmt.Sprint("answer ", i+contexts), fmt.Sprint("answer ", i+2*contexts)}; !slices.Equal(x.references, want) {
				t.Fatalf("the references of %q are %q, want %q", x.context, x.references, want)
			}
		}
	}
	const p = float64(kept) / contexts
	chi := 0.0
	for _, n := range counts {
		chi += (n - seeds*p) * (n - seeds*p) / (seeds * p * (1 - p)) * (contexts - 1) / contexts
	}
	// χ² has 11 degrees of freedom: mean 11, variance 22; six deviations.
	if chi > 11+6*math.Sqrt(22) {
		t.Errorf("χ² is %.1f: %v", chi, counts)
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
