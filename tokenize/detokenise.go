package tokenize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Detokenise joins words for display: no space before closing punctuation or
// after opening punctuation, contractions, numbers and hyphens in one piece,
// a capital at the start of each sentence, I for a word i, Mr for mr. It takes the words
// of either Split and adds, drops or changes no other character. What the split
// lost it can only guess: a hyphen between words joins them, a dash stays apart.
// Metrics use the words themselves. Joiners that join nothing go.
func Detokenise(words []string) string {
	d := detokeniser{words: words, startsSentence: true}
	for i := range words {
		d.write(i)
	}
	return joined(d.text.String())
}

// A detokeniser writes words from left to right.
type detokeniser struct {
	words          []string
	text           strings.Builder
	startsSentence bool // the next word gets a capital
	glueNext       bool // the next word follows without a space
	inDouble       bool // inside double quotes
	inSingle       bool // inside single quotes
}

func (d *detokeniser) write(i int) {
	word := d.words[i]
	if word == "" {
		return
	}
	left, right := d.glue(i)
	if d.text.Len() > 0 && !left && !d.glueNext {
		d.text.WriteByte(' ')
	}
	d.glueNext = right
	if isPunctuation(word) {
		d.text.WriteString(word)
		d.startsSentence = d.startsSentence || d.endsSentence(i)
		return
	}
	d.text.WriteString(d.capitalise(word))
	d.startsSentence = endsSentence(word) // Space split: "yes." is one word
}

// glue reports whether words[i] stands without a space on its left and right.
func (d *detokeniser) glue(i int) (left, right bool) {
	word := d.words[i]
	switch {
	case strings.Trim(word, "\u200c\u200d") == "": // of an emoji
		return true, true
	case word == "'" || word == "’":
		return d.apostrophe(i)
	case word == `"`:
		d.inDouble = !d.inDouble
		return !d.inDouble, d.inDouble
	case isClitic(word):
		return true, false
	case !isPunctuation(word) || isEmoticon(word):
		return false, false
	case d.joins(i):
		return true, true
	}
	return d.edges(word)
}

// edges looks at the first and the last rune of a run of punctuation such as
// `,"`. A double quote in it closes if the run leans left, and else changes sides.
func (d *detokeniser) edges(word string) (left, right bool) {
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	left = strings.ContainsRune(closing+"'", first) || first == '"' && d.inDouble
	right = strings.ContainsRune(opening+wide, last) || word == "``"
	if strings.Contains(word, `"`) {
		d.inDouble = !left && !d.inDouble
		right = right || last == '"' && d.inDouble
	}
	if strings.Contains(word, "'") {
		d.inSingle = false
	}
	return left, right
}

const (
	closing = ".,!?;:)]}%…’”»" + wide
	opening = "([{$£€#¿¡‘“«"
	wide    = "。，！？、；：）」" // no space on either side
)

// apostrophe tells a contraction (don ' t) from a quote and a plural (boys ').
// Two plurals in one text look like a quote and are taken for one.
func (d *detokeniser) apostrophe(i int) (left, right bool) {
	switch {
	case d.contracts(i):
		return true, true
	case d.inSingle:
		d.inSingle = false
		return true, false
	case d.closesLater(i):
		d.inSingle = true
		return false, true
	case i == 0 || elisions[strings.ToLower(d.at(i+1))]:
		return false, true
	}
	return true, false
}

// contracts reports whether the apostrophe words[i] is inside a contraction.
func (d *detokeniser) contracts(i int) bool {
	before, after := strings.ToLower(d.at(i-1)), strings.ToLower(d.at(i+1))
	if before == "" || isPunctuation(before) {
		return false
	}
	return contractions[after] || after == "clock" && before == "o" || after == "all" && before == "y" || after == "am" && before == "ma"
}

// closesLater reports whether a quote opened by words[i] has an end: another
// apostrophe, or a run such as .' that holds one.
func (d *detokeniser) closesLater(i int) bool {
	for j := i + 1; j < len(d.words); j++ {
		if d.endsQuote(j) {
			return j > i+1
		}
	}
	return false
}

// endsQuote reports whether words[j] holds an apostrophe that is in no contraction.
func (d *detokeniser) endsQuote(j int) bool {
	word := d.words[j]
	return isPunctuation(word) && strings.ContainsAny(word, "'’") && !d.contracts(j)
}

var (
	contractions = map[string]bool{"s": true, "t": true, "m": true, "d": true, "re": true, "ve": true, "ll": true}
	elisions     = map[string]bool{"em": true, "cause": true, "til": true, "tis": true, "twas": true}
	titles       = map[string]bool{"mr": true, "mrs": true, "ms": true, "dr": true}
)

// isClitic knows the Penn Treebank's second halves: 's, 'll, n't.
func isClitic(word string) bool {
	word = strings.ToLower(strings.ReplaceAll(word, "’", "'"))
	return word == "n't" || strings.HasPrefix(word, "'") && contractions[word[1:]]
}

// joins reports whether words[i] makes one piece of its neighbours: well-known,
// and/or, 3.5, 7:30, 1,000, a.m.
func (d *detokeniser) joins(i int) bool {
	before, after := d.at(i-1), d.at(i+1)
	switch d.words[i] {
	case "-", "/":
		return before != "" && after != "" && !isPunctuation(before) && !isPunctuation(after)
	case ":":
		return isNumber(before) && isNumber(after)
	case ".":
		return isNumber(before) && isNumber(after) || isInitial(before) && isInitial(after)
	case ",":
		return isNumber(before) && isNumber(after) && len(before) <= 3 && len(after) == 3
	}
	return false
}

// at returns words[i], or nothing past the ends.
func (d *detokeniser) at(i int) string {
	if i < 0 || i >= len(d.words) {
		return ""
	}
	return d.words[i]
}

// endsSentence is the function of that name, except for the last point of a.m.
func (d *detokeniser) endsSentence(i int) bool {
	isAbbreviation := d.words[i] == "." && isInitial(d.at(i-1)) && d.at(i-2) == "."
	return endsSentence(d.words[i]) && !d.joins(i) && !isAbbreviation
}

// endsSentence reports whether word ends in a sentence's last mark, within
// closing quotes and brackets. An ellipsis ends nothing: it may be a pause.
func endsSentence(word string) bool {
	word = strings.TrimRight(word, `"'”’)`)
	last, _ := utf8.DecodeLastRuneInString(word)
	return strings.ContainsRune(".!?。！？", last) && !strings.HasSuffix(word, "..")
}

// capitalise gives a capital to the start of a sentence, to I and to titles.
func (d *detokeniser) capitalise(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	if isI := word == "i" || strings.HasPrefix(word, "i'") || strings.HasPrefix(word, "i’"); isI || d.startsSentence || titles[strings.TrimSuffix(word, ".")] {
		return string(unicode.ToTitle(first)) + word[size:]
	}
	return word
}

// isPunctuation reports whether word has no letter, digit or underscore.
func isPunctuation(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return isWordRune(r) && !isJoiner(r) })
}

// isEmoticon knows :) and its like, which stand apart.
func isEmoticon(word string) bool {
	return len(word) > 1 && strings.ContainsRune(":;", rune(word[0])) && strings.ContainsRune("()*|/", rune(word[len(word)-1]))
}

func isNumber(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// isInitial reports whether word is one letter. An i is the word I: so do i . i know.
func isInitial(word string) bool {
	r, size := utf8.DecodeRuneInString(word)
	return size == len(word) && unicode.IsLetter(r) && r != 'i'
}
