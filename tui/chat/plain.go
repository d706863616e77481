package chat

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/draw"
)

// RunPlain is Run for screen readers and pipes: the same conversation in lines, with the same commands and the same file. It
// reads lines from o.In and prints what is new after each: numbered candidates, the answer, what the program has to say. Nothing of it moves,
// and no character of it draws.
func RunPlain(ctx context.Context, r dialog.Responder, o Options) error {
	card, err := r.Describe(ctx)
	if err != nil {
		return fmt.Errorf("describing the model: %w", err)
	}
	m, err := newModel(ctx, r, card, o)
	if err != nil {
		return err
	}
	p := &plain{model: m, out: bufio.NewWriter(o.Out)}
	m.sampler.silent = true
	m.entry.commands = slices.DeleteFunc(m.entry.commands, func(c command) bool { return c.screen })
	p.begin()
	reading, stop := context.WithCancel(ctx)
	defer stop()
	lines := linesOf(reading, o.In)
	if o.Typed {
		lines = pasted(reading, lines)
	}
	for open := true; open && !p.quit; {
		var line line
		select {
		case line, open = <-lines:
		case <-ctx.Done():
			open = false
		}
		if open {
			p.line(line.text)
		}
	}
	p.end()
	m.left(o)
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("printing the conversation: %w", err)
	}
	return ctx.Err()
}

// A plain chat is a chat without a screen.
type plain struct {
	*model
	out  *bufio.Writer
	quit bool
}

// seen is what was printed, so that what is new is known.
type seen struct {
	c      *conversation.Conversation
	place  int // of the current exchange, by what was said before it
	takes  int
	take   int
	chosen int
	user   string
}

func (p *plain) seen() seen {
	s := seen{c: p.talk.conversation, chosen: conversation.None}
	if e, ok := s.c.Current(); ok {
		s.place, s.takes, s.take, s.chosen, s.user = len(s.c.Path()), len(e.Takes), e.Take, e.Chosen, e.User
	}
	return s
}

func (p *plain) begin() {
	p.say("cvae chat with " + p.talk.about.Name + ".")
	for _, text := range p.transcript.greeting()[:max(1, len(p.transcript.greeting())-1)] {
		p.say(text)
	}
	p.say("A number takes a candidate, as /choose NUMBER does; writing on takes candidate 1. /help lists the commands, /quit leaves.")
	if path := p.talk.conversation.Path(); len(path) > 0 {
		for _, e := range path {
			p.exchange(e)
		}
		p.candidatesOf()
	}
	p.run(p.saver.warn())
	p.news()
	p.flush()
}

// line does what a line says and prints what comes of it.
func (p *plain) line(text string) {
	before := p.seen()
	text = strings.TrimSpace(safeLines(text))
	if name, _, _ := strings.Cut(strings.TrimPrefix(text, "/"), " "); strings.HasPrefix(text, "/") && needsScreen(name) {
		p.say("Note: /" + name + " needs the full chat.")
		p.flush()
		return
	}
	p.talk.selected = max(0, p.talk.selected)
	of := p.settings.values
	p.run(p.obey(sendMsg(text)))
	p.run(p.saver.writing())
	if p.entry.editing {
		p.entry.editing = false
		p.entry.area.Reset()
		p.say("Note: say the turn differently with /edit TEXT.")
	}
	p.changes(before)
	if _, ok := p.talk.conversation.Current(); !ok { // or the candidates show what was set
		p.told(of)
	}
	p.news()
	p.flush()
}

// told says what was set since the settings were others.
func (p *plain) told(before dialog.Sampling) {
	now := p.settings.values
	for _, of := range adjustable() {
		if of.Get(now) != of.Get(before) {
			p.notices.add(fmt.Sprintf("%s is %s.", of.Name, of.text(now)))
		}
	}
	if now.Seed != before.Seed {
		p.notices.add(fmt.Sprintf("The seed is %d.", now.Seed))
	}
	if labels := labelled(now.Labels); labels != labelled(before.Labels) {
		p.notices.add(cmp.Or(labels, "No label") + " is told to the model.")
	}
}

// needsScreen tells commands that do something to a screen alone.
func needsScreen(name string) bool {
	return slices.ContainsFunc(commands(), func(c command) bool { return c.screen && c.name == name })
}

// run runs commands, one after the other, until nothing more comes of them.
func (p *plain) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, one := range msg {
			p.run(one)
		}
	case tea.QuitMsg:
		p.quit = true
	default:
		p.run(p.obey(msg))
	}
	p.run(p.saver.writing())
}

// changes prints what is new of the conversation.
func (p *plain) changes(before seen) {
	now := p.seen()
	if now == before {
		return
	}
	e, ok := now.c.Current()
	elsewhere := now.c != before.c || now.place != before.place || now.user != before.user
	if path := now.c.Path(); now.c == before.c && before.takes > 0 && before.chosen < 0 && now.place == before.place+1 && path[now.place-2].Chosen >= 0 {
		e := path[now.place-2] // writing on took it
		p.say("cvae: " + e.Candidates()[e.Chosen].Shown())
	}
	switch {
	case !ok:
		p.say("The conversation is at its beginning.")
	case now.c != before.c:
		for _, one := range now.c.Path() {
			p.exchange(one)
		}
	case elsewhere && now.takes > 0 && (now.chosen >= 0 || now.place < before.place):
		p.exchange(e)
	}
	if ok && (elsewhere || now.takes != before.takes || now.take != before.take) && now.chosen < 0 {
		p.candidatesOf()
	}
	if ok && !elsewhere && now.chosen >= 0 {
		p.say("cvae: " + e.Candidates()[e.Chosen].Shown())
	}
}

// exchange prints a turn and its answer.
func (p *plain) exchange(e conversation.Exchange) {
	p.say("you: " + e.User)
	if e.Chosen >= 0 {
		p.say("cvae: " + e.Candidates()[e.Chosen].Shown())
	}
}

// candidatesOf prints the candidates of the take that is shown.
func (p *plain) candidatesOf() {
	all := p.talk.candidates()
	twins, star := twins(all), star(all)
	for i, r := range all {
		text := fmt.Sprintf("%d. %s", i+1, r.Shown())
		switch {
		case twins[i] >= 0:
			text += fmt.Sprintf(" (as %d)", twins[i]+1)
		case i == star:
			text += " (differs most)"
		}
		p.say(text)
	}
}

// news prints what the program has to say, and its pages.
func (p *plain) news() {
	for _, text := range p.notices.texts {
		p.say("Note: " + text)
	}
	p.notices.clear()
	if p.page == nil {
		return
	}
	p.say(p.page.title + ":")
	for _, r := range p.page.rows {
		switch {
		case strings.TrimSpace(r.name+r.text) == "":
		case r.name == "":
			p.say(strings.TrimRight(r.text, " "))
		case r.text == "":
			p.say(r.name + ":")
		default:
			p.say(strings.TrimSpace(r.name) + ": " + r.text)
		}
	}
	p.page = nil
}

// end keeps what was said.
func (p *plain) end() {
	if err := p.saver.saveLast(p.talk.conversation); err != nil {
		p.say("Note: " + err.Error())
	}
}

// say prints a line. Braille and the characters that draw boxes, which a text may bring along, are left out.
func (p *plain) say(text string) {
	fmt.Fprintln(p.out, strings.TrimRight(strings.Map(func(r rune) rune {
		if r >= 0x2500 && r <= 0x259f || r >= 0x2800 && r <= 0x28ff {
			return -1
		}
		return r
	}, draw.Safe(text)), " "))
}

func (p *plain) flush() { _ = p.out.Flush() } // the last one tells
