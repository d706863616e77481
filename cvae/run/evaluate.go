package run

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/dialog"
)

// Evaluate measures the model on a split of a corpus; the run decides the batch
// size, the threads and the situation of o. progress may be nil.
func (r *Run) Evaluate(ctx context.Context, c *corpora.Corpus, split dialog.Split, o eval.Options, progress func(done, total int)) (eval.Report, error) {
	set, err := r.Set(ctx, c, split)
	if err != nil {
		return eval.Report{}, err
	}
	defer set.Close()
	o.Situation = r.Situation(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	o.Batch, o.Threads = r.Config.Batch, r.model.Team().Threads()
	report, err := eval.Evaluate(ctx, r.model, set, o, progress)
	if err != nil {
		return report, fmt.Errorf("evaluating the %s split: %w", split, err)
	}
	report.Run, report.Corpus, report.Split, report.Method = r.Dir, c.Name(), string(split), r.Config.Method
	return report, nil
}
