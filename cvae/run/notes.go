package run

import "fmt"

// Notes say in a few words what the model is told besides contexts, and what
// its words began as; nothing where all is as usual.
func (s *Session) Notes() (notes []string) {
	c := s.Config.Model.Condition
	for _, name := range c.Labels {
		notes = append(notes, fmt.Sprintf("conditioned on the label %s, %d values", name, len(s.labels[name])))
	}
	if c.ActHead {
		notes = append(notes, fmt.Sprintf("predicts the %s of the response, one of %d", c.Act, len(s.labels[c.Act])))
	}
	if e := s.Config.Embedding; e.Init != "" {
		notes = append(notes, fmt.Sprintf("%d of %d tokens began as word vectors of %s", e.Found, s.Tokenizer.Size(), e.Init))
	}
	return notes
}
