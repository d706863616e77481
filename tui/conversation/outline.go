package conversation

import (
	"errors"
	"fmt"
	"strings"
)

// A Knot is an exchange in the outline of a conversation.
type Knot struct {
	Number  int // of the exchange, from 1, in the order in which they were said
	Depth   int // exchanges before it
	User    string
	Answer  string // the chosen one, as it is shown; empty: none
	OnPath  bool   // between the first and the current exchange
	Current bool
}

// Outline is the tree of exchanges, each before those that follow it, the oldest branch first. The depth of an exchange
// grows where there are branches alone, so that a long talk stays in its column.
func (c *Conversation) Outline() (all []Knot) {
	after := map[int][]int{}
	for i, n := range c.nodes {
		after[n.After] = append(after[n.After], i+1)
	}
	path := map[int]bool{}
	for i := c.current; i != 0; i = c.node(i).After {
		path[i] = true
	}
	type place struct{ number, depth int }
	var waiting []place
	push := func(number, depth int) {
		next := after[number]
		if len(next) > 1 {
			depth++
		}
		for i := len(next) - 1; i >= 0; i-- {
			waiting = append(waiting, place{next[i], depth})
		}
	}
	push(0, 0)
	for len(waiting) > 0 {
		at := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		e := c.node(at.number).exchange()
		k := Knot{Number: at.number, Depth: at.depth, User: e.User, OnPath: path[at.number], Current: at.number == c.current}
		if e.Chosen != None {
			k.Answer = e.Candidates()[e.Chosen].Shown()
		}
		all = append(all, k)
		push(at.number, at.depth)
	}
	return all
}

// Go makes exchange number, from 1, the current one, with the answers to which it and those before it were said.
func (c *Conversation) Go(number int) error {
	switch {
	case len(c.nodes) == 0:
		return errors.New("nothing was said yet")
	case number < 1 || number > len(c.nodes):
		return fmt.Errorf("there is no exchange %d; there are %d", number, len(c.nodes))
	}
	var path []int
	for i := number; i != 0; i = c.node(i).After {
		path = append(path, i)
	}
	for i := len(path) - 1; i >= 0; i-- {
		c.enter(path[i])
	}
	return nil
}

// Find returns the texts of a conversation in which words stand, without regard to case: what the user said, and the answers that
// were chosen, in all branches.
func (c *Conversation) Find(words string) (found []string) {
	words = strings.ToLower(strings.TrimSpace(words))
	see := func(text string) {
		if strings.Contains(strings.ToLower(text), words) {
			found = append(found, text)
		}
	}
	for i := range c.nodes {
		e := c.nodes[i].exchange()
		see(e.User)
		if e.Chosen != None {
			see(e.Candidates()[e.Chosen].Text)
		}
	}
	return found
}
