package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

const stillSampling = noteMsg("The candidates are still being sampled; esc stops that.")

// send takes what is written: a command or a turn.
func (m *model) send(text string) tea.Msg {
	isCommand := strings.HasPrefix(text, "/")
	if n, err := strconv.Atoi(text); err == nil && n > 0 && n <= m.talk.count() && m.isToChoose() && !m.entry.editing {
		m.entry.area.Reset() // as the key does on the candidates
		return m.choose(n - 1)
	}
	switch {
	case isCommand:
	case text == "" && !m.talk.about.Sentences && m.talk.count() == 0:
		return nil
	case text == "" && !m.talk.about.Sentences:
		return onCandidates
	case m.sampler.running != nil:
		return stillSampling
	}
	m.entry.history.add(text)
	m.entry.area.Reset()
	m.notices.clear()
	if isCommand {
		return m.command(text)
	}
	return m.say(text)
}

// say makes a turn of text and asks for candidates. The turn before keeps the
// selected candidate, and is replaced where the model had no answer to it.
func (m *model) say(text string) tea.Msg {
	m.commit()
	c := m.talk.conversation
	e, ok := c.Current()
	again := ok && (m.entry.editing || m.talk.count() == 0) // the turn is said anew
	if again {
		if err := c.Edit(text); err != nil {
			return noteMsg(err.Error())
		}
	} else {
		if ok && e.Chosen < 0 {
			m.pick(m.talk.selected)
		}
		c.Say(text)
	}
	if m.drawn && !again {
		m.settings.values.Seed++
	}
	m.entry.editing, m.talk.selected = false, 0
	m.transcript.clear()
	m.notices.clear()
	return m.sample(false)
}

// sample asks for candidates for the current exchange in place of what is being
// sampled. A preview changes the candidates on the screen and makes no take.
func (m *model) sample(preview bool) tea.Cmd {
	m.latent.stop()
	return m.sampler.start(m.talk.context(), m.settings.values, preview)
}

// sampled shows the candidates of a finished request.
func (m *model) sampled(msg sampledMsg) tea.Msg {
	switch {
	case errors.Is(msg.err, context.Canceled):
		return onInput
	case msg.err != nil:
		m.notices.add("The model could not answer: " + msg.err.Error())
		return onInput
	}
	m.latent.learned(priorMsg{key: key(m.talk.context()), reply: msg.reply})
	m.unread(msg.reply.Unread)
	take := conversation.Take{Settings: msg.settings, Candidates: msg.reply.Responses}
	if msg.preview {
		m.talk.preview = &take
		m.talk.selectAt(m.talk.selected)
		return nil
	}
	m.talk.selected, m.drawn = 0, true
	m.answer(take)
	learn := m.latent.askDirections()
	if m.focus == onInput && m.entry.isBlank() {
		return tea.Batch(learn, m.turnTo(onCandidates))
	}
	return learn
}

// unread says that the model did not read the end of a turn, and once in a
// conversation that it reads only the last turns.
func (m *model) unread(u dialog.Unread) {
	turns := len(m.talk.context())
	if m.told == turns {
		return
	}
	m.told = turns
	switch {
	case u.Tokens > 0:
		m.notices.add(fmt.Sprintf("The model reads the beginning of a long turn; not read: %s at the end.", counted(u.Tokens, "token")))
	case u.Turns == 1, u.Turns == 2:
		m.notices.add(fmt.Sprintf("From here on the model reads the last %s alone.", counted(turns-u.Turns, "turn")))
	}
}

func (m *model) answer(take conversation.Take) {
	m.talk.preview = nil
	m.talk.conversation.Answer(take.Settings, take.Candidates)
	m.save()
}

// keep adds a response to the candidates, as a take of its own.
func (m *model) keep(r dialog.Response) tea.Msg {
	if m.sampler.running != nil {
		return notWalked
	}
	take, _ := m.talk.take()
	take.Candidates = append(slices.Clone(take.Candidates), r)
	m.answer(take)
	m.latent.stop()
	m.talk.selectAt(m.talk.count())
	return onCandidates
}

// commit makes a take of the previewed candidates. A request for a preview that
// still runs becomes one for a take.
func (m *model) commit() {
	switch {
	case m.sampler.running != nil:
		m.sampler.running.preview = false
	case m.talk.preview != nil:
		m.answer(*m.talk.preview)
	}
}

func (m *model) save() { m.obey(m.saver.save(m.talk.conversation)) }

