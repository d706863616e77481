package chat

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// A command is what the user does by a line that begins with a slash. /help and
// the completion are made of the table.
type command struct {
	name, alias string
	arguments   string   // as shown in /help; in brackets if they may be left out
	choices     []string // of the first argument, for the completion
	help        string
	local       bool // reaches the files or programs of the machine that the chat runs on
	screen      bool // does something to a screen alone
	do          func(m *model, argument string) tea.Msg
}

// bare makes a command of an action without an argument.
func bare(do func(*model) tea.Msg) func(*model, string) tea.Msg {
	return func(m *model, _ string) tea.Msg { return do(m) }
}

// commands is the table, in the order of /help.
func commands() []command {
	table := []command{
		{name: "regenerate", help: "sample the turn again with another seed; earlier takes stay", do: bare((*model).regenerate)},
		{name: "choose", arguments: "NUMBER", help: "choose a candidate as the answer", do: numbered(1, 1, "/choose NUMBER", func(m *model, n []int) tea.Msg { return m.choose(n[0] - 1) })},
		{name: "undo", help: "go back a turn; nothing is lost", do: bare((*model).undo)},
		{name: "redo", help: "go forward again", do: bare((*model).redo)},
		{name: "edit", arguments: "[TEXT]", help: "say the turn differently, in a new branch", do: (*model).editAs},
		{name: "branch", arguments: "[NUMBER]", help: "go to another branch of the turn, or the next one", do: numbered(0, 1, "/branch [NUMBER]", (*model).branch)},
		{name: "walk", screen: true, arguments: "[CANDIDATE] [DIMENSION]", help: "move z of a candidate along one dimension", do: numbered(0, 2, "/walk [CANDIDATE] [DIMENSION], such as /walk 2 7", (*model).walk)},
		{name: "between", screen: true, arguments: "A B", help: "walk from candidate A to candidate B", do: numbered(2, 2, "/between A B, such as /between 1 3", func(m *model, n []int) tea.Msg { return m.latent.walkBetween(n[0]-1, n[1]-1) })},
	}
	for _, s := range adjustable() {
		table = append(table, command{name: s.Name, arguments: "[NUMBER]", help: s.help, do: func(m *model, argument string) tea.Msg { return m.settings.assign(s, argument) }})
	}
	return append(table,
		command{name: "seed", arguments: "[NUMBER]", help: "seed of this turn; every turn that follows has the next one", do: (*model).assignSeed},
		command{name: "label", arguments: "[NAME=VALUE]", help: "tell the model a label of its response, such as topic=work", do: func(m *model, argument string) tea.Msg { return m.settings.assignLabel(argument) }},
		command{name: "why", arguments: "[CANDIDATE]", help: "which dimensions of z moved the answer, and on which words", do: numbered(0, 1, "/why [CANDIDATE]", (*model).why)},
		command{name: "copy", screen: true, arguments: "[CANDIDATE]", help: "copy a candidate to the clipboard of the terminal", do: numbered(0, 1, "/copy [CANDIDATE]", (*model).copied)},
		command{name: "tree", arguments: "[NUMBER]", help: "show all branches, or go to a turn of one", do: numbered(0, 1, "/tree [NUMBER]", (*model).tree)},
		command{name: "rank", arguments: "[none|joint [λ]]", choices: []string{"joint", "none"}, help: "order candidates by ln p(x|z,c) − λ·ln p(x), of four times as many", do: (*model).assignRank},
		command{name: "export", local: true, arguments: "md|html|jsonl [FILE][!]", choices: []string{"html", "jsonl", "md"}, help: "write the conversation to a file; ! overwrites", do: func(m *model, argument string) tea.Msg { return m.saver.export(m.talk.conversation, argument) }},
		command{name: "save", local: true, help: "save now (it is saved after every turn anyway) and say where", do: bare(func(m *model) tea.Msg { return m.saver.saveNow(m.talk.conversation) })},
		command{name: "load", local: true, arguments: "[ID]", help: "open a saved conversation; without ID, list them", do: func(m *model, id string) tea.Msg { return m.saver.load(id) }},
		command{name: "search", local: true, arguments: "WORDS", help: "find words in all saved conversations", do: func(m *model, words string) tea.Msg { return m.saver.search(words) }},
		command{name: "rename", local: true, arguments: "[TITLE]", help: "give the conversation a title", do: (*model).rename},
		command{name: "delete", local: true, arguments: "[ID]!", help: "delete this or another conversation for good", do: (*model).remove},
		command{name: "list", local: true, help: "list the saved conversations", do: bare(func(m *model) tea.Msg { return m.saver.list() })},
		command{name: "new", alias: "clear", help: "begin a new conversation; a saved one is kept", do: bare((*model).begin)},
		command{name: "model", help: "what is known of the model", do: bare(func(m *model) tea.Msg { return m.talk.page() })},
		command{name: "help", alias: "?", help: "this page", do: bare((*model).help)},
		command{name: "quit", alias: "bye", help: "leave", do: bare(func(*model) tea.Msg { return tea.QuitMsg{} })},
	)
}

