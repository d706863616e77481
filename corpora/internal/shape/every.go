package shape

import (
	"slices"

	"github.com/cvae-go/cvae/dialog"
)

// Dialogues are those of a record: one, or with [*] as many as the longest of its lists has elements, of which shorter
// ones begin again. Those with an element that is blank, or a list without any, are left out.
func (m *Map) Dialogues(record any) (all []dialog.Dialogue, err error) {
	n, several := 1, false
	for _, t := range m.turns {
		for _, p := range t {
			if k := p.every(); k >= 0 {
				several = true
				n = max(n, lengthOf(p[:k].first(record)))
			}
		}
	}
	for i := range n {
		one, blank := m, false
		if several {
			one, blank = m.numbered(record, i)
		}
		if blank {
			continue
		}
		d, err := one.Dialogue(record)
		if err != nil {
			return nil, err
		}
		if len(d.Turns) > 0 {
			all = append(all, d)
		}
	}
	return all, nil
}

// numbered is the map of one of the dialogues of a record; blank: an element of it is none.
func (m *Map) numbered(record any, number int) (of *Map, blank bool) {
	one := *m
	one.turns = nil
	for _, t := range m.turns {
		t = slices.Clone(t)
		for i, p := range t {
			k := p.every()
			if t[i] = p.numbered(record, number); k >= 0 {
				blank = blank || isBlank(t[i][:k+1].first(record))
			}
		}
		one.turns = append(one.turns, t)
	}
	one.speaker, one.labels = m.speaker.numbered(record, number), slices.Clone(m.labels)
	for i, l := range one.labels {
		one.labels[i].path = l.path.numbered(record, number)
	}
	return &one, blank
}

// numbered is the path to one element where it leads to another one in each dialogue.
func (p path) numbered(record any, number int) path {
	k := p.every()
	if k < 0 {
		return p
	}
	at := number % max(1, lengthOf(p[:k].first(record)))
	p = slices.Clone(p)
	p[k] = step{at: &at}
	return p
}

// every is where [*] stands in a path; -1: nowhere.
func (p path) every() int { return slices.IndexFunc(p, func(s step) bool { return s.every }) }

// lengthOf is how many elements a list has; one value is a list of one.
func lengthOf(list any) int {
	if all, isList := list.([]any); isList {
		return len(all)
	}
	if list == nil {
		return 0
	}
	return 1
}
