// Package shape says where in a record the turns of a dialogue are, who speaks
// them and where labels stand. A record is a JSON value or a row of a table:
// strings, numbers, truth values, lists ([]any) and structs (map[string]any).
package shape

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/record"
)

// A Map is a shape, written as its parts with commas between them:
//
//	turns=history + instruction & input + output, need=instruction output
//	turns=dialog[].text, speaker=dialog[].id, act=dialog[].act, topic=topic
//
// turns are paths, in the order in which they are said. A path leads through
// the names of members, with | between alternatives and [] for each element of a
// list, [0] or [-1] for one; context/# is the list of context/0, context/1 and so
// on, -context/# the same turned round. & joins texts to one turn, where
// neither is blank. A turn is a text, or a struct with text and speaker under one
// of the usual names; lists of turns may lie inside one another. speaker leads to the speakers, inside the turns
// or to a list beside them. In a table of utterances, dialogue tells which rows are
// one dialogue, order sorts them, and reply names the id of the row that is answered;
// of other records, id is that by which a corpus lists them. Of several rows that answer one, that of the lowest rank
// goes on. turns=prompt, replies=NAME is a message that holds its answers, turns=messages[].text, parent=NAME, last=PATH
// an object of messages that name those which they answer, of which last names the end. need
// lists members without which the shape is another, without those with which it is;
// where=NAME:VALUE|VALUE leaves other records out, and where=NAME:!VALUE|VALUE those; an empty VALUE is that of records
// without NAME; as names the way a text holds turns, and runs says that its parts
// stand in one line. time leads to when a turn was said: see Messages. Any other word is a label
// and where its values stand: one, one for each turn, or several, which + joins.
type Map struct {
	turns         []term
	speaker       path
	labels        []label
	dialogue      path
	order         path
	reply, id     path
	rank, replies path // of trees
	parent, last  path // of messages that are linked
	time          path
	where         path
	values        []string
	other         bool // than values, which where=NAME:!VALUE leaves out
	need, without []string
	as            style
	whole         bool // a text is the dialogue; lists are another shape
	latin1        bool // texts are as style latin1 says, and names too
	runs          bool // the parts of a text stand in one line
}

// A term is a turn or a list of turns; several paths give one turn.
type term []path

// A label is a name and where its values stand.
type label struct {
	name string
	path path
}

// ParseMap reads a Map. With folded, its names are those of a table, whose case does not matter.
func ParseMap(text string, table bool) (*Map, error) {
	m := &Map{}
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		key, value, found := strings.Cut(part, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !found || key == "" || value == "" {
			return nil, fmt.Errorf("%q is not NAME=PATH", strings.TrimSpace(part))
		}
		switch {
		case !table || key == "as":
		case key == "need" || key == "without":
			value = strings.ToLower(value)
		default:
			value = foldedNames(value)
		}
		if err := m.set(key, value); err != nil {
			return nil, err
		}
	}
	if len(m.turns) == 0 {
		return nil, fmt.Errorf("it lacks turns=PATH, which says where the turns are")
	}
	return m, nil
}

func (m *Map) set(key, value string) (err error) {
	switch key {
	case "turns":
		return m.setTurns(value)
	case "need":
		m.need = strings.Fields(value)
	case "without":
		m.without = strings.Fields(value)
	case "where":
		name, values, _ := strings.Cut(value, ":")
		values, m.other = strings.CutPrefix(values, "!")
		m.values = strings.Split(values, "|")
		m.where, err = parsePath(name)
	case "as":
		if m.runs = value == "runs"; m.runs {
			return nil
		}
		m.whole, m.latin1 = value == "lines", value == "latin1"
		var ok bool
		if m.as, ok = styles[value]; !ok {
			return fmt.Errorf("there is no way %q for a text to hold turns", value)
		}
	default:
		p, err := parsePath(value)
		if to := m.pathOf(key); to != nil {
			*to = p
		} else {
			m.labels = append(m.labels, label{key, p})
		}
		return err
	}
	return err
}

// pathOf is where the path of a part is kept; nil: the part is a label.
func (m *Map) pathOf(key string) *path {
	return map[string]*path{
		"speaker": &m.speaker, "dialogue": &m.dialogue, "order": &m.order, "reply": &m.reply, "id": &m.id, "time": &m.time,
		"rank": &m.rank, "replies": &m.replies, "parent": &m.parent, "last": &m.last,
	}[key]
}

func (m *Map) setTurns(value string) error {
	for text := range strings.SplitSeq(value, "+") {
		var t term
		for one := range strings.SplitSeq(text, "&") {
			p, err := parsePath(strings.TrimSpace(one))
			if err != nil {
				return err
			}
			t = append(t, p)
		}
		m.turns = append(m.turns, t)
	}
	return nil
}

// foldedNames folds the names of a table in what a map says of it.
func foldedNames(value string) string {
	var b strings.Builder
	for rest := value; rest != ""; {
		i := strings.IndexAny(rest, "+&|:[].#")
		if i < 0 {
			i = len(rest)
		}
		name := rest[:i]
		b.WriteString(record.Folded(name))
		if i < len(rest) {
			b.WriteByte(rest[i])
			i++
		}
		rest = rest[i:]
	}
	return b.String()
}

// Rows tells whether a record is one utterance, of which several make a dialogue.
func (m *Map) Rows() bool { return m.dialogue != nil || m.reply != nil }

// Replies tells whether a record names the one that it answers.
func (m *Map) Replies() bool { return m.reply != nil }

// ID is the value that identifies a record, which is a whole dialogue. ok is false
// where the map names none.
func (m *Map) ID(record any) (id string, ok bool) {
	if m.id == nil || m.Rows() {
		return "", false
	}
	id, _ = ValueOf(m.id.first(record))
	return id, true
}

// Numbered tells whether the map names members by their numbers alone, as the columns of
// a table without a header are named.
func (m *Map) Numbered() bool {
	return !slices.ContainsFunc(m.Columns(), func(name string) bool {
		_, err := strconv.Atoi(name)
		return err != nil
	})
}

// Columns are the names of the members that the map reads.
func (m *Map) Columns() []string {
	var all []string
	for _, t := range m.turns {
		for _, p := range t {
			all = append(append(all, p.names()...), p.pointed()...)
		}
	}
	for _, p := range []path{m.speaker, m.dialogue, m.order, m.reply, m.id, m.rank, m.time, m.where} {
		all = append(all, p.names()...)
	}
	for _, l := range m.labels {
		all = append(all, l.path.names()...)
	}
	all = append(all, append(slices.Clone(m.need), m.without...)...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Fits tells whether a record has the members that the shape needs, and none
// that it must not have.
func (m *Map) Fits(record any) bool {
	members, isMap := record.(map[string]any)
	if asList := m.turns[0][0][0].each; !isMap || asList {
		return !isMap && len(m.need) == 0
	}
	has := func(name string) bool { return member(members, strings.Split(name, "|")) != nil }
	return !slices.ContainsFunc(m.need, func(n string) bool { return !has(n) }) && !slices.ContainsFunc(m.without, has)
}

// Needs lists the members that a record must have, for a message.
func (m *Map) Needs() string {
	var all []string
	for _, n := range m.need {
		name, _, _ := strings.Cut(n, "|")
		all = append(all, fmt.Sprintf("%q", name))
	}
	return strings.Join(all, " with ")
}