func (m *model) command(line string) tea.Msg {
	name, argument, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	var names []string
	for _, c := range m.entry.commands {
		if name == c.name || name != "" && name == c.alias {
			return c.do(m, strings.TrimSpace(argument))
		}
		names = append(names, c.name)
	}
	suggestion := "/help lists all"
	if near := nearest(name, names); near != "" {
		suggestion = "did you mean /" + near + "?"
	}
	return noteMsg(fmt.Sprintf("There is no command /%s; %s", name, suggestion))
}

// numbered makes a command of an action whose argument is the numbers of
// candidates and the like, from 1.
func numbered(least, most int, usage string, do func(*model, []int) tea.Msg) func(*model, string) tea.Msg {
	return func(m *model, argument string) tea.Msg {
		var numbers []int
		for _, field := range strings.Fields(argument) {
			n, err := strconv.Atoi(field)
			if err != nil || n < 1 {
				return noteMsg(fmt.Sprintf("%q is not a number from 1; it is %s.", field, usage))
			}
			numbers = append(numbers, n)
		}
		if len(numbers) < least || len(numbers) > most {
			return noteMsg("It is " + usage + ".")
		}
		return do(m, numbers)
	}
}

func (m *model) editAs(text string) tea.Msg {
	follow := m.edit()
	if text == "" || !m.entry.editing {
		return follow
	}
	m.entry.area.Reset()
	return tea.Batch(m.obey(follow), m.obey(m.say(text)))
}

func (m *model) branch(n []int) tea.Msg {
	index, count := m.talk.conversation.Branch()
	switch {
	case len(n) == 0:
		return m.nextBranch()
	case n[0] > count:
		return noteMsg(fmt.Sprintf("There is no branch %d; there are %d.", n[0], count))
	case n[0]-1 == index:
		return nil
	}
	return m.travel(func() bool { return m.talk.conversation.SwitchBranch(n[0] - 1 - index) }, "")
}

func (m *model) walk(n []int) tea.Msg {
	switch len(n) {
	case 0:
		return m.latent.walkFrom(m.talk.selected)
	case 1:
		return m.latent.walkFrom(n[0] - 1)
	}
	return m.latent.walkAlong(n[0]-1, n[1]-1)
}

func (m *model) begin() tea.Msg {
	m.commit()
	m.save()
	m.startAnew()
	return onInput
}

// startAnew shows an empty conversation, which begins from the seed that every conversation begins from.
func (m *model) startAnew() {
	m.open(m.newConversation())
	m.settings.values.Seed = m.base
}

func (m *model) assignSeed(argument string) tea.Msg {
	follow := m.settings.assignSeed(argument)
	if _, changed := follow.(sampleMsg); changed {
		m.base, m.drawn = m.settings.values.Seed, false
	}
	return follow
}
