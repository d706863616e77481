package corpora

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/dialog"
)

// LeftOut counts the messages of logs of chat that are no talk, and records that are not wanted.
type LeftOut = source.LeftOut

// chat makes conversations of records that say when their turns were said.
type chat struct {
	path  string
	shape *shape.Map
}

// read streams the conversations. Each record is a message, or a chat with a list of them. Messages that name
// several dialogues may stand between each other.
func (c chat) read(rows iter.Seq2[record.Record, error], yield func(dialog.Dialogue, error) bool) {
	clock := shape.Clock{MonthFirst: c.monthFirst(rows)}
	if c.shape.Logged() && c.newestFirst(rows, clock) {
		rows = c.oldestFirst(rows, clock)
	}
	all := talk.New(c.path, yield)
	open := map[string]*talk.Conversations{"": all} // by their dialogue
	order := []*talk.Conversations{all}
	member := ""
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
			if r.Member != member && c.shape.Logged() && !all.End(nil) {
				return
			}
			member = r.Member
			group := c.shape.Group(r.Value)
			if all = open[group]; all == nil {
				all = talk.New(c.path, yield)
				open[group], order = all, append(order, all)
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
	for _, conversations := range order {
		if !conversations.Close() {
			return
		}
	}
}

// newestFirst tells whether the first message that has another time than the one before it was said before that.
func (c chat) newestFirst(rows iter.Seq2[record.Record, error], clock shape.Clock) bool {
	var last time.Time
	member := ""
	for r, err := range rows {
		if err != nil {
			continue
		}
		at := c.shape.When(r.Value, clock)
		if r.Member == member && !at.IsZero() && !last.IsZero() && !at.Equal(last) {
			return at.Before(last)
		}
		last, member = at, r.Member
	}
	return false
}

// oldestFirst sorts the messages of each chat, which are held in memory, by their times.
func (c chat) oldestFirst(rows iter.Seq2[record.Record, error], clock shape.Clock) iter.Seq2[record.Record, error] {
	return func(yield func(record.Record, error) bool) {
		var held []record.Record
		size := 0
		release := func() bool {
			slices.Reverse(held) // messages of one time are newest first too
			slices.SortStableFunc(held, func(a, b record.Record) int {
				return c.shape.When(a.Value, clock).Compare(c.shape.When(b.Value, clock))
			})
			for _, r := range held {
				if !yield(r, nil) {
					return false
				}
			}
			held, size = held[:0], 0
			return true
		}
		for r, err := range rows {
			if err == nil && len(held) > 0 && r.Member != held[0].Member && !release() {
				return
			}
			if size += r.Size; size > mostReplies {
				yield(r, fmt.Errorf("corpora: %s has more than %d MiB of messages with the newest first, which are held in memory; cut it into files", fault.Shown(c.path), mostReplies>>20))
				return
			}
			if err == nil {
				held = append(held, r)
			} else if !yield(r, err) {
				return
			}
		}
		release()
	}
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
