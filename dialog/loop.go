package dialog

import (
	"fmt"
	"strings"
)

// A loop is one n-gram of words over and over: loopCopies of it or more, and
// loopWords words or more.
const (
	loopCopies = 3
	loopWords  = 8
)

// Unlooped cuts a text that ends in a loop after the first copy of the shortest
// n-gram and says so: for people, for what is kept or printed as JSON is whole. The
// last copy in the text need not be whole.
func Unlooped(text string) string {
	words := strings.Fields(text)
	for n := 1; n*loopCopies <= len(words); n++ {
		first := len(words) - 1
		for first >= n && words[first] == words[first-n] {
			first--
		}
		first -= n - 1 // the first word of the first copy
		if looped := len(words) - first; looped >= max(n*loopCopies, loopWords) {
			last := "1 word"
			if n > 1 {
				last = fmt.Sprintf("%d words", n)
			}
			return fmt.Sprintf("%s … [loops: the last %s %d times]", strings.Join(words[:first+n], " "), last, looped/n)
		}
	}
	return text
}
