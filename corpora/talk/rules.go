package talk

import (
	_ "embed" // the lists of words
	"regexp"
	"strings"
)

// A Rule says which turns are left out.
type Rule struct {
	Name, Title string
	breaks      func(text string) bool
}

// long is the name of the rule whose turns are shortened.
const long = "long"

// Rules lists the rules in the order in which they are asked.
func Rules() []Rule {
	return []Rule{
		{"email", "an e-mail address", email.MatchString},
		{"link", "an address on the web", link.MatchString},
		{"handle", "a name on a network, @ and a word", handle.MatchString},
		{"phone", "seven digits or more, with at most two of ( ) . - and spaces between two of them", phone.MatchString},
		{"address", "a house number and a street", address.MatchString},
		{"slur", "a word of slurs.txt: slurs, obscenities, abuse, self-harm", hasSlur},
		{"name", "a given name of names.txt, or somebody who says a name", hasName},
		{"short", "fewer than 3 words, in answer to another turn", nil},
		{long, "more than 15 words: its first sentences stay as an answer, its last ones to be answered", nil},
	}
}

// broken is the name of the first rule that a turn breaks; empty: none. The first turn
// of a stretch answers nothing.
func broken(text string, first bool) string {
	for _, r := range Rules() {
		if r.breaks != nil && r.breaks(text) {
			return r.Name
		}
	}
	switch n := countWords(text); {
	case n == 0, n < Shortest && !first:
		return "short"
	case n > Longest:
		return long
	}
	return ""
}

var (
	email   = regexp.MustCompile(`\S@\S+\.\S`)
	link    = regexp.MustCompile(`(?i)\bhttps?:|\bwww\.|\b[a-z0-9-]+\.(com|org|net|edu|gov|io|ly|tv)\b`)
	handle  = regexp.MustCompile(`(^|\s)@\pL`)
	phone   = regexp.MustCompile(`(\d[\s().-]{0,2}){7}`)
	address = regexp.MustCompile(`(?i)\b\d+\s+([nsew]\.?\s+)?([a-z]+\s+){1,2}(street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|apartment|apt)\b`)
	says    = regexp.MustCompile(`(?i)\b(my|your|his|her) (first |last |full )?name (is|was)\b|\b(my|his|her) name's\b|\bcall me\b|\b(I am|I'm) called\b`)
)

// The lists hold words between spaces; * at the end of one stands for any letters.
var (
	//go:embed names.txt
	namesFile string
	//go:embed slurs.txt
	slursFile string
	names     = parseList(namesFile)
	slurs     = parseList(slursFile)
)

func hasName(text string) bool { return says.MatchString(text) || names.has(text) }
func hasSlur(text string) bool { return slurs.has(text) }

// A list is words and beginnings of words, in lower case.
type list struct {
	words  map[string]bool
	begins []string
}

func parseList(text string) list {
	l := list{words: map[string]bool{}}
	for _, line := range strings.Fields(text) {
		if begin, cut := strings.CutSuffix(line, "*"); cut {
			l.begins = append(l.begins, begin)
		} else {
			l.words[line] = true
		}
	}
	return l
}

var word = regexp.MustCompile(`\pL+`)

// has tells whether a word of the text, a run of letters, is in the list.
func (l list) has(text string) bool {
	for _, w := range word.FindAllString(strings.ToLower(text), -1) {
		if l.words[w] {
			return true
		}
		for _, b := range l.begins {
			if strings.HasPrefix(w, b) {
				return true
			}
		}
	}
	return false
}
