package run

import (
	"strings"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
)

// Openings are up to two short first turns of the validation split of a corpus, of its first dialogues: turns to begin with.
func Openings(c *corpora.Corpus) (found []string) {
	const most, dialogues, words = 2, 200, 12
	seen := 0
	for d, err := range c.Dialogues(dialog.Valid) {
		if seen++; err != nil || seen > dialogues || len(found) == most {
			break
		}
		if text := strings.Join(strings.Fields(d.Turns[0].Text), " "); len(d.Turns) > 1 && text != "" && len(strings.Fields(text)) <= words && (len(found) == 0 || found[0] != text) {
			found = append(found, text)
		}
	}
	return found
}
