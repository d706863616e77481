package conversation

import (
	"fmt"
	"io"
	"slices"
)

// example is one line of JSONL.
type example struct {
	Context    []string `json:"context"`
	Response   string   `json:"response"`
	Settings   Settings `json:"settings"`
	Candidates []scored `json:"candidates"`
}

// JSONL writes the exchanges from the first to the current one, a line each,
// with the chosen response, or candidate 0 where none is chosen. The lines are
// a corpus of the format jsonl, in which no turn is blank: blank turns of the
// context are left out, and so is an exchange without a response.
func (c *Conversation) JSONL(w io.Writer) error {
	path := c.Path()
	for i, e := range path {
		candidates := e.Candidates()
		if len(candidates) == 0 || isBlank(candidates[max(0, e.Chosen)].Text) {
			continue
		}
		line, err := encodeLine(example{
			Context:    spoken(contextOf(path[:i+1])),
			Response:   candidates[max(0, e.Chosen)].Text,
			Settings:   e.Takes[e.Take].Settings,
			Candidates: scoredOf(e),
		})
		if err == nil {
			_, err = w.Write(line)
		}
		if err != nil {
			return fmt.Errorf("write exchange %d: %w", i+1, err)
		}
	}
	return nil
}

// spoken returns the turns that are not blank; never nil.
func spoken(turns []string) []string {
	return slices.DeleteFunc(append([]string{}, turns...), isBlank)
}

// scoredOf returns the candidates of an exchange. Without a latent there is no
// distance.
func scoredOf(e Exchange) []scored {
	all := each(e.Candidates(), score)
	for i := range all {
		if all[i].Z == nil {
			all[i].PriorDistance = nil
		}
	}
	return all
}
