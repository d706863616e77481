package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/openai"
	"github.com/cvae-go/cvae/dialog/safe"
)

// warningHeader says that vectors mean little.
const warningHeader = "Cvae-Warning"

// embed answers /v1/embeddings with the means of posteriors.
func (s *Server) embed(w http.ResponseWriter, r *http.Request) {
	text, fault := body(w, r)
	if fault != nil {
		fail(w, fault)
		return
	}
	q, fault := openai.ReadEmbedding(text)
	if fault != nil {
		fail(w, fault)
		return
	}
	m := s.model(q.Model)
	if m == nil {
		fail(w, openai.NoModel(q.Model))
		return
	}
	if fault := checkEmbedding(w, m, q); fault != nil {
		fail(w, fault)
		return
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), s.options.Timeout, errTimeout)
	defer cancel()
	var vectors [][]float32
	var tokens int
	var err error
	if fault := m.queue.Do(ctx, func() { vectors, tokens, err = m.means(ctx, q) }); fault != nil {
		err = fault
	}
	if err != nil {
		s.end(ctx, m, w, err)
		return
	}
	if card := m.card.Latent; card != nil && card.Verdict != "" {
		w.Header().Add(warningHeader, safe.Line("the latent has collapsed: "+card.Verdict))
	}
	reply(w, openai.NewEmbeddingReply(q, m.id, vectors, tokens))
}

// checkEmbedding refuses what the model cannot embed.
func checkEmbedding(w http.ResponseWriter, m *model, q openai.EmbeddingRequest) *openai.Error {
	z := m.run.Latent()
	switch {
	case z.None():
		return openai.BadParameter("model", fmt.Sprintf("the model %q has no latent, and so no embeddings", m.id))
	case z.Sequence():
		return openai.BadParameter("model", fmt.Sprintf("the model %q has a z for every word, and so no vector for a text", m.id))
	case q.Dimensions != 0 && q.Dimensions != z.Dim:
		return openai.BadParameter("dimensions", fmt.Sprintf("dimensions is %d; this model has %d", q.Dimensions, z.Dim))
	case m.run.Sentences() && q.Context != nil:
		return openai.BadParameter("cvae.context", "a model of sentences reads no context")
	case !m.run.Sentences() && len(q.Context) == 0:
		return openai.BadParameter("cvae.context", "cvae.context is missing: this model embeds a response to a context, a list of turns")
	}
	return checkLabels(w, m.run, q.Labels)
}

// means are the posterior means (N,d) of the inputs, and the number of their tokens.
func (m *model) means(ctx context.Context, q openai.EmbeddingRequest) (vectors [][]float32, tokens int, err error) {
	for i, text := range q.Input {
		code, err := m.run.Encode(ctx, run.Pair{Context: q.Context, Labels: q.Labels, Response: text}, 0)
		if errors.Is(err, run.ErrNoResponse) {
			return nil, 0, openai.BadParameter(fmt.Sprintf("input[%d]", i), fmt.Sprintf("input[%d] holds no word", i))
		}
		if errors.Is(err, run.ErrRequest) {
			return nil, 0, blamed(err, "cvae.context")
		}
		if err != nil {
			return nil, 0, err
		}
		ids, err := m.run.Tokenizer.Encode(text)
		if err != nil {
			return nil, 0, err
		}
		vectors, tokens = append(vectors, code.Mean.Vector()), tokens+len(ids)
	}
	return vectors, tokens, nil
}
