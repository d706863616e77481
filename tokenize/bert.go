package tokenize

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A bertNormalizer is Hugging Face's component of that name.
type bertNormalizer struct {
	Type               string `json:"type"`
	CleanText          bool   `json:"clean_text"`
	HandleChineseChars bool   `json:"handle_chinese_chars"`
	StripAccents       *bool  `json:"strip_accents"` // nil: if Lowercase
	Lowercase          bool   `json:"lowercase"`
}

// steps returns what b does to sanitised text. Of what clean_text removes,
// that holds joiners and private-use characters only.
func (b bertNormalizer) steps() []step {
	var steps []step
	if b.CleanText {
		steps = append(steps, removing(func(r rune) bool { return isJoiner(r) || unicode.Is(unicode.Co, r) }))
	}
	if b.HandleChineseChars {
		steps = append(steps, isolateChinese)
	}
	if b.StripAccents == nil && b.Lowercase || b.StripAccents != nil && *b.StripAccents {
		steps = append(steps, norm.NFD.String, removing(isBERTAccent))
	}
	if b.Lowercase {
		steps = append(steps, lowercase)
	}
	return steps
}

// isolateChinese puts spaces around each ideograph.
func isolateChinese(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.Is(chinese, r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// splitBERT cuts at spaces and makes a word of every punctuation character, as
// Hugging Face's BertPreTokenizer does.
func splitBERT(text string) iter.Seq[string] { return splitSpaced(text, bertLength) }

func bertLength(text string) int {
	for i, r := range text {
		switch {
		case i == 0 && isBERTPunctuation(r):
			return utf8.RuneLen(r)
		case r == ' ' || isBERTPunctuation(r):
			return i
		}
	}
	return len(text)
}

// isBERTPunctuation reports whether BERT makes a word of r alone: all of ASCII
// that is no letter and no digit, and Unicode's punctuation.
func isBERTPunctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return unicode.IsPunct(r) || unicode.IsSymbol(r)
	}
	return unicode.IsPunct(r) && !unicode.Is(notYetBERT, r) || r == 0x166d || r == 0x111c9
}

// isBERTAccent reports whether strip_accents removes r.
func isBERTAccent(r rune) bool {
	return r >= 0x300 && (unicode.Is(unicode.Mn, r) && !unicode.Is(notYetBERT, r) && r != 0x111c9 || r == 0x1734)
}
