// Package talk makes dialogues of the messages of a chat: it ends a conversation at
// a long pause, joins what one speaker says in several messages, and counts what is no talk.
package talk

import (
	"cmp"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// Gap is the pause after which a conversation is over where nobody names another.
const Gap = 3 * time.Hour

// longest is how many bytes a conversation without a pause has before it is cut.
const longest = 256 << 10

// A Kind tells talk from what is left out.
type Kind int

// Kinds of messages.
const (
	Said   Kind = iota
	System      // of the program
	Media       // without words
)

// A Message is one message of a chat.
type Message struct {
	Number  int // of its line, from 1
	Speaker string
	Text    string
	At      time.Time // zero: unknown
	Kind    Kind
}

// Conversations makes dialogues of the messages of a file, in their order.
type Conversations struct {
	path  string
	gap   time.Duration
	yield func(dialog.Dialogue, error) bool

	turns    []dialog.Turn
	messages int
	size     int // bytes of the turns
	start    int // number of the first message; 0: none
	last     time.Time
	bad      *fault.Malformed
	left     source.LeftOut
	number   int // of the last dialogue
	same     int // dialogues before it with that number
}

// New begins a file, whose path names the gap.
func New(path string, yield func(dialog.Dialogue, error) bool) *Conversations {
	_, how := named.Cut(path)
	return &Conversations{path: path, gap: cmp.Or(how.Gap, Gap), yield: yield}
}

// Add adds a message of a chat that has labels. It reports whether to go on.
func (c *Conversations) Add(m Message, labels map[string]string) bool {
	m.Text = strings.TrimSpace(m.Text)
	if m.Kind == Said && m.Text == "" {
		m.Kind = Media
	}
	if m.Kind == System {
		c.left.System++
		return true
	}
	if late := !m.At.IsZero() && !c.last.IsZero() && m.At.Sub(c.last) > c.gap; (late || c.size > longest) && !c.End(labels) {
		return false
	}
	if !m.At.IsZero() {
		c.last = m.At
	}
	if m.Kind == Media {
		c.left.Media++
		return true
	}
	c.start = cmp.Or(c.start, m.Number)
	c.messages++
	c.size += len(m.Text)
	if n := len(c.turns); n > 0 && c.turns[n-1].Speaker == m.Speaker {
		c.turns[n-1].Text += " " + m.Text
	} else {
		c.turns = append(c.turns, dialog.Turn{Speaker: m.Speaker, Text: m.Text})
	}
	return true
}

// Bad notes a malformed message, which spoils its conversation.
func (c *Conversations) Bad(number int, bad *fault.Malformed) {
	c.start = cmp.Or(c.start, number)
	if c.bad == nil {
		c.bad = bad
	}
}

// End ends a conversation, which has labels. It reports whether to go on.
func (c *Conversations) End(labels map[string]string) bool {
	turns, start, bad, messages := c.turns, c.start, c.bad, c.messages
	c.turns, c.start, c.bad, c.messages, c.size, c.last = nil, 0, nil, 0, 0, time.Time{}
	if bad == nil && len(turns) < 2 {
		c.left.Unanswered += messages
		return true
	}
	d := dialog.Dialogue{ID: c.id(start)}
	if bad != nil {
		bad.File = c.path
		return c.yield(d, bad)
	}
	d.Turns, d.Labels = turns, maps.Clone(labels)
	if err := source.Spoken(d.Turns); err != nil { // names speakers; no turn is empty
		return c.yield(d, fault.At(c.path, start, err.Error()))
	}
	return c.yield(d, nil)
}

// id is unique in the file, although several dialogues may begin on one line.
func (c *Conversations) id(number int) string {
	if c.same++; c.number != number {
		c.number, c.same = number, 0
	}
	id := source.ID(c.path, number)
	if c.same > 0 {
		id += "." + strconv.Itoa(c.same+1)
	}
	return id
}

// Close ends the file and says what was left out. It reports whether to go on.
func (c *Conversations) Close() bool {
	return c.End(nil) && (c.left == (source.LeftOut{}) || c.yield(dialog.Dialogue{}, &c.left))
}
