package plot

import (
	"strconv"
	"strings"
	"unicode"
)

// Safe shows what a text holds: characters that control, reorder or are no
// characters become �.
func Safe(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || isReordering(r) || isNoncharacter(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// isReordering holds of the characters that turn the direction of a whole
// line; right-to-left letters are none.
func isReordering(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// isNoncharacter holds of what XML has no way to write.
func isNoncharacter(r rune) bool { return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef }

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func escape(text string) string { return entities.Replace(Safe(text)) }

// clip cuts a name to a width and marks the cut.
func clip(name string, width float64) string {
	if textWidth(name) <= width {
		return name
	}
	room := width - textWidth("…")
	for i, r := range name {
		if room -= runeWidth(r); room < 0 {
			return name[:i] + "…"
		}
	}
	return name
}

// textWidth is about the width of a text, rather too much than too little: the
// viewer chooses the font.
func textWidth(text string) (width float64) {
	for _, r := range text {
		width += runeWidth(r)
	}
	return width
}

func runeWidth(r rune) float64 {
	switch {
	case r >= 0x1100: // ideographs, syllables, emoji
		return textSize * 1.05
	case unicode.IsUpper(r) || r == 'm' || r == 'w':
		return textSize * 0.78
	}
	return textSize * 0.58
}

// short is a coordinate to a tenth of a unit.
func short(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	text = strings.TrimSuffix(text, ".0")
	if text == "-0" {
		return "0"
	}
	return text
}