// pick chooses a candidate of the shown take.
func (m *model) pick(i int) bool {
	err := m.talk.conversation.Choose(i)
	if err != nil {
		m.notices.add(err.Error())
	}
	return err == nil
}

// isToChoose reports whether the current turn has candidates and no answer.
func (m *model) isToChoose() bool {
	e, _ := m.talk.conversation.Current()
	return m.sampler.running == nil && m.talk.count() > 0 && e.Chosen < 0
}

func (m *model) choose(i int) tea.Msg {
	switch {
	case m.sampler.running != nil:
		return stillSampling
	case i >= m.talk.count():
		return m.talk.noCandidate(i)
	}
	m.commit()
	m.talk.selected = i
	if !m.pick(i) {
		return nil
	}
	m.transcript.clear()
	m.notices.clear()
	m.save()
	return onInput
}

// regenerate samples the current turn again with another seed.
func (m *model) regenerate() tea.Msg {
	e, ok := m.talk.conversation.Current()
	if !ok {
		return noteMsg("There is no turn to answer yet.")
	}
	m.commit()
	if m.talk.count() > 0 {
		seed := &m.settings.values.Seed
		for _, t := range e.Takes {
			*seed = max(*seed, t.Settings.Seed)
		}
		*seed++
	}
	return m.sample(false)
}

// turnTake shows an older or a newer take.
func (m *model) turnTake(delta int) tea.Msg {
	if m.sampler.running != nil {
		return nil
	}
	m.commit()
	if !m.talk.conversation.TurnTake(delta) {
		return noteMsg("There is no other take in that direction; ^r makes one.")
	}
	m.show()
	m.save()
	return nil
}

func (m *model) undo() tea.Msg {
	return m.travel(m.talk.conversation.Undo, "There is nothing to undo.")
}

func (m *model) redo() tea.Msg {
	return m.travel(m.talk.conversation.Redo, "There is nothing to redo.")
}

// nextBranch shows the next version of the current turn.
func (m *model) nextBranch() tea.Msg {
	c := m.talk.conversation
	_, count := c.Branch()
	if count < 2 {
		return noteMsg("This turn has one branch; undo and say something else, or /edit, to make another.")
	}
	return m.travel(func() bool { return c.SwitchBranch(1) || c.SwitchBranch(1-count) }, "There is no other branch.")
}

// travel goes elsewhere in the tree of turns.
func (m *model) travel(step func() bool, otherwise noteMsg) tea.Msg {
	m.sampler.stop()
	m.commit()
	if !step() {
		return otherwise
	}
	m.entry.editing = false
	m.notices.clear()
	m.show()
	m.save()
	return m.latent.learn()
}

// edit puts the current turn into the input, to be said differently.
func (m *model) edit() tea.Msg {
	e, ok := m.talk.conversation.Current()
	if !ok {
		return noteMsg("There is no turn to edit yet.")
	}
	m.entry.edit(e.User)
	return onInput
}

// open shows a conversation in place of the present one.
func (m *model) open(c *conversation.Conversation) {
	m.sampler.stop()
	m.talk.conversation, m.entry.editing = c, false
	m.notices.clear()
	for _, e := range c.Path() {
		m.entry.history.add(e.User)
	}
	m.show()
	m.unrankable()
}

// opened shows a conversation that was read, once the present one is saved.
func (m *model) opened(c *conversation.Conversation) tea.Msg {
	m.save()
	m.open(c)
	m.otherModel(c)
	return m.latent.learn()
}

// otherModel says of a conversation with another model how it goes on with that one.
func (m *model) otherModel(c *conversation.Conversation) {
	if c.Model != m.talk.about.Name && (c.Where == "" || c.Where != m.where) {
		m.notices.add(fmt.Sprintf("This conversation was with %s; here it goes on with %s. cvae chat --resume %s, without a RUN, goes on with the former.", c.Model, m.talk.about.Name, c.SavedAs()))
	}
}

// show turns to the current exchange: its take and the settings of that.
func (m *model) show() {
	m.latent.stop()
	m.talk.preview, m.talk.selected, m.transcript.scroll = nil, 0, 0
	take, ok := m.talk.take()
	if m.drawn = ok; !ok {
		return
	}
	m.settings.adopt(take.Settings)
	if e, _ := m.talk.conversation.Current(); e.Chosen >= 0 {
		m.talk.selected = e.Chosen
	}
}
