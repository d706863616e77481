package chat

import (
	"context"
	"fmt"
	"sync"

	"github.com/cvae-go/cvae/dialog"
)

// A guard asks a responder and keeps its faults from the chat.
type guard struct {
	dialog.Responder
	asking sync.RWMutex // read-locked by each request
}

// wait waits for the requests whose context has ended, so that the responder
// may be closed. Those that begin later do not reach it.
func (g *guard) wait() {
	g.asking.Lock()
	defer g.asking.Unlock()
}

// respond asks for a reply. A fault of the responder becomes an error.
func (g *guard) respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (reply dialog.Reply, err error) {
	g.asking.RLock()
	defer g.asking.RUnlock()
	if ctx.Err() != nil {
		return reply, ctx.Err()
	}
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("a fault in the model: %v", fault)
		}
	}()
	return g.Respond(ctx, q, stream)
}
