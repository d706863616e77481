package training

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/dialog/metric"
)

// initialiseWords gives the tokens of a fresh model their word vectors.
func (t *Training) initialiseWords() error {
	path := t.Config.Embedding.Init
	if path == "" {
		return nil
	}
	ids := map[string]int{}
	words := map[string]bool{}
	for id := range t.words.Size() {
		word := t.words.Token(int32(id))
		ids[word], words[word] = id, true
	}
	vectors, err := metric.ReadVectors(path, words)
	if err != nil {
		return config.Error{Err: setting.Of("embedding.init", fmt.Errorf("embedding.init: %w", err))}
	}
	if have, want := vectors.Dim(), t.Config.Model.Encoder.Embedding; have != want {
		return config.Error{Err: setting.Of("embedding.init", fmt.Errorf("embedding.init: the vectors of %s have %d numbers, and encoder.embedding is %d; add --set encoder.embedding=%d, or give a file of %d", path, have, want, have, want))}
	}
	if vectors.Words() == 0 {
		return config.Error{Err: setting.Of("embedding.init", fmt.Errorf("embedding.init: %s has none of the %d tokens of this run; give word vectors of the corpus's language and case", path, t.words.Size()))}
	}
	for word, id := range ids {
		vector, ok := vectors.Vector(word)
		if !ok {
			continue
		}
		if err := t.model.SetWord(id, vector); err != nil {
			return fmt.Errorf("embedding.init: %w", err)
		}
	}
	t.Config.Embedding.Found = vectors.Words()
	return nil
}
