package tokenize

import (
	"iter"
	"strings"

	"github.com/sugarme/tokenizer/model/wordlevel"
)

// Words is a word-level tokenizer: one id a word, Unk for words without one.
// Make one with TrainWords or Load.
type Words struct {
	model   *wordlevel.WordLevel // word to id
	tokens  []string             // id to word
	options Options              // Split and Lower; the others are spent in training
}

var _ Tokenizer = (*Words)(nil)

// newWords takes distinct tokens in the order of their ids, the specials first.
func newWords(tokens []string, o Options) (*Words, error) {
	vocabulary := make(map[string]int, len(tokens))
	for id, token := range tokens {
		vocabulary[token] = id
	}
	model, err := wordlevel.New(vocabulary, Specials[Unk])
	if err != nil {
		return nil, err
	}
	return &Words{model: model, tokens: tokens, options: Options{Split: o.Split, Lower: o.Lower}}, nil
}

// Words returns the words of text as strings, before they are looked up.
func (w *Words) Words(text string) iter.Seq[string] { return SplitWords(text, w.options) }

// Encode returns one id for each word of text. Of the special ids only Unk
// occurs, also where text spells a special token. The error is always nil.
func (w *Words) Encode(text string) ([]int32, error) {
	var ids []int32
	for word := range w.Words(text) {
		ids = append(ids, w.id(word))
	}
	return ids, nil
}

// id looks one word up. Special tokens are in the vocabulary, as Hugging Face
// wants them, so a word spelt like one is found there and turned away.
func (w *Words) id(word string) int32 {
	id, ok := w.model.TokenToId(word)
	if !ok || id < len(Specials) {
		return Unk
	}
	return int32(id)
}

// Decode joins the words of ids by single spaces. Pad, Start, End and ids out
// of range are dropped. Detokenise makes the result pleasant to read.
func (w *Words) Decode(ids []int32) string {
	words := make([]string, 0, len(ids))
	for _, id := range ids {
		if word := w.Token(id); word != "" && (id == Unk || int(id) >= len(Specials)) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// Size is the number of ids, specials included.
func (w *Words) Size() int { return len(w.tokens) }

// Token returns the word of one id; it is empty when id is out of range.
func (w *Words) Token(id int32) string {
	if id < 0 || int(id) >= len(w.tokens) {
		return ""
	}
	return w.tokens[id]
}
