package builtin

import (
	"fmt"
	"slices"
	"strings"
)

// A parser reads grammar files line by line into a grammar.
type parser struct {
	grammar *grammar
	topic   string
	// At most one of scene, kind and state is being filled.
	scene *scene
	kind  string
	state *state
	block string
	// last is the phrase that a reply line answers.
	last *phrase
}

func newParser() *parser {
	return &parser{grammar: &grammar{
		kinds:  map[string]answers{},
		after:  map[[2]string][]string{},
		states: map[string]*state{},
		slots:  map[string][]string{},
	}}
}

// read adds the text of one file. Errors name the file and the line.
func (p *parser) read(file, text string) error {
	p.topic = ""
	p.leave()
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := p.line(line); err != nil {
			return fmt.Errorf("grammar %s:%d: %w", file, number, err)
		}
	}
	return nil
}

func (p *parser) leave() { p.scene, p.kind, p.state, p.last, p.block = nil, "", nil, nil, "" }

func (p *parser) line(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "= ") {
		return p.slot(word, rest[2:])
	}
	if word == ">" {
		return p.reply(rest)
	}
	if mood := moods[word]; mood != "" {
		return p.phrase(phrase{mood: mood, pattern: rest})
	}
	if rest == "" {
		return p.header(word)
	}
	switch word {
	case "topic":
		p.leave()
		p.topic = rest
		return nil
	case "scene":
		return p.startScene(rest)
	case "kind":
		return p.startKind(rest)
	case "state":
		return p.startState(rest)
	case "after":
		return p.follow(rest)
	}
	return fmt.Errorf("cannot read %q: a line starts with topic, scene, kind, state, after, a slot, an intent or a mood letter (w, n, g, e)", line)
}

func (p *parser) slot(name, values string) error {
	slots := p.grammar.slots
	if p.scene != nil {
		slots = p.scene.slots
	}
	if slots[name] != nil {
		return fmt.Errorf("slot %q is given twice", name)
	}
	for value := range strings.SplitSeq(values, "|") {
		if value = strings.TrimSpace(value); value == "" || strings.ContainsAny(value, "[]{}") {
			return fmt.Errorf("slot %q has a value that is empty or a pattern", name)
		}
		slots[name] = append(slots[name], value)
	}
	return nil
}

func (p *parser) reply(text string) error {
	if p.last == nil {
		return fmt.Errorf("a reply needs a question above it")
	}
	letter, pattern, _ := strings.Cut(text, " ")
	if moods[letter] == "" {
		return fmt.Errorf("unknown mood %q: use w, n, g or e", letter)
	}
	if err := checkPattern(pattern); err != nil {
		return err
	}
	p.last.replies = append(p.last.replies, phrase{mood: moods[letter], pattern: pattern})
	return nil
}

func (p *parser) phrase(f phrase) error {
	if err := checkPattern(f.pattern); err != nil {
		return err
	}
	p.last = nil
	switch {
	case p.state != nil:
		p.state.phrases[f.mood] = append(p.state.phrases[f.mood], f)
	case p.block == "":
		return fmt.Errorf("a phrase needs a block above it: open or an intent")
	case p.block == "open":
		p.scene.openings = append(p.scene.openings, f)
	default:
		into := p.answers()
		into.add(p.block, f)
		list := into[p.block][f.mood]
		p.last = &list[len(list)-1]
	}
	return nil
}

func (p *parser) answers() answers {
	if p.scene != nil {
		return p.scene.answers
	}
	return p.grammar.kinds[p.kind]
}

// header starts a block inside a scene or kind.
func (p *parser) header(name string) error {
	if p.scene == nil && p.kind == "" {
		return fmt.Errorf("block %q needs a scene or a kind above it", name)
	}
	if name == "open" && p.scene == nil {
		return fmt.Errorf("only a scene has openings")
	}
	if name != "open" && !slices.Contains(answerIntents[:], name) {
		return fmt.Errorf("unknown block %q: use open, accept, decline, ask, propose or joke", name)
	}
	p.block, p.last = name, nil
	return nil
}

func (p *parser) startScene(kind string) error {
	if p.topic == "" {
		return fmt.Errorf("a scene needs a topic above it")
	}
	if openingIntent[kind] == "" {
		return fmt.Errorf("unknown kind %q: use invite, chat, news, gripe, taste or greet", kind)
	}
	p.leave()
	p.scene = &scene{topic: p.topic, kind: kind, slots: map[string][]string{}, answers: answers{}}
	p.grammar.scenes = append(p.grammar.scenes, p.scene)
	return nil
}

func (p *parser) startKind(kind string) error {
	if openingIntent[kind] == "" {
		return fmt.Errorf("unknown kind %q: use invite, chat, news, gripe, taste or greet", kind)
	}
	if p.grammar.kinds[kind] != nil {
		return fmt.Errorf("kind %q is given twice", kind)
	}
	p.leave()
	p.kind, p.grammar.kinds[kind] = kind, answers{}
	return nil
}

// startState reads "NAME INTENT -> NEXT…"; a final state has no successors.
func (p *parser) startState(text string) error {
	left, right, _ := strings.Cut(text, "->")
	fields := strings.Fields(left)
	if len(fields) != 2 || !stateIntents[fields[1]] {
		return fmt.Errorf("cannot read state %q: write NAME INTENT -> NEXT", text)
	}
	if p.grammar.states[fields[0]] != nil {
		return fmt.Errorf("state %q is given twice", fields[0])
	}
	p.leave()
	p.state = &state{name: fields[0], intent: fields[1], next: strings.Fields(right), phrases: map[string][]phrase{}}
	p.grammar.states[fields[0]] = p.state
	return nil
}

// follow reads "KIND INTENT -> STATE…".
func (p *parser) follow(text string) error {
	left, right, _ := strings.Cut(text, "->")
	fields, next := strings.Fields(left), strings.Fields(right)
	if len(fields) != 2 || len(next) == 0 {
		return fmt.Errorf("cannot read %q: write after KIND INTENT -> STATE", text)
	}
	p.leave()
	p.grammar.after[[2]string(fields)] = next
	return nil
}
