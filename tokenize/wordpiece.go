package tokenize

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WordPiece is the tokenizer of BERT: a word is cut into the longest tokens that
// it begins with, one after the other; a word that cannot be cut is Unk. Load makes one.
type WordPiece struct {
	adopted
	pipeline *pipeline
	prefix   string           // what a token that continues a word begins with: ##
	maxRunes int              // longer words are Unk
	starts   map[string]int32 // tokens
	goesOn   map[string]int32 // tokens with the prefix, without it
	longest  int              // bytes of the longest token
}

var _ Tokenizer = (*WordPiece)(nil)

// Encode returns the ids of text. Of the special ids only Unk occurs. The error
// is always nil.
func (w *WordPiece) Encode(text string) ([]int32, error) {
	var ids []int32
	for word := range w.pipeline.words(text) {
		pieces, ok := w.encodeWord(word)
		if !ok {
			pieces = []int32{Unk}
		}
		ids = append(ids, pieces...)
	}
	return ids, nil
}

func (w *WordPiece) encodeWord(word string) ([]int32, bool) {
	if utf8.RuneCountInString(word) > w.maxRunes {
		return nil, false
	}
	var ids []int32
	vocabulary := w.starts
	for rest := word; rest != ""; vocabulary = w.goesOn {
		id, n := w.longestPiece(rest, vocabulary)
		if n == 0 {
			return nil, false
		}
		ids, rest = append(ids, id), rest[n:]
	}
	return ids, true
}

// longestPiece returns the longest token that rest begins with, and its length.
func (w *WordPiece) longestPiece(rest string, vocabulary map[string]int32) (int32, int) {
	for n := min(len(rest), w.longest); n > 0; n-- {
		if id, ok := vocabulary[rest[:n]]; ok {
			return id, n
		}
	}
	return Unk, 0
}

// Decode joins pieces to words, and words by single spaces. Pad, Start, End and
// ids out of range are dropped.
func (w *WordPiece) Decode(ids []int32) string { return strings.Join(w.join(ids), " ") }

// Text is Decode with Detokenise's spaces and capitals.
func (w *WordPiece) Text(ids []int32) string { return Detokenise(w.join(ids)) }

// Settled implements Tokenizer. The last word may go on.
func (w *WordPiece) Settled(ids []int32) string {
	words := w.join(ids)
	return settled(words[:max(0, len(words)-1)])
}

func (w *WordPiece) join(ids []int32) []string {
	var words []string
	for _, token := range w.visible(ids) {
		if rest, ok := strings.CutPrefix(token, w.prefix); ok && len(words) > 0 {
			words[len(words)-1] += rest
		} else {
			words = append(words, token)
		}
	}
	return words
}

// A wordPieceModel is a model of type WordPiece in a file.
type wordPieceModel struct {
	Type                    string     `json:"type"`
	UnkToken                string     `json:"unk_token"`
	ContinuingSubwordPrefix string     `json:"continuing_subword_prefix"`
	MaxInputCharsPerWord    int        `json:"max_input_chars_per_word"`
	Vocab                   vocabulary `json:"vocab"`
}

// WriteTo writes w as a Hugging Face tokenizer.json. Equal tokenizers give
// equal bytes. That library gives the ids of Encode for sanitised text, if its
// encode_special_tokens is True.
func (w *WordPiece) WriteTo(out io.Writer) (int64, error) {
	prefix, err := encodeJSON(w.prefix)
	if err != nil {
		return 0, fmt.Errorf("writing tokenizer: %w", err)
	}
	decoder := fmt.Sprintf(`{"type":"WordPiece","prefix":%s,"cleanup":false}`, prefix)
	return writeFile(out, w.pipeline, decoder, wordPieceModel{Type: wordPiece, UnkToken: Specials[Unk],
		ContinuingSubwordPrefix: w.prefix, MaxInputCharsPerWord: w.maxRunes, Vocab: numbered(w.tokens)})
}

func loadWordPiece(model json.RawMessage, special map[string]bool, p *pipeline) (Tokenizer, error) {
	var m wordPieceModel
	if err := decodeStrict(model, &m, wordPiece+" model"); err != nil {
		return nil, err
	}
	switch {
	case p.byteLevel:
		return nil, errByteLevel(wordPiece)
	case m.ContinuingSubwordPrefix == "":
		return nil, fmt.Errorf("its %s model has no continuing_subword_prefix, so that words could not be put together", wordPiece)
	case m.MaxInputCharsPerWord < 1:
		return nil, fmt.Errorf("its %s model has max_input_chars_per_word %d: use 100", wordPiece, m.MaxInputCharsPerWord)
	}
	if isNull(p.preTokenizer) {
		return nil, fmt.Errorf("it has no pre-tokenizer, so that a whole text would be one word")
	}
	a := m.Vocab.adopt(special, m.UnkToken, p.added.tokens)
	a.unreachable = a.unprintable()
	p.added.renumber(a.index())
	return newWordPiece(a, m, p), nil
}

// newWordPiece indexes the tokens but the specials.
func newWordPiece(a adopted, m wordPieceModel, p *pipeline) *WordPiece {
	w := &WordPiece{adopted: a, pipeline: p, prefix: m.ContinuingSubwordPrefix, maxRunes: m.MaxInputCharsPerWord,
		starts: make(map[string]int32), goesOn: make(map[string]int32)}
	for id := len(Specials); id < len(a.tokens); id++ {
		token := a.tokens[id]
		w.starts[token], w.longest = int32(id), max(w.longest, len(token))
		if rest, ok := strings.CutPrefix(token, w.prefix); ok {
			w.goesOn[rest] = int32(id)
		}
	}
	return w
}
