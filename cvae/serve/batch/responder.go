package batch

import (
	"context"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

var _ dialog.Responder = Responder{}

// A Responder answers through a queue, so that its requests share passes with those of
// others.
type Responder struct {
	*run.Run
	Queue *Queue
}

// Respond implements dialog.Responder. A search by beams has the model for itself.
func (r Responder) Respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (reply dialog.Reply, err error) {
	if q.Beam > 0 {
		if fault := r.Queue.Do(ctx, func() { reply, err = r.Run.Respond(ctx, q, stream) }); fault != nil {
			return dialog.Reply{}, fault
		}
		return reply, err
	}
	answer := r.Queue.Ask(run.Question{Ctx: ctx, Request: q, Each: r.Streamed(stream)})
	return answer.Reply, answer.Err
}
