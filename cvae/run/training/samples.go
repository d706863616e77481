package training

import (
	"context"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// What samples shows as a model trains: so many replies to so many contexts,
// or so many sentences.
const (
	sampledContexts  = 3
	sampledReplies   = 2
	sampledSentences = 4
)

// openings are the contexts of the samples.
func (t *Training) openings(ctx context.Context) (contexts [][]string, err error) {
	return t.firstTurns(ctx, sampledContexts)
}

// firstTurns are the first turns of the first dialogues of the validation split, at most
// n different ones; one empty context in text mode.
func (t *Training) firstTurns(ctx context.Context, n int) (contexts [][]string, err error) {
	if t.run.Sentences() {
		return [][]string{nil}, nil
	}
	seen := map[string]bool{}
	for d, err := range run.Until(ctx, t.corpus.Dialogues(dialog.Valid)) {
		if err != nil {
			return nil, err
		}
		if len(d.Turns) < 2 || seen[d.Turns[0].Text] {
			continue
		}
		seen[d.Turns[0].Text] = true
		if contexts = append(contexts, []string{d.Turns[0].Text}); len(contexts) == n {
			break
		}
	}
	return contexts, nil
}

// Sample implements train.Sampler, from the same draws each time. A context
// without an answer, such as one without a word, is left out.
func (t *Training) Sample(ctx context.Context) (out []dialog.Sample, err error) {
	q := t.run.Sampling()
	q.N, q.Seed = sampledReplies, t.Config.Seed
	if t.run.Sentences() {
		q.N = sampledSentences
	}
	for _, turns := range t.sampled {
		reply, err := t.run.Respond(ctx, dialog.Request{Context: turns, Sampling: q}, nil)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			continue
		}
		sample := dialog.Sample{Context: turns}
		for _, r := range reply.Responses {
			sample.Responses = append(sample.Responses, r.Text)
		}
		out = append(out, sample)
	}
	return out, nil
}
