package tokenize

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitByteLevel cuts normalised text as GPT-2 does, which Hugging Face calls
// ByteLevel:
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// No byte is lost: the words joined are the text. The text's only white space is
// the plain space, because it was sanitised.
func splitByteLevel(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := text; rest != ""; {
			n := byteLevelLength(rest)
			if !yield(rest[:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

func byteLevelLength(text string) int {
	if n := contractionLength(text); n > 0 {
		return n
	}
	spaces := len(text) - len(strings.TrimLeft(text, " "))
	switch {
	case spaces == len(text):
		return spaces
	case spaces > 1:
		return spaces - 1 // the last space belongs to the word that follows
	}
	return spaces + classLength(text[spaces:])
}

// contractionLength returns the length of the English clitic that text begins with.
func contractionLength(text string) int {
	if text[0] != '\'' {
		return 0
	}
	for _, clitic := range [...]string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"} {
		if strings.HasPrefix(text, clitic) {
			return len(clitic)
		}
	}
	return 0
}

// classLength returns the length of the run of letters, of numbers or of other
// characters that text begins with.
func classLength(text string) int {
	first, _ := utf8.DecodeRuneInString(text)
	class := runeClass(first)
	for i, r := range text {
		if runeClass(r) != class {
			return i
		}
	}
	return len(text)
}

// runeClass tells letters, numbers, the space and the rest apart.
func runeClass(r rune) rune {
	switch {
	case r == ' ':
		return ' '
	case unicode.IsLetter(r):
		return 'L'
	case unicode.IsNumber(r):
		return 'N'
	}
	return 'O'
}
