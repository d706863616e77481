package cvae

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae/internal/op"
)

// SetWord gives a word of the vocabulary a vector in every word embedding of the
// model, in place of its first values. ResetDecoder forgets it in an embedding
// that the decoder has to itself.
func (m *Model[T]) SetWord(id int, vector []float32) error {
	if e := m.Config.Encoder.Embedding; len(vector) != e {
		return fmt.Errorf("a word vector of %d numbers for a word embedding of %d", len(vector), e)
	}
	for _, w := range m.wordEmbeddings() {
		to := w.Row(w.Value, int32(id))
		for i, v := range vector {
			to[i] = T(v)
		}
		w.Changed()
	}
	return nil
}

// wordEmbeddings are the word embeddings, shared ones several times.
func (m *Model[T]) wordEmbeddings() []*op.Weight[T] {
	words := []*op.Weight[T]{m.decoder.Words()}
	if m.context != nil {
		words = append(words, m.context.Turns.Embedding)
	}
	if m.response != nil {
		words = append(words, m.response.Embedding)
	}
	return words
}
