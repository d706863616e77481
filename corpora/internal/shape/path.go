package shape

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/record"
)

// A path leads from a record to values in it: names separated by points, of
// which | separates alternatives, and after a name [] for each element of a
// list, [-1] or [0] for one of them, [*] for another one in each dialogue, or {} for the name of each member. A number as a
// name is an element too.
type path []step

// A step goes to a member of one of the names, to the element at, to each
// element of a list, or to the names of the members.
type step struct {
	names []string
	at    *int
	every bool // of the dialogues of a record takes another one
	each  bool
	named bool
}

func parsePath(text string) (path, error) {
	var p path
	for name := range strings.SplitSeq(text, ".") {
		name, rest, indexed := strings.Cut(name, "[")
		name, named := strings.CutSuffix(name, "{}")
		if name != "" {
			p = append(p, step{names: strings.Split(name, "|")})
		}
		if named {
			p = append(p, step{named: true})
		}
		for indexed {
			var at string
			var closed bool
			if at, rest, closed = strings.Cut(rest, "]"); !closed {
				return nil, fmt.Errorf("the path %s lacks a ]", text)
			}
			s := step{each: at == "", every: at == "*"}
			if s.every {
				at = "0" // until Dialogues says which
			}
			if n, err := strconv.Atoi(at); err == nil {
				s.at = &n
			} else if !s.each {
				return nil, fmt.Errorf("the path %s has [%s], where [], [*] or a number may stand", text, at)
			}
			p = append(p, s)
			if rest != "" && !strings.HasPrefix(rest, "[") {
				return nil, fmt.Errorf("the path %s has %s after a ], where a point must stand", text, rest)
			}
			_, rest, indexed = strings.Cut(rest, "[")
		}
	}
	if len(p) == 0 {
		return nil, fmt.Errorf("a path is empty")
	}
	return p, nil
}

// String is the path as it is written.
func (p path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.each:
			b.WriteString("[]")
		case s.named:
			b.WriteString("{}")
		case s.every:
			b.WriteString("[*]")
		case s.at != nil:
			fmt.Fprintf(&b, "[%d]", *s.at)
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(strings.Join(s.names, "|"))
		}
	}
	return b.String()
}

// cut separates what leads to the innermost list from what leads on inside its
// elements.
func (p path) cut() (list, rest path) {
	i := len(p)
	for i > 0 && !p[i-1].each && !p[i-1].named {
		i--
	}
	return p[:i], p[i:]
}

// within returns the path inside each element of a list, when it leads there.
func (p path) within(list path) (rest path, ok bool) {
	if len(list) == 0 || len(p) < len(list) || p[:len(list)].String() != list.String() {
		return nil, false
	}
	return p[len(list):], true
}

// names are the first names of the path.
func (p path) names() []string {
	for _, s := range p {
		if len(s.names) > 0 {
			return s.names
		}
	}
	return nil
}

// pointed are the first two names of the path as one name with a point in it, as
// columns have: Answer.sentence1.
func (p path) pointed() (names []string) {
	if len(p) < 2 {
		return nil
	}
	for _, a := range p[0].names {
		for _, b := range p[1].names {
			names = append(names, a+"."+b)
		}
	}
	return names
}

// values yields each value that the path leads to, also null at its end.
func (p path) values(from any, yield func(any)) {
	if len(p) == 0 {
		yield(from)
		return
	}
	s, rest := p[0], p[1:]
	switch v := from.(type) {
	case []any:
		switch {
		case s.each:
			if said := pairsOf(v); len(rest) == 0 && said != nil {
				v = said
			}
			for _, e := range v {
				rest.values(e, yield)
			}
		case s.at != nil:
			rest.values(element(v, *s.at), yield)
		case s.named:
		default:
			if n, err := strconv.Atoi(s.names[0]); err == nil {
				rest.values(element(v, n), yield)
			}
		}
	case map[string]any:
		switch {
		case s.each:
			for _, e := range transposed(v) {
				rest.values(e, yield)
			}
		case s.at != nil:
			rest.values(v, yield) // one value is a list of one
		case s.named:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				rest.values(name, yield)
			}
		default:
			found := member(v, s.names)
			if whole := member(v, p.pointed()); found == nil && whole != nil {
				found, rest = whole, rest[1:]
			}
			rest.values(found, yield)
		}
	case string:
		list, isList := listIn(v)
		switch {
		case s.each && isList:
			p.values(list, yield)
		case s.at != nil:
			rest.values(v, yield)
		}
	default:
		if s.at != nil {
			rest.values(v, yield)
		}
	}
}

