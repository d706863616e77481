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
			if k < 0 {
				continue
			}
			n := lengthOf(p[:k].first(record))
			if n == 0 {
				return nil, true
			}
			at := number % n
			t[i] = slices.Clone(p)
			t[i][k] = step{at: &at}
			blank = blank || isBlank(t[i][:k+1].first(record))
		}
		one.turns = append(one.turns, t)
	}
	return &one, blank
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
