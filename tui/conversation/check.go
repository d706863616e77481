package conversation

import (
	"errors"
	"fmt"
)

// check says what is wrong with a conversation that was read. One that passes
// is a tree in which every method finds what it looks for.
func (c *Conversation) check() error {
	for i := range c.nodes {
		if err := c.checkNode(i + 1); err != nil {
			return fmt.Errorf("exchange %d: %w", i+1, err)
		}
	}
	if c.current < 0 || c.current > len(c.nodes) {
		return fmt.Errorf("there is no current exchange %d", c.current)
	}
	if err := c.checkNext(0); err != nil {
		return err
	}
	return c.checkPath()
}

// checkNode wants the exchange before to come earlier, which rules out circles.
func (c *Conversation) checkNode(number int) error {
	n := c.node(number)
	if n.After < 0 || n.After >= number {
		return fmt.Errorf("it cannot come after exchange %d", n.After)
	}
	if err := n.check(); err != nil {
		return err
	}
	if err := c.checkTo(n); err != nil {
		return err
	}
	return c.checkNext(number)
}

// check looks at the takes of an exchange.
func (n *node) check() error {
	if len(n.Chosen) != len(n.Takes) {
		return fmt.Errorf("there are %d takes and %d choices", len(n.Takes), len(n.Chosen))
	}
	if !within(n.Take, max(1, len(n.Takes))) {
		return fmt.Errorf("there is no take %d", n.Take)
	}
	for i, chosen := range n.Chosen {
		if chosen != None && !within(chosen, len(n.Takes[i].Candidates)) {
			return fmt.Errorf("take %d has no candidate %d", i, chosen)
		}
	}
	return nil
}

// checkTo wants the answer to which an exchange was said to be there.
func (c *Conversation) checkTo(n *node) error {
	var takes []Take
	if n.After != 0 {
		takes = c.node(n.After).Takes
	}
	if n.To == noAnswer {
		return nil
	}
	if !within(n.To.Take, len(takes)) || n.To.Chosen != None && !within(n.To.Chosen, len(takes[n.To.Take].Candidates)) {
		return fmt.Errorf("it was said to candidate %d of take %d, which is not there", n.To.Chosen, n.To.Take)
	}
	return nil
}

func (c *Conversation) checkNext(number int) error {
	next := *c.nextAfter(number)
	if next != 0 && (!within(next-1, len(c.nodes)) || c.node(next).After != number) {
		return fmt.Errorf("exchange %d does not come next", next)
	}
	return nil
}

// checkPath wants each exchange up to the current one to have the answer to
// which the following one was said.
func (c *Conversation) checkPath() error {
	for i := c.current; i != 0 && c.node(i).After != 0; i = c.node(i).After {
		if c.node(c.node(i).After).answer() != c.node(i).To {
			return errors.New("the current exchange does not follow from those before it")
		}
	}
	return nil
}

func within(index, count int) bool { return index >= 0 && index < count }
