package corpora

import (
	"errors"
	"iter"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/dialog"
)

// LeftOut counts the messages of logs of chat that are no talk.
type LeftOut = source.LeftOut

// chat makes conversations of records that say when their turns were said.
type chat struct {
	path  string
	shape *shape.Map
}

// read streams the conversations. Each record is a message, or a chat with a list of them.
func (c chat) read(rows iter.Seq2[record.Record, error], yield func(dialog.Dialogue, error) bool) {
	all := talk.New(c.path, yield)
	clock := shape.Clock{MonthFirst: c.monthFirst(rows)}
	group, member := "", ""
	for r, err := range rows {
		var messages []talk.Message
		var labels map[string]string
		if err == nil {
			if messages, labels, err = c.shape.Messages(r.Value, clock); err != nil {
				err = fault.At(c.path, r.Number, err.Error())
			}
		}
		var bad *fault.Malformed
		switch {
		case errors.As(err, &bad):
			all.Bad(r.Number, bad)
		case err != nil:
			yield(dialog.Dialogue{}, err)
			return
		default:
			if now := c.shape.Group(r.Value); now != group || r.Member != member && c.shape.Logged() {
				if !all.End(nil) {
					return
				}
				group, member = now, r.Member
			}
		}
		for _, m := range messages {
			m.Number = r.Number
			if !all.Add(m, labels) {
				return
			}
		}
		if !c.shape.Logged() && !all.End(labels) {
			return
		}
	}
	all.Close()
}

// monthFirst reads as many of the rows as it takes to know how their dates are written.
func (c chat) monthFirst(rows iter.Seq2[record.Record, error]) bool {
	var order talk.Order
	for r, err := range rows {
		if err != nil {
			continue
		}
		if stamp, isStamp := c.shape.Stamp(r.Value); !isStamp || order.Observe(stamp) {
			break
		}
	}
	return order.MonthFirst()
}
