package tokenize

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// BPE is a byte-level byte-pair encoding: every text has ids, none of them Unk,
// and Decode gives the sanitised text back. Make one with TrainBPE or Load.
type BPE struct {
	adopted            // the surface forms, in the byte-level alphabet
	pipeline *pipeline // its words are bytes
	pieces   []string  // the bytes of each id
	bytes    [256]int32
	merges   []pair // by rank
	table    mergeTable
	cache    wordCache
}

var _ Tokenizer = (*BPE)(nil)

// Encode returns the ids of text. The error is always nil.
func (b *BPE) Encode(text string) ([]int32, error) {
	var ids []int32
	for word := range b.pipeline.words(text) {
		ids = append(ids, b.encodeWord(word)...)
	}
	return ids, nil
}

// encodeWord returns the ids of one word; they must not be changed.
func (b *BPE) encodeWord(word string) []int32 {
	if ids, ok := b.cache.get(word); ok {
		return ids
	}
	ids := make([]int32, len(word))
	for i := range len(word) {
		ids[i] = b.bytes[word[i]]
	}
	ids = b.table.apply(ids)
	b.cache.put(word, ids)
	return ids
}

// Decode joins the bytes of ids. Of sanitised text that was encoded it gives every
// byte back; where ids make no text, invalid UTF-8 becomes U+FFFD and what cannot
// be printed goes. If the tokenizer puts a space before each text it is taken off.
func (b *BPE) Decode(ids []int32) string {
	var text strings.Builder
	for _, id := range ids {
		if isVisible(id, len(b.pieces)) {
			text.WriteString(b.pieces[id])
		}
	}
	if b.pipeline.prefixed {
		return printable(strings.TrimPrefix(text.String(), " "))
	}
	return printable(text.String())
}

// Text is Decode: the ids hold the spaces and capitals of the text. Ids that end
// within a character give U+FFFD at the end.
func (b *BPE) Text(ids []int32) string { return b.Decode(ids) }

// Token returns the text of one id with its spaces. An id may hold a part of a
// character only; it is U+FFFD. Texts are therefore made with Text, not by joining
// tokens.
func (b *BPE) Token(id int32) string {
	if id < 0 || int(id) >= len(b.pieces) {
		return ""
	}
	return printable(b.pieces[id])
}

// printable makes any bytes a text that a terminal can show.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r != utf8.RuneError && !isAllowed(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
}

// A wordCache remembers the ids of words. It takes words until it is full, so
// that its memory is bounded.
type wordCache struct {
	mutex sync.RWMutex
	ids   map[string][]int32
}

const (
	maxCached     = 1 << 15 // words
	maxCachedWord = 64      // bytes
)

func (c *wordCache) get(word string) ([]int32, bool) {
	c.mutex.RLock()
	defer c.mutex.RUnlock()
	ids, ok := c.ids[word]
	return ids, ok
}

func (c *wordCache) put(word string, ids []int32) {
	if len(word) > maxCachedWord {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ids == nil {
		c.ids = make(map[string][]int32)
	}
	if len(c.ids) < maxCached {
		c.ids[strings.Clone(word)] = ids[:len(ids):len(ids)]
	}
}
