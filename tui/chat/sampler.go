package chat

import (
	"context"
	"fmt"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
)

// A sampler asks the model for sets of candidates, one at a time.
type sampler struct {
	ctx     context.Context
	model   *guard
	running *request // nil: nothing is being sampled
	newest  int      // the number of the newest request
	silent  bool     // nobody watches answers grow
}

// A request is a set of candidates that is being sampled.
type request struct {
	id       int
	cancel   context.CancelFunc
	settings dialog.Sampling
	preview  bool     // the settings are still being moved
	partial  []string // the text so far, by candidate
}

// A streamMsg says that more is decoded.
type streamMsg struct {
	id   int
	from *tray
}

// A replyMsg is the end of a request.
type replyMsg struct {
	id    int
	reply dialog.Reply
	err   error
}

// A sampledMsg is the end of the request that was running.
type sampledMsg struct {
	*request
	reply dialog.Reply
	err   error
}

// start asks for candidates in place of what is being sampled.
func (s *sampler) start(turns []string, of dialog.Sampling, preview bool) tea.Cmd {
	s.stop()
	s.newest++
	ctx, cancel := context.WithCancel(s.ctx)
	s.running = &request{id: s.newest, cancel: cancel, settings: of, preview: preview, partial: make([]string, of.N)}
	decoded := newTray()
	id, model := s.newest, s.model
	q := dialog.Request{Context: turns, Sampling: of}
	if s.silent {
		return func() tea.Msg {
			reply, err := model.respond(ctx, q, nil)
			return replyMsg{id, reply, err}
		}
	}
	ask := func() tea.Msg {
		defer close(decoded.news)
		reply, err := model.respond(ctx, q, decoded.put)
		return replyMsg{id, reply, err}
	}
	return tea.Batch(ask, listen(id, decoded))
}

// stop ends the running request; what it still sends is dropped.
func (s *sampler) stop() {
	if s.running != nil {
		s.running.cancel()
		s.running = nil
	}
}

// Update takes what the running request sends.
func (s *sampler) Update(msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case streamMsg:
		if s.runs(msg.id) {
			return s.streamed(msg)
		}
	case replyMsg:
		if s.runs(msg.id) {
			r := s.running
			s.stop()
			return sampledMsg{r, msg.reply, msg.err}
		}
	}
	return nil
}

func (s *sampler) runs(id int) bool { return s.running != nil && s.running.id == id }

// streamed adds tokens to the candidates.
func (s *sampler) streamed(msg streamMsg) tea.Cmd {
	for i, text := range msg.from.take() {
		if i >= 0 && i < len(s.running.partial) {
			s.running.partial[i] = text
		}
	}
	return listen(msg.id, msg.from)
}

// A tray holds what of each candidate is decoded and not yet shown. Who decodes never
// waits for who shows, which may be a terminal at the end of a slow line.
type tray struct {
	mu    sync.Mutex
	texts map[int]string // so far, by candidate
	news  chan struct{}  // there is something, or, closed, there will be nothing more
}

func newTray() *tray { return &tray{texts: map[int]string{}, news: make(chan struct{}, 1)} }

func (t *tray) put(d dialog.Delta) {
	t.mu.Lock()
	t.texts[d.Index] = d.Text
	t.mu.Unlock()
	select {
	case t.news <- struct{}{}:
	default: // it is known already
	}
}

func (t *tray) take() map[int]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	texts := t.texts
	t.texts = map[int]string{}
	return texts
}

// listen waits until more is decoded.
func listen(id int, decoded *tray) tea.Cmd {
	return func() tea.Msg {
		if _, ok := <-decoded.news; !ok {
			return nil
		}
		return streamMsg{id, decoded}
	}
}

// partial are the texts so far, by candidate; nil before the first word.
func (s *sampler) partial() []string {
	if s.running == nil || s.running.words() == 0 {
		return nil
	}
	return s.running.partial
}

func (r *request) words() (n int) {
	for _, text := range r.partial {
		n += len(strings.Fields(text))
	}
	return n
}

// View says how far the running request is; empty: none runs.
func (s *sampler) View() string {
	if s.running == nil {
		return ""
	}
	return fmt.Sprintf("sampling %d candidates, %d words so far …", s.running.settings.N, s.running.words())
}

// A guard asks a responder and keeps its faults from the chat.
type guard struct {
	dialog.Responder
	ctx    context.Context
	asking sync.RWMutex // read-locked by each request
}

// wait waits for the requests whose context has ended, so that the responder
// may be closed. Those that begin later do not reach it.
func (g *guard) wait() {
	g.asking.Lock()
	defer g.asking.Unlock()
}

// respond asks for a reply. A fault of the responder becomes an error.
func (g *guard) respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (reply dialog.Reply, err error) {
	g.asking.RLock()
	defer g.asking.RUnlock()
	if ctx.Err() != nil {
		return reply, ctx.Err()
	}
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("a fault in the model: %v", fault)
		}
	}()
	return g.Respond(ctx, q, stream)
}
