package train

import (
	"context"
	"fmt"
	"time"

	"github.com/cvae-go/cvae/cvae/ranks"
)

// An agreement makes ranks stop after the same step. That it is asked to stop, and what
// time it is, a rank knows alone, so it tells the others after every gradient.
type agreement struct {
	link    ranks.Link
	asked   context.Context // of this rank
	stop    context.CancelCauseFunc
	elapsed time.Duration // of rank 0 at the last meeting
}

// ErrAsked ends the training of a rank because another one was asked to stop.
var ErrAsked = fmt.Errorf("another rank was asked to stop: %w", context.Canceled)

// agree returns a context for the whole of training: it ends on all ranks at once.
func (t *Trainer) agree(asked context.Context) (context.Context, error) {
	if t.options.Ranks.Size() == 1 {
		return asked, nil
	}
	ctx, stop := context.WithCancelCause(context.WithoutCancel(asked))
	t.agreement = &agreement{link: t.options.Ranks, asked: asked, stop: stop}
	return ctx, t.agreement.meet(t.watch)
}

// meet tells the other ranks of this one. A nil agreement has none.
func (a *agreement) meet(w *watch) error {
	if a == nil {
		return nil
	}
	mine := []int64{0, int64(w.elapsed())}
	if a.asked.Err() != nil {
		mine[0] = 1
	}
	all, err := ranks.Gather(a.link, mine)
	if err != nil {
		return fmt.Errorf("agreeing with the other ranks: %w", err)
	}
	a.elapsed = time.Duration(all[0][1])
	for _, rank := range all {
		if rank[0] != 0 {
			cause := context.Cause(a.asked)
			if cause == nil {
				cause = ErrAsked
			}
			a.stop(cause)
		}
	}
	return nil
}

// elapsed is the time spent on the run, the same on all ranks.
func (t *Trainer) elapsed() time.Duration {
	if t.agreement != nil {
		return t.agreement.elapsed
	}
	return t.watch.elapsed()
}
