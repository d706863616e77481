package run

import (
	"errors"
	"fmt"

	"github.com/cvae-go/cvae/dialog/metric"
)

// Embedding says where word embeddings begin.
type Embedding struct {
	// Init is a text file of word vectors, as GloVe has them, which the words
	// that it has begin as. Empty: none.
	Init string `mapstructure:"init" yaml:"init"`
	// Found is how many tokens the file had; the run records it.
	Found int `mapstructure:"found" yaml:"found"`
}

func (c Config) validateEmbedding() error {
	if c.Embedding.Init != "" && c.Init != "" {
		return errors.New("embedding.init and init_from both give the first word embeddings; leave one of them out")
	}
	return nil
}

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
		return ConfigurationError{fmt.Errorf("embedding.init: %w", err)}
	}
	if have, want := vectors.Dim(), s.Config.Model.Encoder.Embedding; have != want {
		return ConfigurationError{fmt.Errorf("embedding.init: the vectors of %s have %d numbers, and encoder.embedding is %d; add --set encoder.embedding=%d, or give a file of %d", path, have, want, have, want)}
	}
	if vectors.Words() == 0 {
		return ConfigurationError{fmt.Errorf("embedding.init: %s has none of the %d tokens of this run; give word vectors of the corpus's language and case", path, s.Tokenizer.Size())}
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
