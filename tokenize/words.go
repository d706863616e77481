package tokenize

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/sugarme/tokenizer/model/wordlevel"
)

// Words is a word-level tokenizer: one id a word, Unk for words without one.
// Make one with TrainWords or Load.
type Words struct {
	model    *wordlevel.WordLevel // word to id
	adopted                       // id to word
	pipeline *pipeline
}

var _ Tokenizer = (*Words)(nil)

// newWords takes distinct tokens in the order of their ids, the specials first.
func newWords(a adopted, p *pipeline) (*Words, error) {
	ids := make(map[string]int, len(a.tokens))
	for id, token := range a.tokens {
		ids[token] = id
	}
	model, err := wordlevel.New(ids, Specials[Unk])
	if err != nil {
		return nil, err
	}
	return &Words{model: model, adopted: a, pipeline: p}, nil
}

// Words returns the words of text as strings, before they are looked up.
func (w *Words) Words(text string) iter.Seq[string] { return w.pipeline.words(text) }

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
// of range are dropped.
func (w *Words) Decode(ids []int32) string { return strings.Join(w.visible(ids), " ") }

// Text is Decode with Detokenise's spaces and capitals.
func (w *Words) Text(ids []int32) string { return Detokenise(w.visible(ids)) }

// Settled implements Tokenizer.
func (w *Words) Settled(ids []int32) string { return settled(w.visible(ids)) }

// A wordLevelModel is a model of type WordLevel in a file.
type wordLevelModel struct {
	Type     string     `json:"type"`
	Vocab    vocabulary `json:"vocab"`
	UnkToken string     `json:"unk_token"`
}

// WriteTo writes w as a Hugging Face tokenizer.json. Equal tokenizers give
// equal bytes, and that library saves the same bytes again. It gives the ids of
// Encode for sanitised text, except that it reads <s> and its like in a text as
// special tokens; its encode_special_tokens = True stops that for Punct.
func (w *Words) WriteTo(out io.Writer) (int64, error) {
	return writeFile(out, w.pipeline, "null", wordLevelModel{Type: wordLevel, Vocab: numbered(w.tokens), UnkToken: Specials[Unk]})
}

func loadWords(model json.RawMessage, special map[string]bool, p *pipeline) (Tokenizer, error) {
	var m wordLevelModel
	if err := decodeStrict(model, &m, wordLevel+" model"); err != nil {
		return nil, err
	}
	if p.byteLevel {
		return nil, errByteLevel(wordLevel)
	}
	if isNull(p.preTokenizer) {
		return nil, fmt.Errorf("it has no pre-tokenizer, so that a whole text would be one word")
	}
	a := m.Vocab.adopt(special, m.UnkToken, p.added.tokens)
	a.unreachable = a.unprintable()
	p.added.renumber(a.index())
	return newWords(a, p)
}
