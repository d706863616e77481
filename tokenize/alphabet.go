package tokenize

import (
	"strings"
	"unicode/utf8"
)

// An alphabet gives each byte a printable character. A byte-level vocabulary is
// written with them, so that every token is a string of JSON.
type alphabet struct {
	char  [256]rune
	bytes map[rune]byte
	order [256]byte // the bytes in the order of their characters
}

// gpt2Alphabet is the alphabet of GPT-2, which Hugging Face calls ByteLevel:
// printable Latin-1 stands for itself, the other bytes in turn for U+0100 and on,
// so that a space is Ġ.
func gpt2Alphabet() *alphabet {
	a := &alphabet{bytes: make(map[rune]byte, 256)}
	var shifted []byte
	n := 0
	add := func(b byte, r rune) {
		a.char[b], a.bytes[r], a.order[n] = r, b, b
		n++
	}
	for i := range 256 {
		if b := byte(i); '!' <= b && b <= '~' || 0xa1 <= b && b != 0xad {
			add(b, rune(b))
		} else {
			shifted = append(shifted, b)
		}
	}
	for i, b := range shifted {
		add(b, rune(0x100+i))
	}
	return a
}

// gpt2Letters is the alphabet of every byte-level vocabulary.
var gpt2Letters = gpt2Alphabet()

// piece returns the bytes that surface stands for; ok is false where it holds other
// characters.
func (a *alphabet) piece(surface string) (text string, ok bool) {
	piece := make([]byte, 0, utf8.RuneCountInString(surface))
	for _, r := range surface {
		b, ok := a.bytes[r]
		if !ok {
			return "", false
		}
		piece = append(piece, b)
	}
	return string(piece), true
}

// surface writes bytes in characters of the alphabet.
func (a *alphabet) surface(piece string) string {
	var b strings.Builder
	for i := range len(piece) {
		b.WriteRune(a.char[piece[i]])
	}
	return b.String()
}
