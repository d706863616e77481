package chat

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// completions are what the word at the end of a command may become, each with
// its help.
func (e *entry) completions() []command {
	value := e.area.Value()
	if !e.focused || !strings.HasPrefix(value, "/") || strings.Contains(value, "\n") {
		return nil
	}
	name, argument, hasArgument := strings.Cut(value[1:], " ")
	var out []command
	for _, c := range e.commands {
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

// complete writes what all completions have in common, and a space behind the
// only one.
func (e *entry) complete() tea.Msg {
	all := e.completions()
	common := all[0].name
	for _, c := range all[1:] {
		common = common[:commonPrefix(common, c.name)]
	}
	if len(all) == 1 {
		common += " "
	}
	if written := strings.TrimPrefix(e.area.Value(), "/"); len(common) > len(written) {
		e.area.SetValue("/" + common)
	}
	return nil
}

// status says what the command that is written does, or which it may become.
func (e *entry) status() string {
	all := e.completions()
	if len(all) == 1 {
		return "/" + all[0].name + " " + all[0].arguments + ": " + all[0].help
	}
	text := ""
	for _, c := range all {
		text += "/" + c.name + "  "
	}
	return text
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
