// Package conversation holds what a user and a model said to each other: a
// tree of exchanges in which nothing is ever deleted, the files that it is kept
// in, and its exports as Markdown and as JSON Lines.
package conversation

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cvae-go/cvae/dialog"
)

// None is the number of the chosen candidate where none is chosen.
const None = -1

// A Take is one set of candidates.
type Take struct {
	Settings   dialog.Sampling // what they were drawn with
	Candidates []dialog.Response
}

// An Exchange is a turn of the user and what the model said to it.
type Exchange struct {
	User   string
	Takes  []Take // oldest first; not to be changed
	Take   int    // which of Takes is shown, from 0
	Chosen int    // candidate of the shown take, or None
}

// Candidates returns those of the shown take.
func (e Exchange) Candidates() []dialog.Response {
	if len(e.Takes) == 0 {
		return nil
	}
	return e.Takes[e.Take].Candidates
}

// A Conversation is a tree of exchanges with a place in it, the current
// exchange. The zero value is an empty conversation without a name. All texts
// become valid UTF-8 as they come in, since a file could hold nothing else.
type Conversation struct {
	ID      string // names its file
	Model   string
	Where   string // the folder of the model, from the root; empty: it has none, or that is not known
	Title   string // that the user gave; empty: none
	Started time.Time

	place   *place // of its file
	nodes   []node // exchange number i is nodes[i-1]
	current int    // number of the current exchange; 0: before the first
	next    int    // the first exchange that Redo goes to; 0: none
}

// New returns an empty conversation that starts now. Its ID sorts by time and
// is fit for a file name.
func New(model string, now time.Time) *Conversation {
	now = now.UTC().Round(0)
	return &Conversation{ID: newID(now), Model: valid(model), Started: now}
}

func newID(now time.Time) string {
	return now.UTC().Format("20060102-150405-") + strings.ToLower(rand.Text()[:4])
}

// IsEmpty reports whether nothing was said, in any branch.
func (c *Conversation) IsEmpty() bool { return len(c.nodes) == 0 }

// Current returns the current exchange; ok is false before the first.
func (c *Conversation) Current() (e Exchange, ok bool) {
	if c.current == 0 {
		return Exchange{Chosen: None}, false
	}
	return c.node(c.current).exchange(), true
}

// Path returns the exchanges from the first to the current one.
func (c *Conversation) Path() []Exchange {
	var path []Exchange
	for i := c.current; i != 0; i = c.node(i).After {
		path = append(path, c.node(i).exchange())
	}
	slices.Reverse(path)
	return path
}

// Context returns what the current exchange answers: user, chosen, user,
// chosen, …, user. An answer that there was not is an empty turn, so that the
// speakers alternate. A blank turn of the user is a request for samples: it has
// no context, and what follows it starts anew. Nil when empty.
func (c *Conversation) Context() []string { return contextOf(c.Path()) }

func contextOf(path []Exchange) []string {
	var context []string
	for i, e := range path {
		if isBlank(e.User) {
			context = nil
			continue
		}
		context = append(context, e.User)
		if i == len(path)-1 {
			break
		}
		answer := ""
		if e.Chosen != None {
			answer = e.Candidates()[e.Chosen].Text
		}
		context = append(context, answer)
	}
	return context
}

// Say adds an exchange after the current one, which takes candidate 0 if it
// has candidates and none is chosen.
func (c *Conversation) Say(text string) {
	to := noAnswer
	if c.current != 0 {
		n := c.node(c.current)
		if e := n.exchange(); e.Chosen == None && len(e.Candidates()) > 0 {
			n.Chosen[n.Take] = 0
		}
		to = n.answer()
	}
	c.add(node{User: valid(text), After: c.current, To: to})
}

// Answer adds a take to the current exchange and shows it. Before the first
// exchange there is nothing to answer, and nothing happens.
func (c *Conversation) Answer(s dialog.Sampling, candidates []dialog.Response) {
	if c.current == 0 {
		return
	}
	s.Labels = ownLabels(s.Labels)
	candidates = slices.Clone(candidates)
	for i, r := range candidates {
		candidates[i] = ownResponse(r)
	}
	n := c.node(c.current)
	n.Takes = append(n.Takes, Take{Settings: s, Candidates: candidates})
	n.Chosen = append(n.Chosen, None)
	n.Take = len(n.Takes) - 1
}

// ownLabels returns labels that share nothing with those; none is nil, as a file
// has it.
func ownLabels(labels map[string]string) map[string]string {
	var own map[string]string
	for name, value := range labels {
		if own == nil {
			own = map[string]string{}
		}
		own[valid(name)] = valid(value)
	}
	return own
}

// ownResponse returns a response that shares nothing with r.
func ownResponse(r dialog.Response) dialog.Response {
	r.Text, r.Tokens, r.Z = valid(r.Text), slices.Clone(r.Tokens), each(r.Z, slices.Clone)
	for i, token := range r.Tokens {
		r.Tokens[i] = valid(token)
	}
	return r
}

// Choose chooses candidate i, from 0, of the shown take.
func (c *Conversation) Choose(i int) error {
	e, ok := c.Current()
	if !ok {
		return errors.New("there is nothing to choose from yet; say something first")
	}
	count := len(e.Candidates())
	if count == 0 {
		return errors.New("this turn has no responses to choose from; ask for them first")
	}
	if i < 0 || i >= count {
		return fmt.Errorf("there is no response %d; choose one from 1 to %d", i+1, count)
	}
	n := c.node(c.current)
	n.Chosen[n.Take] = i
	return nil
}

// TurnTake shows an older (negative delta) or newer take of the current
// exchange, and reports whether there is one. Each take keeps its choice.
func (c *Conversation) TurnTake(delta int) bool {
	if c.current == 0 {
		return false
	}
	n := c.node(c.current)
	take, ok := step(n.Take, delta, len(n.Takes))
	if ok {
		n.Take = take
	}
	return ok
}

// step moves an index among count things; ok is false where it would leave
// them or stay.
func step(index, delta, count int) (moved int, ok bool) {
	moved = index + delta
	return moved, delta != 0 && moved >= 0 && moved < count
}

func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }
