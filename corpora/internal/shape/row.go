package shape

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// A Row is an utterance of a table, with what puts it in its place.
type Row struct {
	dialog.Dialogue        // of its turn, or none
	Group           string // rows of one are one dialogue
	Order           string
	ID, Reply       string // of the row, and of the one it answers
	rank            float64
}

// kindOfID stands before an ID of Reddit: that of a comment or of a post.
var kindOfID = regexp.MustCompile(`^t[13]_`)

// Place is the dialogue of a row and its order in it.
func (m *Map) Place(record any) (group, order string) {
	group = m.Group(record)
	if m.order != nil {
		order, _ = ValueOf(m.order.first(record))
	}
	return group, strings.TrimSpace(order)
}

// Row makes a row of a record. It has no turn where its text is blank.
func (m *Map) Row(record any) (Row, error) {
	at := func(p path) string {
		if p == nil {
			return ""
		}
		value, _ := ValueOf(p.first(record))
		return strings.TrimSpace(value)
	}
	r := Row{Group: at(m.dialogue), Order: at(m.order), ID: kindOfID.ReplaceAllString(at(m.id), ""), Reply: kindOfID.ReplaceAllString(at(m.reply), "")}
	text, ok := saidIn(m.turns[0][0].first(record))
	switch r.rank = m.rankOf(record); {
	case m.Ranked() && !ok:
		return r, fmt.Errorf("message %s has no %s", fault.Excerpt(r.ID), quoted(m.turns[0][0].names()))
	case !m.Ranked() && ok && strings.TrimSpace(text) == "":
		return r, nil
	}
	d, err := m.said(record)
	if err != nil {
		return r, err
	}
	r.Dialogue = d
	return r, nil
}

// whole begins the name of a label that is the dialogue's, not that of the turn in its row.
const whole = "dialogue."

// Joined makes one dialogue of rows.
func Joined(rows []Row) (d dialog.Dialogue, err error) {
	for _, r := range rows {
		for _, t := range r.Turns {
			for name, value := range r.Labels {
				if of, ok := strings.CutPrefix(name, whole); ok {
					set(&d.Labels, of, value)
				} else {
					set(&t.Labels, name, value)
				}
			}
			d.Turns = append(d.Turns, t)
		}
	}
	if len(d.Turns) == 0 {
		return d, nil
	}
	return d, source.Spoken(d.Turns)
}
