package shape

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// The usual names of the members of a turn.
var (
	textNames    = []string{"content", "value", "utterance", "text", "message", "body", "transcript"}
	speakerNames = []string{"role", "from", "speaker", "speaker_name", "author", "sender", "sender_name", "agent", "name", "username", "id", "user"}
)

// Roles of what nobody says in a dialogue: the system's messages become a label of
// it, and calls of tools and what they return are passed over.
var (
	systemRoles = []string{"system", "developer"}
	toolRoles   = []string{"tool", "function", "ipython", "tool_call", "tool_response", "function_call", "function_response", "observation", "tool_use", "tool_result"}
	answerRoles = []string{"assistant", "gpt", "bot", "chatbot", "model", "chatgpt", "bing", "bard"}
)

// wordless are the members beside which a message need not have words.
var wordless = []string{"tool_calls", "function_call", "attachments", "embeds", "stickers", "reactions", "audio", "refusal"}

// The usual names of the two turns of an exchange that one object holds.
var (
	askNames   = []string{"human", "user", "question", "query", "prompt", "instruction", "input"}
	replyNames = []string{"assistant", "gpt", "bot", "answer", "response", "output", "completion"}
)

// comma stands for a comma in the tables of EmpatheticDialogues.
const comma = "_comma_"

// Dialogue makes a dialogue of a record. It has no turns, and no error, where the record is left out.
func (m *Map) Dialogue(record any) (dialog.Dialogue, error) {
	if !m.chosen(record) {
		return dialog.Dialogue{}, nil
	}
	d, err := m.said(record)
	if err != nil {
		return d, err
	}
	return d, source.Spoken(d.Turns)
}

// said is Dialogue before the turns are trimmed and their speakers named.
func (m *Map) said(record any) (dialog.Dialogue, error) {
	if !m.chosen(record) {
		return dialog.Dialogue{}, nil
	}
	b := builder{shape: m, record: record}
	for i, t := range m.turns {
		before := len(b.turns)
		if err := b.term(t, i == len(m.turns)-1); err != nil {
			return dialog.Dialogue{}, err
		}
		if i == len(m.turns)-1 && len(b.turns) == before && b.seen == 0 {
			return dialog.Dialogue{}, fmt.Errorf("there are no turns in %s", quoted(t[len(t)-1].names()))
		}
	}
	d, _ := b.dialogue()
	return d, nil
}

// chosen tells whether the record has one of the values that the map asks for, or none of those that it must not
// have.
func (m *Map) chosen(record any) bool {
	if m.where == nil {
		return true
	}
	value, ok := ValueOf(m.where.first(record))
	number, err := strconv.ParseFloat(value, 64)
	return m.other != slices.ContainsFunc(m.values, func(want string) bool {
		n, bad := strconv.ParseFloat(want, 64)
		return (ok || want == "") && strings.EqualFold(value, want) || err == nil && bad == nil && n == number
	})
}

// builder makes one dialogue.
type builder struct {
	shape  *Map
	record any
	turns  []turn
	seen   int // turns, also those passed over
	size   int // bytes
}

// A turn, and the value it was made of.
type turn struct {
	dialog.Turn
	role string // empty: the speaker is no role
	from any
}

// term adds the turns of a term; a blank text before the last one is passed over.
func (b *builder) term(t term, last bool) error {
	switch {
	case len(t) > 1:
		return b.joined(t)
	case b.shape.replies != nil:
		return b.nested(t[0].first(b.record))
	case b.shape.parent != nil:
		return b.linked(t[0])
	}
	list, rest := t[0].cut()
	if len(list) == 0 {
		v := t[0].first(b.record)
		text, isText := v.(string)
		_, isWhole := TextOf(v)
		if _, isList := listIn(text); b.shape.whole && (!isWhole || isList) { // a list is another shape
			return nil
		}
		if v == nil || isText && strings.TrimSpace(text) == "" && !last {
			return nil
		}
		return b.turn(v, nil)
	}
	var bad error
	list.values(b.record, func(v any) {
		if bad == nil {
			bad = b.turn(v, rest)
		}
	})
	return bad
}

// joined makes one turn of several texts.
func (b *builder) joined(t term) error {
	var texts []string
	for _, p := range t {
		if text, ok := saidIn(p.first(b.record)); ok && strings.TrimSpace(text) != "" {
			texts = append(texts, strings.TrimSpace(text))
		}
	}
	return b.add(turn{Turn: dialog.Turn{Text: strings.Join(texts, "\n")}})
}

// turn adds a value that is a turn, whose text rest leads to, or a list of turns.
func (b *builder) turn(v any, rest path) error {
	if list, isList := v.([]any); isList && len(rest) == 0 && !b.shape.runs {
		for _, e := range list {
			if err := b.turn(e, nil); err != nil {
				return err
			}
		}
		return nil
	}
	members, isMap := v.(map[string]any)
	text := v
	names := textNames
	switch {
	case len(rest) > 0:
		text, names = rest.first(v), rest.names()
	case isMap:
		if text = member(members, textNames); text == nil {
			if list := transposed(members); list != nil {
				return b.turn(list, nil)
			}
			if list := exchange(members); list != nil && !b.shape.turns[0][0][0].each { // which would be a list of dialogues
				return b.turn(list, nil)
			}
		}
	}
	said, ok := saidIn(text)
	if b.shape.runs {
		said, ok = runsIn(text)
	}
	if b.seen++; strings.TrimSpace(said) == "" && isWordless(members) {
		return nil
	}
	if !ok {
		return b.lacks(text, names, isMap)
	}
	t := turn{Turn: dialog.Turn{Text: said}, from: v}
	t.Speaker, t.role = b.speaker(v)
	b.seen--
	return b.add(t)
}

