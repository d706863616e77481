package conversation

import (
	"errors"
	"slices"
)

// A node is an exchange and its place in the tree. It is saved as it stands.
type node struct {
	User   string `json:"user"`
	After  int    `json:"after"` // the exchange before it; 0: it is a first one
	To     answer `json:"to"`    // the answer of that exchange to which it was said
	Takes  []Take `json:"takes"`
	Chosen []int  `json:"chosen"` // by take: a candidate, or None
	Take   int    `json:"take"`   // the shown one
	Next   int    `json:"next"`   // the exchange that Redo goes to; 0: none
}

// An answer is the take and the candidate that an exchange settled on.
type answer struct {
	Take   int `json:"take"`
	Chosen int `json:"chosen"`
}

var noAnswer = answer{Chosen: None}

func (n *node) exchange() Exchange {
	return Exchange{User: n.User, Takes: slices.Clip(n.Takes), Take: n.Take, Chosen: n.answer().Chosen}
}

func (n *node) answer() answer {
	if len(n.Takes) == 0 {
		return noAnswer
	}
	return answer{Take: n.Take, Chosen: n.Chosen[n.Take]}
}

func (n *node) settle(a answer) {
	n.Take = a.Take
	if len(n.Takes) > 0 {
		n.Chosen[a.Take] = a.Chosen
	}
}

func (c *Conversation) node(number int) *node { return &c.nodes[number-1] }

// nextAfter is where Redo goes from an exchange, or from before the first.
func (c *Conversation) nextAfter(number int) *int {
	if number == 0 {
		return &c.next
	}
	return &c.node(number).Next
}

// add puts a new exchange into the tree and goes there.
func (c *Conversation) add(n node) {
	c.nodes = append(c.nodes, n)
	c.enter(len(c.nodes))
}

// enter makes an exchange current, after the one before it. That one gets the
// answer back to which the exchange was said: whatever has been chosen
// meanwhile, the path is always what happened.
func (c *Conversation) enter(number int) {
	n := c.node(number)
	*c.nextAfter(n.After) = number
	if n.After != 0 {
		c.node(n.After).settle(n.To)
	}
	c.current = number
}

// Undo goes back to the exchange before the current one, or before the first,
// and reports whether it could. Nothing is deleted.
func (c *Conversation) Undo() bool {
	if c.current == 0 {
		return false
	}
	c.current = c.node(c.current).After
	return true
}

// Redo goes forward to the exchange last visited after the current one, with
// the answer to which it was said, and reports whether there is one.
func (c *Conversation) Redo() bool {
	next := *c.nextAfter(c.current)
	if next == 0 {
		return false
	}
	c.enter(next)
	return true
}

// Edit says the user's turn of the current exchange differently: a new
// exchange beside it, which becomes current.
func (c *Conversation) Edit(text string) error {
	if c.current == 0 {
		return errors.New("there is no turn to edit yet; say something first")
	}
	n := c.node(c.current)
	c.add(node{User: valid(text), After: n.After, To: n.To})
	return nil
}

// Branch returns the place, from 0, of the current exchange among those that
// follow the same exchange, and their number; 0, 0 before the first exchange.
func (c *Conversation) Branch() (index, count int) {
	siblings := c.siblings()
	return max(0, slices.Index(siblings, c.current)), len(siblings)
}

// SwitchBranch goes to an older (negative delta) or newer branch beside the
// current exchange, and reports whether there is one.
func (c *Conversation) SwitchBranch(delta int) bool {
	siblings := c.siblings()
	to, ok := step(slices.Index(siblings, c.current), delta, len(siblings))
	if ok {
		c.enter(siblings[to])
	}
	return ok
}

// siblings returns the exchanges that follow the same one as the current does,
// itself included, oldest first.
func (c *Conversation) siblings() []int {
	if c.current == 0 {
		return nil
	}
	var siblings []int
	for i, n := range c.nodes {
		if n.After == c.node(c.current).After {
			siblings = append(siblings, i+1)
		}
	}
	return siblings
}