// pairsOf makes of a list of pairs of a name and a text, [["ann", "hi"], ["ben", "yes"], ["ann", "…"]], the list of turns that it
// stands for; nil: it is none, since no first one stands twice or one is no name.
func pairsOf(list []any) (turns []any) {
	names := map[string]bool{}
	for _, e := range list {
		pair, _ := e.([]any)
		if len(pair) != 2 {
			return nil
		}
		name, isName := ValueOf(pair[0])
		text, isText := TextOf(pair[1])
		if _, short := Named(name + ":"); !isName || !short || !isText || strings.ContainsAny(name, "?!.,") {
			return nil
		}
		names[name] = true
		turns = append(turns, map[string]any{"speaker": name, "text": text})
	}
	if len(names) == len(list) {
		return nil
	}
	return turns
}

// IsPairs tells whether a list is one of pairs of a name and a text, which are turns.
func IsPairs(list []any) bool { return pairsOf(list) != nil }

// listIn is the JSON list that a text holds, as columns of tables do.
func listIn(text string) (list []any, ok bool) {
	if text = strings.TrimSpace(text); !strings.HasPrefix(text, "[{") {
		return nil, false
	}
	value, err := record.Value(text)
	list, ok = value.([]any)
	return list, err == nil && ok
}

// first is the first value that the path leads to; nil: there is none.
func (p path) first(from any) (found any) {
	p.values(from, func(v any) {
		if found == nil {
			found = v
		}
	})
	return found
}

// member is the first member of one of these names that is not null. A name with
// # is that of a list of numbered members, and - before it turns the list round.
func member(of map[string]any, names []string) any {
	for _, name := range names {
		if v := of[name]; v != nil {
			return v
		}
		if strings.Contains(name, "#") {
			if list := numbered(of, name); list != nil {
				return list
			}
		}
	}
	return nil
}

// numbered are the members before#after, such as context/0 and context/1, in the
// order of their numbers, up to the first that is blank.
func numbered(of map[string]any, name string) any {
	name, reversed := strings.CutPrefix(name, "-")
	before, after, _ := strings.Cut(name, "#")
	byNumber := map[int]any{}
	for key, v := range of {
		digits, ok := strings.CutPrefix(key, before)
		if digits, ok2 := strings.CutSuffix(digits, after); ok && ok2 {
			if n, err := strconv.Atoi(digits); err == nil {
				byNumber[n] = v
			}
		}
	}
	var list []any
	for _, n := range slices.Sorted(maps.Keys(byNumber)) {
		if isBlank(byNumber[n]) {
			break
		}
		list = append(list, byNumber[n])
	}
	if len(list) == 0 {
		return nil
	}
	if reversed {
		slices.Reverse(list)
	}
	return list
}

// isBlank tells whether a value is no text.
func isBlank(v any) bool {
	text, ok := TextOf(v)
	return v == nil || ok && strings.TrimSpace(text) == ""
}

// element is one of a list, counted from its end where i is negative; nil: there is none.
func element(list []any, i int) any {
	if i < 0 {
		i += len(list)
	}
	if i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}

// transposed makes of a struct of lists, such as the texts and the speakers, the
// list of structs that it stands for; nil: it is none.
func transposed(lists map[string]any) []any {
	texts, ok := member(lists, textNames).([]any)
	if !ok {
		return nil
	}
	all := make([]any, len(texts))
	for i := range all {
		one := map[string]any{}
		for name, v := range lists {
			if list, ok := v.([]any); ok && len(list) == len(texts) {
				one[name] = list[i]
			}
		}
		all[i] = one
	}
	return all
}
