package shape

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/talk"
)

// Timed tells whether the map says when turns are said, so that they are messages of a chat.
func (m *Map) Timed() bool { return m.time != nil }

// Logged tells whether a record is one message of a chat; otherwise it is a chat, with a list of messages.
func (m *Map) Logged() bool {
	_, inside := m.time.within((&builder{shape: m}).list())
	return !inside
}

// Said counts the turns that somebody says in a record.
func (m *Map) Said(record any) (n int, err error) {
	if m.other { // what it leaves out has the shape too
		all := *m
		all.where, all.other = nil, false
		m = &all
	}
	if !m.Timed() {
		all, err := m.Dialogues(record)
		for _, d := range all {
			n += len(d.Turns)
		}
		return n, err
	}
	messages, _, err := m.Messages(record, Clock{})
	for _, one := range messages {
		if one.Kind == talk.Said && strings.TrimSpace(one.Text) != "" {
			n++
		}
	}
	return n, err
}

// A Clock reads the times of a file, in which the month stands before the day or after it.
type Clock struct{ MonthFirst bool }

// Messages are those in a record, without their numbers. What where leaves out is of the system.
func (m *Map) Messages(record any, clock Clock) (all []talk.Message, labels map[string]string, err error) {
	logged := m.Logged()
	if logged {
		if at, err := m.at(m.time.first(record), clock); err != nil {
			return nil, nil, err
		} else if !m.chosen(record) {
			return []talk.Message{{Kind: talk.System, At: at}}, nil, nil
		}
	}
	b := builder{shape: m, record: record}
	for i, t := range m.turns {
		if err := b.term(t, i == len(m.turns)-1); err != nil {
			return nil, nil, err
		}
	}
	d, said := b.dialogue()
	for i, t := range d.Turns {
		from := m.time.first(record)
		if rest, inside := m.time.within(b.list()); inside {
			from = rest.first(said[i])
		}
		at, err := m.at(from, clock)
		if err != nil {
			return nil, nil, fmt.Errorf("turn %d: %w", i+1, err)
		}
		if m.latin1 {
			t.Speaker = Latin1(t.Speaker)
		}
		all = append(all, talk.Message{Speaker: t.Speaker, Text: t.Text, At: at})
	}
	if len(all) == 0 && logged {
		at, err := m.at(m.time.first(record), clock)
		return []talk.Message{{Kind: talk.Media, At: at}}, nil, err
	}
	return all, d.Labels, nil
}

var errNoTime = errors.New("there is no time that is known")

func (m *Map) at(value any, clock Clock) (time.Time, error) {
	text, ok := ValueOf(value)
	if !ok || strings.TrimSpace(text) == "" {
		return time.Time{}, fmt.Errorf("%w in %s", errNoTime, quoted(m.time.names()))
	}
	at, stamp, isStamp, ok := talk.Parse(text)
	switch {
	case !ok:
		return time.Time{}, fmt.Errorf("%w in %s", errNoTime, fault.Excerpt(text))
	case isStamp:
		at = stamp.Time(clock.MonthFirst)
	}
	return at, nil
}

// Stamp is the time of a record where people wrote it.
func (m *Map) Stamp(record any) (talk.Stamp, bool) {
	text, _ := ValueOf(m.time.first(record))
	_, stamp, isStamp, _ := talk.Parse(text)
	return stamp, isStamp
}

// Group names the dialogue of a message; empty: nothing does.
func (m *Map) Group(record any) string {
	if m.dialogue == nil {
		return ""
	}
	value, _ := ValueOf(m.dialogue.first(record))
	return strings.TrimSpace(value)
}

// When is the time of a record that is one message; zero where none is known.
func (m *Map) When(record any, clock Clock) time.Time {
	at, err := m.at(m.time.first(record), clock)
	if err != nil {
		return time.Time{}
	}
	return at
}
