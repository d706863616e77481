package main

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

// unlooped cuts a text that ends in a loop after the first copy of the shortest
// n-gram and says so. The last copy in the text need not be whole.
func unlooped(text string) string {
	words := strings.Fields(text)
	for n := 1; n*loopCopies <= len(words); n++ {
		first := len(words) - 1
		for first >= n && words[first] == words[first-n] {
			first--
		}
		first -= n - 1 // the first word of the first copy
		if looped := len(words) - first; looped >= max(n*loopCopies, loopWords) {
			return fmt.Sprintf("%s … [loops: the last %s %d times]", strings.Join(words[:first+n], " "), counted(n, "word"), looped/n)
		}
	}
	return text
}
