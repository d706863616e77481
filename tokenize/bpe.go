package tokenize

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// BPE is a byte-pair encoding, of bytes as in GPT-2 or of characters as in
// LLaMA. Byte-level, every text has ids, none of them Unk, and Decode gives the
// sanitised text back. Make one with TrainBPE or Load.
type BPE struct {
	spelled
	byteLevel    bool
	bytes        [256]int32 // of a byte-level model, or of byte_fallback; 0: there is none
	fallback     bool       // characters without a token become bytes
	unknown      bool       // there is an unknown token
	fuse         bool       // unknown characters that follow each other are one
	ignoreMerges bool       // a word that is a token is not merged
	ids          map[string]int32
	merges       []pair // by rank
	table        mergeTable
	cache        wordCache
}

var _ Tokenizer = (*BPE)(nil)

// Encode returns the ids of text. The error is always nil.
func (b *BPE) Encode(text string) ([]int32, error) {
	var ids []int32
	for p := range b.pipeline.pieces(text) {
		if id, ok := b.ids[p.text]; p.added && ok {
			ids = append(ids, id)
		} else {
			ids = append(ids, b.encodeWord(p.text)...)
		}
	}
	return ids, nil
}

// encodeWord returns the ids of one word; they must not be changed.
func (b *BPE) encodeWord(word string) []int32 {
	if ids, ok := b.cache.get(word); ok {
		return ids
	}
	ids, whole := b.wholeWord(word)
	if !whole {
		ids = b.table.apply(b.letters(word))
	}
	b.cache.put(word, ids)
	return ids
}

// wholeWord is the one id of a word that is a token, where merges do not matter then.
func (b *BPE) wholeWord(word string) ([]int32, bool) {
	if !b.ignoreMerges {
		return nil, false
	}
	surface := word
	if b.byteLevel {
		surface = gpt2Letters.surface(word)
	}
	id, ok := b.ids[surface]
	return []int32{id}, ok
}

// letters are the ids that the merges of a word begin with.
func (b *BPE) letters(word string) []int32 {
	if b.byteLevel {
		ids := make([]int32, len(word))
		for i := range len(word) {
			ids[i] = b.bytes[word[i]]
		}
		return ids
	}
	var ids []int32
	for _, r := range word {
		char := string(r)
		id, ok := b.ids[char]
		switch {
		case ok:
			ids = append(ids, id)
		case b.fallback && b.hasBytes(char):
			for i := range len(char) {
				ids = append(ids, b.bytes[char[i]])
			}
		case b.unknown && !(b.fuse && len(ids) > 0 && ids[len(ids)-1] == Unk):
			ids = append(ids, Unk)
		}
	}
	return ids
}

func (b *BPE) hasBytes(char string) bool {
	for i := range len(char) {
		if b.bytes[char[i]] == 0 {
			return false
		}
	}
	return true
}

// spelled is what tokenizers share whose ids hold the spaces of a text.
type spelled struct {
	adopted            // the surface forms
	pipeline *pipeline // of BPE, its words are bytes
	pieces   []string  // the bytes of each id
}

// Decode joins the bytes of ids. Where ids make no text, invalid UTF-8 becomes U+FFFD and what cannot
// be printed goes. If the tokenizer puts a space before each text it is taken off.
func (s *spelled) Decode(ids []int32) string { return printable(s.bytes(ids)) }

// bytes joins the bytes of ids.
func (s *spelled) bytes(ids []int32) string {
	var text strings.Builder
	for _, id := range ids {
		if isVisible(id, len(s.pieces)) {
			text.WriteString(s.pieces[id])
		}
	}
	if s.pipeline.prefixed {
		return strings.TrimPrefix(text.String(), " ")
	}
	return text.String()
}

// Settled implements Tokenizer: bytes at the end that are no text may become a character.
func (s *spelled) Settled(ids []int32) string {
	text := s.bytes(ids)
	for text != "" {
		r, size := utf8.DecodeLastRuneInString(text)
		if r != utf8.RuneError || size != 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return printable(text)
}

// Text is Decode: the ids hold the spaces and capitals of the text. Ids that end
// within a character give U+FFFD at the end.
func (s *spelled) Text(ids []int32) string { return s.Decode(ids) }

// Token returns the text of one id with its spaces. An id may hold a part of a
// character only; it is U+FFFD. Texts are therefore made with Text, not by joining
// tokens.
func (s *spelled) Token(id int32) string {
	if id < 0 || int(id) >= len(s.pieces) {
		return ""
	}
	return printable(s.pieces[id])
}

// spell fills pieces with what tokens stand for: spaces as the file writes them
// are spaces, and <0x41> is a byte.
func (s *spelled) spell() {
	s.pieces = make([]string, len(s.tokens))
	copy(s.pieces, Specials[:])
	for id := len(Specials); id < len(s.tokens); id++ {
		s.pieces[id] = s.tokens[id]
		if b, ok := byteOf(s.tokens[id]); ok {
			s.pieces[id] = string([]byte{b})
		} else if space := s.pipeline.space; space != "" {
			s.pieces[id] = strings.ReplaceAll(s.tokens[id], space, " ")
		}
	}
}

// byteOf is the byte that a token such as <0x0A> stands for.
func byteOf(token string) (byte, bool) {
	if len(token) != len("<0x00>") || token[:3] != "<0x" || token[5] != '>' {
		return 0, false
	}
	n, err := strconv.ParseUint(token[3:5], 16, 8)
	return byte(n), err == nil && strings.ToUpper(token[3:5]) == token[3:5]
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
