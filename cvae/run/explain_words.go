package run

import (
	"fmt"
	"strings"
	"unicode"
)

// ofEnd is what the end of an answer is called beside its words.
const ofEnd = "(end)"

// wordsOf are the words of the text of tokens, and for each token the word that it is
// part of. A word that stands there before has its number behind it; the end of a text
// that has one is the last word.
func (r *Run) wordsOf(ids []int32, ended bool) (words []string, places []int) {
	places = make([]int, len(ids))
	for t := range ids {
		places[t] = max(0, len(strings.Fields(r.Tokenizer.Text(ids[:t+1])))-1)
	}
	for t := len(ids) - 2; t >= 0; t-- { // a later token may join the words before it
		places[t] = min(places[t], places[t+1])
	}
	times := map[string]int{}
	for _, word := range strings.Fields(r.Tokenizer.Text(ids)) {
		if times[word]++; times[word] > 1 {
			word = fmt.Sprintf("%s (%d)", word, times[word])
		}
		words = append(words, word)
	}
	if len(words) == 0 && len(ids) > 0 { // tokens without a text
		words = append(words, "")
	}
	if ended {
		places = append(places, len(words))
		words = append(words, ofEnd)
	}
	return words, places
}

// isWord tells whether a token has two letters or is one that stands alone in writing without an alphabet.
func isWord(text string) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return letters > 1
}
