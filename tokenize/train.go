package tokenize

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// TrainWords counts the words of texts, one text at a time, and gives ids to
// the most frequent: by count descending, ties by bytes ascending, after the
// four specials. The same texts give the same ids in whatever order they come.
// It fails with the first error of texts, on impossible options, and when no
// word is left.
func TrainWords(texts iter.Seq2[string, error], o Options) (*Words, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	p, err := o.pipeline()
	if err != nil {
		return nil, err
	}
	counts, err := countWords(texts, p)
	if err != nil {
		return nil, err
	}
	for _, special := range Specials {
		delete(counts, special)
	}
	words := frequent(counts, o)
	if len(words) == 0 {
		return nil, RareError{max(o.MinCount, 1)}
	}
	return newWords(numbered(words).adopt(nil, Specials[Unk], nil), p)
}

// A RareError says that no word of the texts occurs so often as one must.
type RareError struct{ Least int }

// Error implements error.
func (e RareError) Error() string {
	return fmt.Sprintf("cannot make a vocabulary: no word occurs at least %d times in the texts", e.Least)
}

// check refuses options that no vocabulary can meet.
func (o Options) check() error {
	switch {
	case o.Split != Punct && o.Split != Space:
		return fmt.Errorf("%v is not a way to split words: use punct or space", o.Split)
	case o.Size != 0 && o.Size <= len(Specials):
		return fmt.Errorf("vocabulary size %d leaves no room after the %d special tokens: use at least %d, or 0 for all words", o.Size, len(Specials), len(Specials)+1)
	case o.MinCount < 0:
		return fmt.Errorf("minimum count %d is negative: use 1 to keep every word", o.MinCount)
	}
	return nil
}

// countWords holds the distinct words in memory, never the texts.
func countWords(texts iter.Seq2[string, error], p *pipeline) (map[string]int, error) {
	counts := make(map[string]int)
	for text, err := range texts {
		if err != nil {
			return nil, fmt.Errorf("counting words: %w", err)
		}
		for word := range p.words(text) {
			if _, seen := counts[word]; !seen {
				word = strings.Clone(word) // a substring would keep its text alive
			}
			counts[word]++
		}
	}
	return counts, nil
}

// frequent returns the words that get an id, in the order of their ids.
func frequent(counts map[string]int, o Options) []string {
	words := make([]string, 0, len(counts))
	for word, n := range counts {
		if n >= o.MinCount {
			words = append(words, word)
		}
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	if o.Size > 0 && len(words) > o.Size-len(Specials) {
		words = words[:o.Size-len(Specials)]
	}
	return words
}
