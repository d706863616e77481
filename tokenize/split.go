package tokenize

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A Split is a rule that cuts sanitised text into words.
type Split int

const (
	// Punct cuts at spaces and between word characters and other characters,
	// as Hugging Face's Whitespace does: \w+|[^\w\s]+ in the Unicode sense.
	Punct Split = iota
	// Space cuts at spaces alone, as Hugging Face's WhitespaceSplit does. It
	// suits corpora that are already tokenized, such as the Penn Treebank.
	Space
)

// String returns "punct" or "space".
func (s Split) String() string {
	switch s {
	case Punct:
		return "punct"
	case Space:
		return "space"
	}
	return fmt.Sprintf("Split(%d)", int(s))
}

// Options say how text becomes words and which words get an id. The zero value
// splits at punctuation, keeps case and keeps every word.
type Options struct {
	Split    Split
	Lower    bool // lower-case the text before it is split
	Size     int  // ids including the 4 specials; 0: as many as there are words
	MinCount int  // rarer words get no id; 0 is the same as 1
}

// SplitWords returns the words of text, which may hold any bytes: sanitised,
// lower-cased if o.Lower, and split by o.Split. o.Size and o.MinCount play no part.
func SplitWords(text string, o Options) iter.Seq[string] {
	text = Sanitise(text)
	if o.Lower {
		text = norm.NFC.String(lowercase(text))
	}
	if o.Split == Space {
		return splitSpace(text)
	}
	return splitPunct(text)
}

// pipeline is SplitWords in the components of a file. NFC comes again because
// lower-casing can undo it: ẖ has no capital of one rune, so H and a macron below
// become h and a macron below, not yet ẖ.
func (o Options) pipeline() (*pipeline, error) {
	preTokenizer := `{"type":"Whitespace"}`
	if o.Split == Space {
		preTokenizer = `{"type":"WhitespaceSplit"}`
	}
	return newPipeline(trainedNormalizer(o.Lower), json.RawMessage(preTokenizer))
}

// trainedNormalizer is the normalizer of the tokenizers that are trained here.
func trainedNormalizer(lower bool) json.RawMessage {
	if lower {
		return json.RawMessage(`{"type":"Sequence","normalizers":[{"type":"Lowercase"},{"type":"NFC"}]}`)
	}
	return json.RawMessage(`{"type":"NFC"}`)
}

func splitPunct(text string) iter.Seq[string] {
	return splitSpaced(text, func(rest string) int { return wordLength(rest, Punct) })
}

func splitSpace(text string) iter.Seq[string] {
	return splitSpaced(text, func(rest string) int { return wordLength(rest, Space) })
}

// splitSpaced cuts at spaces, and where length says that the first word of a
// text ends.
func splitSpaced(text string, length func(rest string) int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := strings.TrimLeft(text, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
			n := length(rest)
			if !yield(rest[:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// wordLength returns how many bytes the first word of text takes; text is
// sanitised, not empty and does not begin with a space.
func wordLength(text string, split Split) int {
	first, _ := utf8.DecodeRuneInString(text)
	inWord := isWordRune(first)
	for i, r := range text {
		if r == ' ' || split == Punct && isWordRune(r) != inWord {
			return i
		}
	}
	return len(text)
}

// isWordRune is \w of Unicode Technical Standard 18, annex C, which Hugging Face's
// regular expressions use.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_'
	}
	return isJoiner(r) || unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl, unicode.Pc, unicode.Other_Alphabetic)
}
