package chat

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/conversation"
)

// A request is a set of candidates that is being sampled.
type request struct {
	id       int
	cancel   context.CancelFunc
	settings conversation.Settings
	preview  bool     // the settings are still being moved
	partial  []string // the text so far, by candidate
}

// A streamMsg carries tokens as they are decoded.
type streamMsg struct {
	id     int
	deltas []dialog.Delta
	more   <-chan dialog.Delta
}

// A replyMsg is the end of a request.
type replyMsg struct {
	id    int
	reply dialog.Reply
	err   error
}

// sample asks for candidates for the current exchange in place of what is being
// sampled. A preview changes the candidates on the screen and makes no take.
func (m *model) sample(preview bool) tea.Cmd {
	m.stop()
	m.stopWalk()
	m.requests++
	ctx, cancel := context.WithCancel(m.ctx)
	m.running = &request{id: m.requests, cancel: cancel, settings: m.settings, preview: preview, partial: make([]string, m.settings.N)}
	deltas := make(chan dialog.Delta, 256)
	q, id, r := m.question(), m.requests, m.responder
	ask := func() tea.Msg {
		defer close(deltas)
		reply, err := r.respond(ctx, q, func(d dialog.Delta) {
			select {
			case deltas <- d:
			case <-ctx.Done():
			}
		})
		return replyMsg{id, reply, err}
	}
	return tea.Batch(ask, listen(id, deltas))
}

// question is the request for the current exchange with the present settings.
func (m *model) question() dialog.Request {
	return dialog.Request{Context: m.context(), Sampling: m.settings}
}

// context is what the model reads: nothing where it reads none.
func (m *model) context() []string {
	if m.about.Sentences {
		return nil
	}
	return m.conversation.Context()
}

// listen waits for tokens and takes all that are there.
func listen(id int, deltas <-chan dialog.Delta) tea.Cmd {
	return func() tea.Msg {
		d, ok := <-deltas
		if !ok {
			return nil
		}
		batch := []dialog.Delta{d}
		for len(batch) < cap(deltas) {
			select {
			case d, ok := <-deltas:
				if !ok {
					return streamMsg{id, batch, deltas}
				}
				batch = append(batch, d)
			default:
				return streamMsg{id, batch, deltas}
			}
		}
		return streamMsg{id, batch, deltas}
	}
}

// streamed adds tokens to the candidates, unless they are of an old request.
func (m *model) streamed(msg streamMsg) tea.Cmd {
	if m.running == nil || m.running.id != msg.id {
		return nil
	}
	for _, d := range msg.deltas {
		if d.Index >= 0 && d.Index < len(m.running.partial) {
			m.running.partial[d.Index] = d.Text
		}
	}
	return listen(msg.id, msg.more)
}

// replied shows the candidates of the request that runs.
func (m *model) replied(msg replyMsg) tea.Cmd {
	if m.running == nil || m.running.id != msg.id {
		return nil
	}
	r := m.running
	m.stop()
	if msg.err != nil {
		if !errors.Is(msg.err, context.Canceled) {
			m.note("The model could not answer: " + msg.err.Error())
		}
		return m.turnTo(onInput)
	}
	m.priors[key(m.context())] = prior{msg.reply.PriorMean.Vector(), msg.reply.PriorStd.Vector()}
	return m.answered(r, msg.reply.Responses)
}

// answered takes the candidates of a finished request.
func (m *model) answered(r *request, candidates []dialog.Response) tea.Cmd {
	if r.preview {
		m.preview = &conversation.Take{Settings: r.settings, Candidates: candidates}
		m.selected = max(0, min(m.selected, len(candidates)-1))
		return nil
	}
	m.preview, m.selected = nil, 0
	m.conversation.Answer(r.settings, candidates)
	m.save()
	if m.focus == onInput && m.isBlank() {
		return m.turnTo(onCandidates)
	}
	return nil
}

// stop ends the running request; what it still sends is dropped.
func (m *model) stop() {
	if m.running != nil {
		m.running.cancel()
		m.running = nil
	}
}

// commit makes a take of the previewed candidates. A request for a preview that
// still runs becomes one for a take.
func (m *model) commit() {
	if m.running != nil {
		m.running.preview = false
		return
	}
	if m.preview == nil {
		return
	}
	p := m.preview
	m.preview = nil
	m.conversation.Answer(p.Settings, p.Candidates)
	m.save()
}
