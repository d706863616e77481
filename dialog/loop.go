package dialog

import (
	"fmt"
	"strings"
	"unicode"
)

// A loop is one n-gram of words right after itself, without regard to case and
// punctuation: a word three times, or more words twice. People write that in one turn of
// a thousand. It is cut short where it is the end of a text and long: loopCopies of the
// n-gram or more, and loopWords words or more.
const (
	loopCopies = 3
	loopWords  = 8
)

// A loop is a run of words of a text, which begins with word first, is so many words long
// and repeats the first n of them. The last copy need not be whole.
type loop struct{ first, words, n int }

// Loops reports whether a text repeats itself.
func Loops(text string) bool { return longest(spoken(strings.Fields(text))).n > 0 }

// Readable is a text for people: what is kept or printed as JSON is whole. One without a
// word, and one that loops, say so. A long loop at the end is cut after its first copy.
func Readable(text string) string {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return "(no words)"
	}
	words := spoken(fields)
	l := longest(words)
	switch {
	case l.n == 0:
		return text
	case l.first+l.words < len(words), l.words < max(l.n*loopCopies, loopWords):
		return text + " … [loops]"
	}
	last := "1 word"
	if l.n > 1 {
		last = fmt.Sprintf("%d words", l.n)
	}
	return fmt.Sprintf("%s … [loops: the last %s %d times]", strings.Join(fields[:words[l.first+l.n-1].field+1], " "), last, l.words/l.n)
}

// A word is one of a text as it is compared, and its place among the fields.
type word struct {
	text  string
	field int
}

// spoken are the words of fields in lower case, without the signs around them. Signs that
// stand alone count where no word is before them.
func spoken(fields []string) (words []word) {
	bare := true
	for i, f := range fields {
		text := strings.TrimFunc(f, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.N) })
		switch {
		case text != "":
			words, bare = append(words, word{strings.ToLower(text), i}), false
		case bare:
			words = append(words, word{f, i})
		default:
			bare = true
		}
	}
	return words
}

// longest is the loop of most words, of equal ones that of the shortest n-gram; n = 0: none.
func longest(words []word) (l loop) {
	for n := 1; 2*n <= len(words); n++ {
		same := 0 // words before word i that are those n earlier
		for i := n; i < len(words); i++ {
			if words[i].text != words[i-n].text {
				same = 0
				continue
			}
			if same++; same >= max(n, 2) && same+n > l.words {
				l = loop{i + 1 - same - n, same + n, n}
			}
		}
	}
	return l
}
