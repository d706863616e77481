// Package talk keeps of a corpus of real conversations what a small model of everyday
// talk may learn: short turns without what identifies a person and without abuse.
package talk

import (
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

const (
	// Longest is the most words of a turn that is kept whole.
	Longest = 15
	// Shortest is the fewest words of a turn that answers another.
	Shortest = 3
)

// A Filter cuts dialogues and counts why. It serves one goroutine.
type Filter struct {
	// Hits counts turns by the name of the rule that they broke, the first of
	// Rules where they break several.
	Hits map[string]int
}

// New returns a filter that has counted nothing.
func New() *Filter {
	f := &Filter{Hits: map[string]int{}}
	for _, r := range Rules() {
		f.Hits[r.Name] = 0
	}
	return f
}

// Keep returns what is left of d: stretches of two turns or more, each a dialogue. A
// turn that breaks a rule ends a stretch. A turn that is only too long ends it with
// its first sentences and begins the next one with its last, so that it answers
// what was said before it and is answered by what was said after it.
func (f *Filter) Keep(d dialog.Dialogue) (kept []dialog.Dialogue) {
	var stretch []dialog.Turn
	cut := func() {
		if len(stretch) > 1 {
			part := d
			part.Turns = stretch
			kept = append(kept, part)
		}
		stretch = nil
	}
	for _, turn := range d.Turns {
		turn.Text = spell(turn.Text)
		rule := broken(turn.Text, len(stretch) == 0)
		if rule != "" {
			f.Hits[rule]++
		}
		switch {
		case rule == long:
			first, last := ends(turn)
			if countWords(first.Text) >= Shortest {
				stretch = append(stretch, first)
			}
			cut()
			if last.Text != "" {
				stretch = []dialog.Turn{last}
			}
		case rule != "":
			cut()
		default:
			stretch = append(stretch, turn)
		}
	}
	cut()
	return kept
}

// ends returns the first sentences of a turn and its last ones, as many as have
// at most Longest words; empty where the first or the last has more.
func ends(t dialog.Turn) (first, last dialog.Turn) {
	all := sentences(t.Text)
	first, last = t, t
	first.Text = strings.Join(all[:fitting(all)], " ")
	slices.Reverse(all)
	all = all[:fitting(all)]
	slices.Reverse(all)
	last.Text = strings.Join(all, " ")
	return first, last
}

// fitting is how many of the first sentences have at most Longest words.
func fitting(sentences []string) int {
	words := 0
	for i, s := range sentences {
		if words += countWords(s); words > Longest {
			return i
		}
	}
	return len(sentences)
}

// sentences splits a text after the words that end one.
func sentences(text string) (all []string) {
	var sentence []string
	for _, w := range strings.Fields(text) {
		sentence = append(sentence, w)
		if strings.HasSuffix(w, ".") || strings.HasSuffix(w, "!") || strings.HasSuffix(w, "?") {
			all, sentence = append(all, strings.Join(sentence, " ")), nil
		}
	}
	if len(sentence) > 0 {
		all = append(all, strings.Join(sentence, " "))
	}
	return all
}

func countWords(text string) int { return len(strings.Fields(text)) }
