package chat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/conversation"
)

// A command is what the user does by a line that begins with a slash. /help and
// the completion are made of the table.
type command struct {
	name, alias string
	arguments   string   // as shown in /help; in brackets if they may be left out
	choices     []string // of the first argument, for the completion
	help        string
	do          func(m *model, argument string) tea.Cmd
}

// bare makes a command of an action without an argument.
func bare(do func(*model) tea.Cmd) func(*model, string) tea.Cmd {
	return func(m *model, _ string) tea.Cmd { return do(m) }
}

// commands is the table, in the order of /help.
func commands() []command {
	table := []command{
		{name: "regenerate", help: "sample the turn again with another seed; earlier takes stay", do: bare((*model).regenerate)},
		{name: "choose", arguments: "NUMBER", help: "choose a candidate as the answer", do: (*model).chooseNamed},
		{name: "undo", help: "go back a turn; nothing is lost", do: bare((*model).undo)},
		{name: "redo", help: "go forward again", do: bare((*model).redo)},
		{name: "edit", arguments: "[TEXT]", help: "say the turn differently, in a new branch", do: (*model).editAs},
		{name: "branch", arguments: "[NUMBER]", help: "go to another branch of the turn, or the next one", do: (*model).branchNamed},
		{name: "walk", arguments: "[CANDIDATE] [DIMENSION]", help: "move z of a candidate along one dimension", do: (*model).walkNamed},
		{name: "between", arguments: "A B", help: "walk from candidate A to candidate B", do: (*model).betweenNamed},
	}
	for _, s := range settings() {
		table = append(table, command{name: s.name, arguments: "[NUMBER]", help: s.help, do: func(m *model, argument string) tea.Cmd { return m.assign(s, argument) }})
	}
	return append(table,
		command{name: "seed", arguments: "[NUMBER]", help: "seed of the next candidates", do: (*model).assignSeed},
		command{name: "export", arguments: "md|jsonl [FILE][!]", choices: []string{"jsonl", "md"}, help: "write the conversation to a file; ! overwrites", do: (*model).export},
		command{name: "save", help: "save now (it is saved after every turn anyway) and say where", do: bare((*model).saveNow)},
		command{name: "load", arguments: "[ID]", help: "open a saved conversation; without ID, list them", do: (*model).loadNamed},
		command{name: "list", help: "list the saved conversations", do: bare((*model).list)},
		command{name: "new", alias: "clear", help: "begin a new conversation; this one is kept", do: bare((*model).begin)},
		command{name: "model", help: "what is known of the model", do: bare((*model).describe)},
		command{name: "help", alias: "?", help: "this page", do: bare(func(m *model) tea.Cmd { m.help(); return nil })},
		command{name: "quit", alias: "bye", help: "leave", do: bare(quit)},
	)
}

// command carries out a line that begins with a slash.
func (m *model) command(line string) tea.Cmd {
	name, argument, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	for _, c := range commands() {
		if name == c.name || name != "" && name == c.alias {
			return c.do(m, strings.TrimSpace(argument))
		}
	}
	suggestion := "/help lists all"
	if near := nearest(name, commandNames()); near != "" {
		suggestion = "did you mean /" + near + "?"
	}
	m.note(fmt.Sprintf("There is no command /%s; %s", name, suggestion))
	return nil
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// numbers reads the numbers of candidates and the like, from 1; ok is false
// after a note that says what is wrong.
func (m *model) numbers(argument string, least, most int, usage string) (numbers []int, ok bool) {
	for _, field := range strings.Fields(argument) {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			m.note(fmt.Sprintf("%q is not a number from 1; it is %s.", field, usage))
			return nil, false
		}
		numbers = append(numbers, n)
	}
	if len(numbers) < least || len(numbers) > most {
		m.note("It is " + usage + ".")
		return nil, false
	}
	return numbers, true
}

func (m *model) chooseNamed(argument string) tea.Cmd {
	n, ok := m.numbers(argument, 1, 1, "/choose NUMBER")
	if !ok {
		return nil
	}
	return m.choose(n[0] - 1)
}

func (m *model) editAs(text string) tea.Cmd {
	cmd := m.edit()
	if text == "" || !m.editing {
		return cmd
	}
	m.input.Reset()
	return tea.Batch(cmd, m.say(text))
}

func (m *model) branchNamed(argument string) tea.Cmd {
	if argument == "" {
		return m.nextBranch()
	}
	index, count := m.conversation.Branch()
	n, ok := m.numbers(argument, 1, 1, "/branch [NUMBER]")
	if !ok {
		return nil
	}
	if n[0] > count {
		m.note(fmt.Sprintf("There is no branch %d; there are %d.", n[0], count))
		return nil
	}
	if n[0]-1 == index {
		return nil
	}
	return m.travel(func() bool { return m.conversation.SwitchBranch(n[0] - 1 - index) }, "")
}

func (m *model) walkNamed(argument string) tea.Cmd {
	n, ok := m.numbers(argument, 0, 2, "/walk [CANDIDATE] [DIMENSION], such as /walk 2 7")
	if !ok {
		return nil
	}
	from := m.selected
	if len(n) > 0 {
		from = n[0] - 1
	}
	cmd := m.walkFrom(from)
	if len(n) < 2 || m.walk == nil {
		return cmd
	}
	if at := slices.Index(m.dimensions(), n[1]-1); at >= 0 {
		m.walk.at = at
		return cmd
	}
	m.note(fmt.Sprintf("There is no dimension %d; there are %d.", n[1], m.about.Latent.Dim))
	return cmd
}

func (m *model) betweenNamed(argument string) tea.Cmd {
	n, ok := m.numbers(argument, 2, 2, "/between A B, such as /between 1 3")
	if !ok {
		return nil
	}
	return m.walkBetween(n[0]-1, n[1]-1)
}

func (m *model) saveNow() tea.Cmd {
	switch err := m.saveLast(); {
	case err != nil:
		m.note("The conversation is not saved: " + err.Error())
	case m.isNew():
		m.note("There is nothing to save yet.")
	case m.store.Dir == "":
		m.note("Conversations are not saved: there is no folder for them.")
	default:
		m.note(fmt.Sprintf("Saved in %s; cvae chat --resume %s goes on with it.", m.store.Dir, m.conversation.ID))
	}
	return nil
}

func (m *model) loadNamed(id string) tea.Cmd {
	if id == "" {
		return m.list()
	}
	return m.load(id)
}

// begin starts a new conversation.
func (m *model) begin() tea.Cmd {
	m.commit()
	m.save()
	m.open(conversation.New(m.about.Name, m.now()))
	return m.turnTo(onInput)
}
