package shape

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

// Messages that answer each other are a tree, of which a dialogue is one path: all paths would say the first message, and
// most after it, many times over. Of several answers the best goes on: that of the lowest rank, one without a rank last,
// of equal ones the first. A message that where leaves out does not go on.

// rankOf is the rank of a message; infinite: it has none.
func (m *Map) rankOf(message any) float64 {
	value, _ := ValueOf(m.rank.first(message))
	rank, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return math.Inf(1)
	}
	return rank
}

// nested adds the best path of messages that hold their answers.
func (b *builder) nested(message any) error {
	for message != nil {
		members, _ := message.(map[string]any)
		if member(members, textNames) == nil {
			id, _ := ValueOf(b.shape.id.first(message))
			return fmt.Errorf("message %s has no \"text\"", fault.Excerpt(id))
		}
		if err := b.turn(message, nil); err != nil {
			return err
		}
		answers, _ := b.shape.replies.first(message).([]any)
		message = nil
		for _, a := range answers {
			if a != nil && b.shape.chosen(a) && (message == nil || b.shape.rankOf(a) < b.shape.rankOf(message)) {
				message = a
			}
		}
	}
	return nil
}

// linked adds the path to the last of messages that name those which they answer. They are the members of an object.
// Messages without words, and those that where leaves out, are passed over.
func (b *builder) linked(turns path) error {
	list, rest := turns.cut()
	messages, _ := list[:len(list)-1].first(b.record).(map[string]any)
	id, _ := ValueOf(b.shape.last.first(b.record))
	var path []any
	for m := messages[id]; m != nil && len(path) < len(messages); m = messages[id] {
		path = append(path, m)
		id, _ = ValueOf(b.shape.parent.first(m))
	}
	for _, m := range slices.Backward(path) {
		text, _ := saidIn(rest.first(m))
		if strings.TrimSpace(text) == "" || !b.shape.chosen(m) {
			continue
		}
		if err := b.turn(m, rest); err != nil {
			return err
		}
	}
	return nil
}

// Ranked tells whether the rows of one dialogue are a tree.
func (m *Map) Ranked() bool { return m.reply != nil && m.rank != nil }

// Grouped is the member that tells which rows are one dialogue, for a message.
func (m *Map) Grouped() string { return quoted(m.dialogue.names()) }

// Best makes a dialogue of the best path of a tree of rows. Its labels are those of the first.
func Best(rows []Row) (dialog.Dialogue, error) {
	answers := map[string][]Row{}
	known := map[string]bool{}
	for _, r := range rows {
		if known[r.ID] {
			return dialog.Dialogue{}, fmt.Errorf("message %s is there twice", fault.Excerpt(r.ID))
		}
		known[r.ID] = true
		answers[r.Reply] = append(answers[r.Reply], r)
	}
	for _, r := range rows {
		if r.Reply != "" && !known[r.Reply] {
			return dialog.Dialogue{}, fmt.Errorf("message %s answers %s, which is not in its tree", fault.Excerpt(r.ID), fault.Excerpt(r.Reply))
		}
	}
	switch first := answers[""]; {
	case len(first) == 0:
		return dialog.Dialogue{}, errors.New("the tree has no message without a parent")
	case len(first) > 1:
		return dialog.Dialogue{}, fmt.Errorf("the tree has two messages without a parent, %s and %s", fault.Excerpt(first[0].ID), fault.Excerpt(first[1].ID))
	}
	path := answers[""]
	for {
		last := path[len(path)-1]
		next := slices.DeleteFunc(slices.Clone(answers[last.ID]), func(r Row) bool { return len(r.Turns) == 0 })
		if last.ID == "" || len(next) == 0 {
			return Joined(path)
		}
		best := next[0]
		for _, r := range next {
			if r.rank < best.rank {
				best = r
			}
		}
		best.Labels = nil
		path = append(path, best)
	}
}
