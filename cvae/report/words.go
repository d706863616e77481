package report

import (
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// A splitter says what the words of the metrics are: one rule for the responses
// of all runs, the references and the training split, whatever tokenizers the
// runs have.
type splitter struct{ tokenize.Options }

// newSplitter splits as the word-level tokenizer of a run does; other tokenizers
// have no words, and texts are then lower-cased and split at punctuation.
func newSplitter(t config.Tokenizer) splitter {
	o := tokenize.Options{Split: tokenize.Punct, Lower: true}
	if t.Kind == config.WordLevel {
		o.Lower = t.Lower
		if t.Split == tokenize.Space.String() {
			o.Split = tokenize.Space
		}
	}
	return splitter{o}
}

func (s splitter) words(text string) []string {
	return slices.Collect(tokenize.SplitWords(text, s.Options))
}

func (s splitter) each(texts []string) [][]string {
	out := make([][]string, len(texts))
	for i, text := range texts {
		out[i] = s.words(text)
	}
	return out
}

// hasWord reports whether any text has a word.
func (s splitter) hasWord(texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return len(s.words(text)) > 0 })
}

// plain is a response as metrics want it: words between spaces, without the
// capitals and the spacing of its display.
func plain(r *run.Run, x dialog.Response) string {
	if _, ok := r.Tokenizer.(*tokenize.Words); ok {
		return strings.Join(x.Tokens, " ")
	}
	return x.Text
}
