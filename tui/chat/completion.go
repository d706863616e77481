package chat

import "strings"

// completions are what the word at the end of a command may become, each with
// its help.
func (m *model) completions() []command {
	value := m.input.Value()
	if m.focus != onInput || !strings.HasPrefix(value, "/") || strings.Contains(value, "\n") {
		return nil
	}
	name, argument, hasArgument := strings.Cut(value[1:], " ")
	var out []command
	for _, c := range commands() {
		switch {
		case !hasArgument && strings.HasPrefix(c.name, name):
			out = append(out, c)
		case hasArgument && c.name == name:
			return append(out, c.withChoices(argument)...)
		}
	}
	return out
}

// withChoices is the command itself, or the choices of its first argument that
// fit as far as it is written.
func (c command) withChoices(argument string) []command {
	var out []command
	for _, choice := range c.choices {
		if strings.HasPrefix(choice, argument) && choice != argument {
			out = append(out, command{name: c.name + " " + choice, help: c.help})
		}
	}
	if len(out) == 0 {
		return []command{c}
	}
	return out
}

// completing reports whether the tab key has something to complete.
func (m *model) completing() bool { return len(m.completions()) > 0 }

// complete writes what all completions have in common, and a space behind the
// only one.
func (m *model) complete() {
	all := m.completions()
	common := all[0].name
	for _, c := range all[1:] {
		common = common[:commonPrefix(common, c.name)]
	}
	if len(all) == 1 {
		common += " "
	}
	if written := strings.TrimPrefix(m.input.Value(), "/"); len(common) > len(written) {
		m.input.SetValue("/" + common)
	}
}

// nearest returns the name that shares the longest beginning and end with a
// misspelt one; empty when that is less than half of it.
func nearest(misspelt string, names []string) string {
	best, most := "", 0
	for _, name := range names {
		head := commonPrefix(misspelt, name)
		tail := commonPrefix(reversed(misspelt[head:]), reversed(name[head:]))
		if head+tail > most && 2*(head+tail) >= len(misspelt) {
			best, most = name, head+tail
		}
	}
	return best
}

// commonPrefix is the number of bytes that a and b begin with alike.
func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func reversed(s string) string {
	out := make([]byte, len(s))
	for i := range len(s) {
		out[len(s)-1-i] = s[i]
	}
	return string(out)
}
