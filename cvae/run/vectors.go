package run

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/dialog/metric"
)

// initialiseWords gives the tokens of a fresh model their word vectors.
func (s *Session) initialiseWords() error {
	path := s.Config.Embedding.Init
	if path == "" {
		return nil
	}
	ids := map[string]int{}
	words := map[string]bool{}
	for id := range s.Tokenizer.Size() {
		word := s.Tokenizer.Token(int32(id))
		ids[word], words[word] = id, true
	}
	vectors, err := metric.ReadVectors(path, words)
	if err != nil {
		return config.Error{Err: fmt.Errorf("embedding.init: %w", err)}
	}
	if have, want := vectors.Dim(), s.Config.Model.Encoder.Embedding; have != want {
		return config.Error{Err: fmt.Errorf("embedding.init: the vectors of %s have %d numbers, and encoder.embedding is %d; add --set encoder.embedding=%d, or give a file of %d", path, have, want, have, want)}
	}
	if vectors.Words() == 0 {
		return config.Error{Err: fmt.Errorf("embedding.init: %s has none of the %d tokens of this run; give word vectors of the corpus's language and case", path, s.Tokenizer.Size())}
	}
	for word, id := range ids {
		vector, ok := vectors.Vector(word)
		if !ok {
			continue
		}
		if err := s.model.SetWord(id, vector); err != nil {
			return fmt.Errorf("embedding.init: %w", err)
		}
	}
	s.Config.Embedding.Found = vectors.Words()
	return nil
}
