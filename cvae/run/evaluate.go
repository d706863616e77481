package run

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
)

// Corpus is the corpus that the session trains on.
func (s *Session) Corpus() *corpora.Corpus { return s.corpus }

// Evaluate measures the model on a split of a corpus; the run decides the batch
// size and the threads of o. progress may be nil.
func (r *Run) Evaluate(ctx context.Context, c *corpora.Corpus, split dialog.Split, o eval.Options, progress func(done, total int)) (eval.Report, error) {
	set, err := r.Set(ctx, c, split)
	if err != nil {
		return eval.Report{}, err
	}
	defer set.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	o.Batch, o.Threads = r.Config.Batch, r.team.Threads()
	report, err := eval.Evaluate(ctx, r.model, set, o, progress)
	if err != nil {
		return report, fmt.Errorf("evaluating the %s split: %w", split, err)
	}
	report.Run, report.Corpus, report.Split, report.Method = r.Dir, c.Name(), string(split), r.Config.Method
	return report, nil
}

// Score is what the model thinks of a response to a context, with so many
// importance samples. In text mode the context must be empty.
func (r *Run) Score(ctx context.Context, turns []string, response string, seed uint64, samples int) (eval.Likelihood, error) {
	e, err := r.pair(turns, response)
	if err != nil {
		return eval.Likelihood{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	scores, err := eval.Score(ctx, r.model, dialog.NewBatch([]dialog.Example{e}, r.Config.Model.Encoder.Start), seed, samples)
	if err != nil {
		return eval.Likelihood{}, err
	}
	return scores[0], nil
}

// pair encodes a context and its response.
func (r *Run) pair(turns []string, response string) (e dialog.Example, err error) {
	if r.Config.Model.Mode == cvae.Text && len(turns) > 0 {
		return e, fmt.Errorf("%w: a model of sentences has no context", ErrRequest)
	}
	if r.Config.Model.Mode == cvae.Dialogue {
		if e, err = r.context(turns); err != nil {
			return e, err
		}
	}
	ids, err := r.Tokenizer.Encode(response)
	if err != nil {
		return e, err
	}
	if len(ids) == 0 {
		return e, fmt.Errorf("%w: the response holds no word", ErrRequest)
	}
	e.Response = ids[:min(len(ids), r.Config.Model.Window().Response-1)]
	return e, nil
}
