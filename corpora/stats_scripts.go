package corpora

import (
	"maps"
	"slices"
	"unicode"
)

// scripts tells the script of letters.
type scripts struct {
	names []string
	last  string // of the letter before: that of the next one too, as a rule
}

func newScripts() *scripts { return &scripts{names: slices.Sorted(maps.Keys(unicode.Scripts))} }

// unspacedScripts are those that do not write spaces between words.
var unspacedScripts = []string{"Han", "Japanese", "Thai", "Lao", "Khmer", "Myanmar"}

// unspaced are their letters.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// of is the script of a letter. The two kanas are one, Japanese.
func (s *scripts) of(letter rune) string {
	switch {
	case letter < unicode.MaxASCII:
		return "Latin"
	case s.last != "" && unicode.Is(unicode.Scripts[s.last], letter):
	default:
		s.last = ""
		for _, name := range s.names {
			if unicode.Is(unicode.Scripts[name], letter) {
				s.last = name
				break
			}
		}
	}
	if s.last == "Hiragana" || s.last == "Katakana" {
		return "Japanese"
	}
	return s.last
}

// mainOf is the script of most letters of a text, the first by name of several;
// empty where there are no letters.
func (s *scripts) mainOf(text string) string {
	letters := map[string]int{}
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters[s.of(r)]++
		}
	}
	if letters["Japanese"] > 0 { // which mixes kana and Chinese characters in every sentence
		letters["Japanese"] += letters["Han"]
		delete(letters, "Han")
	}
	main := ""
	for _, name := range slices.Sorted(maps.Keys(letters)) {
		if main == "" || letters[name] > letters[main] {
			main = name
		}
	}
	return main
}

// Scripts counts texts by the script of most of their letters.
type Scripts struct {
	names *scripts
	turns map[string]int
}

// NewScripts has counted nothing.
func NewScripts() *Scripts { return &Scripts{newScripts(), map[string]int{}} }

// Add counts a text.
func (s *Scripts) Add(text string) {
	if main := s.names.mainOf(text); main != "" {
		s.turns[main]++
	}
}

// Main is the script of most texts, the first by name of several; empty where none has letters.
func (s *Scripts) Main() (main string) {
	for _, name := range slices.Sorted(maps.Keys(s.turns)) {
		if main == "" || s.turns[name] > s.turns[main] {
			main = name
		}
	}
	return main
}

// Unspaced warns, as the statistics of a corpus do, of texts that have no spaces between
// words; empty where they are less than a tenth.
func (s *Scripts) Unspaced() string {
	_, message := unspacedIn(s.turns)
	return message
}