// exchange makes two turns of an object such as {"human": "…", "assistant": "…"}; nil: it is none.
func exchange(members map[string]any) (turns []any) {
	for _, names := range [][]string{askNames, replyNames} {
		i := slices.IndexFunc(names, func(n string) bool { return members[n] != nil })
		if i < 0 {
			return nil
		}
		turns = append(turns, map[string]any{"role": names[i], "content": members[names[i]]})
	}
	return turns
}

// isWordless tells whether a message has something else than words.
func isWordless(members map[string]any) bool {
	return slices.ContainsFunc(wordless, func(name string) bool {
		list, isList := members[name].([]any)
		return members[name] != nil && (!isList || len(list) > 0)
	})
}

func (b *builder) lacks(text any, names []string, isMap bool) error {
	switch text.(type) {
	case string, []byte:
		return fmt.Errorf("turn %d has no text in UTF-8", b.seen)
	}
	if isMap && len(names) < len(textNames) {
		return fmt.Errorf("turn %d has no text in %s", b.seen, quoted(names))
	}
	return fmt.Errorf("turn %d has no text: it is neither a string nor an object with one under a usual name", b.seen)
}

// quoted lists names for a message.
func quoted(names []string) string {
	var all []string
	for _, n := range names {
		all = append(all, strconv.Quote(n))
	}
	return strings.Join(all, " or ")
}

// speaker is who says a turn, and the same if it is a role.
func (b *builder) speaker(v any) (name, role string) {
	names := speakerNames
	var found any
	if rest, ok := b.shape.speaker.within(b.list()); ok {
		found, names = rest.first(v), rest.names()
		if len(rest) == 0 || len(names) == 0 {
			found = nil
		}
	} else if members, isMap := v.(map[string]any); isMap {
		found = member(members, speakerNames)
	}
	name, _ = nameIn(found)
	if rest, _ := b.shape.speaker.within(b.list()); len(rest) > 1 && slices.Contains(rest[len(rest)-1].names, "role") {
		return name, name // as in author.role
	}
	members, _ := v.(map[string]any)
	for _, n := range names {
		if members[n] != nil {
			if n == "role" || n == "from" {
				role = name
			}
			break
		}
	}
	return name, role
}

// nameIn is a name, or that in an object that stands for somebody.
func nameIn(value any) (string, bool) {
	if who, isMap := value.(map[string]any); isMap {
		value = member(who, []string{"name", "username", "display_name", "nickname", "role", "id"})
	}
	return ValueOf(value)
}

// list is the path of the list whose elements are turns, which names inside them share.
func (b *builder) list() path {
	for _, t := range b.shape.turns {
		if list, _ := t[0].cut(); len(list) > 0 {
			return list
		}
	}
	return nil
}

// add adds a turn, or the several that its text holds.
func (b *builder) add(t turn) error {
	t.Text = strings.ReplaceAll(t.Text, comma, ",")
	if b.size += len(t.Text); b.size > textfile.MaxLine {
		return errors.New("the dialogue is longer than 1 MiB")
	}
	if b.shape.as == nil {
		b.seen++
		b.turns = append(b.turns, t)
		return nil
	}
	for _, one := range b.shape.as(t.Text) {
		b.seen++
		one.Speaker = cmp.Or(one.Speaker, t.Speaker)
		role := t.role
		if one.Speaker == System {
			role = System // which nobody says
		}
		b.turns = append(b.turns, turn{Turn: one, role: role, from: t.from})
	}
	return nil
}

// dialogue puts the turns together; from are the values that they were made of.
func (b *builder) dialogue() (d dialog.Dialogue, from []any) {
	speaks := b.systemSpeaks()
	for _, t := range b.turns {
		switch {
		case slices.Contains(systemRoles, t.role) && !speaks:
			AddSystem(&d, t.Text)
		case slices.Contains(toolRoles, t.role):
		default:
			d.Turns, from = append(d.Turns, t.Turn), append(from, t.from)
		}
	}
	b.names(d.Turns)
	if len(b.list()) > 0 && !slices.ContainsFunc(d.Turns, func(t dialog.Turn) bool { return t.Speaker != "" }) {
		speakers(d.Turns)
	}
	for i := range d.Turns {
		b.label(&d.Turns[i], from[i])
	}
	b.labels(&d)
	return d, from
}

// systemSpeaks tells whether the system is one of the speakers, as in dialogues
// with a system that books tables: it says more than once, and nobody answers for it.
func (b *builder) systemSpeaks() bool {
	systems, answers := 0, false
	for _, t := range b.turns {
		if slices.Contains(systemRoles, t.role) {
			systems++
		}
		answers = answers || slices.Contains(answerRoles, t.role)
	}
	return systems > 1 && !answers && 3*systems >= len(b.turns)
}

// names gives the turns the speakers of a list beside them.
func (b *builder) names(turns []dialog.Turn) {
	if _, inside := b.shape.speaker.within(b.list()); inside || b.shape.speaker == nil {
		return
	}
	found := b.shape.speaker.first(b.record)
	if names := scalars(found); len(names) == len(turns) {
		for i := range turns {
			turns[i].Speaker = names[i]
		}
	} else if name, ok := nameIn(found); ok && len(turns) == 1 {
		turns[0].Speaker = name
	}
}
