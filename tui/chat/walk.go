package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
)

// betweenSteps is the number of steps from one candidate to another.
const betweenSteps = 8

// A walk moves z away from a candidate and shows what it decodes to: along one
// dimension at a time, or towards another candidate.
type walk struct {
	from, to int   // candidates; to is −1 when the walk goes along dimensions
	at       int   // place of the present dimension in the order of the panel
	offset   []int // (Z), half prior standard deviations
	step     int   // of betweenSteps, towards to
	id       int
	cancel   context.CancelFunc // of the running request; nil: none
	found    *dialog.Response   // what z decodes to; nil: not yet walked
}

// startWalk begins at the selected candidate.
func (m *model) startWalk() tea.Cmd { return m.walkFrom(m.selected) }

// walkFrom begins at candidate i.
func (m *model) walkFrom(i int) tea.Cmd {
	if reason := m.cannotWalk(i); reason != "" {
		m.note(reason)
		return nil
	}
	take, _ := m.take()
	m.stopWalk()
	m.selected = i
	m.walk = &walk{from: i, to: -1, offset: make([]int, len(take.Candidates[i].Z.Vector()))}
	return m.turnTo(onLatent)
}

// walkBetween begins at candidate a, to go to b.
func (m *model) walkBetween(a, b int) tea.Cmd {
	for _, i := range []int{a, b} {
		if reason := m.cannotWalk(i); reason != "" {
			m.note(reason)
			return nil
		}
	}
	cmd := m.walkFrom(a)
	m.walk.to = b
	return cmd
}

// cannotWalk says why there is no walk from candidate i; empty: there is.
func (m *model) cannotWalk(i int) string {
	take, _ := m.take()
	switch {
	case m.about.Latent == nil:
		return "This model has no latent, so there is nothing to walk."
	case len(take.Candidates) == 0:
		return "There are no candidates to walk from yet."
	case i < 0 || i >= len(take.Candidates):
		return m.noCandidate(i)
	case len(take.Candidates[i].Z.Vector()) == 0:
		return fmt.Sprintf("Candidate %d has no vector z to walk from.", i+1)
	}
	return ""
}

// stopWalk ends the walk and its request.
func (m *model) stopWalk() {
	if m.walk != nil && m.walk.cancel != nil {
		m.walk.cancel()
	}
	m.walk = nil
}

// dimensions are those of z, the largest KL first where it is known.
func (m *model) dimensions() []int {
	if m.about.Latent == nil {
		return nil
	}
	order := make([]int, max(0, m.about.Latent.Dim))
	for d := range order {
		order[d] = d
	}
	if m.latent != nil {
		kl := m.latent.KLPerDim
		slices.SortStableFunc(order, func(a, b int) int { return compareNumbers(kl[b], kl[a]) })
	}
	return order
}

// compareNumbers orders numbers with NaN below all.
func compareNumbers(a, b float64) int {
	switch {
	case a > b || (a == a && b != b):
		return 1
	case a < b || (a != a && b == b):
		return -1
	}
	return 0
}

// turnDimension goes to another dimension of the panel.
func (m *model) turnDimension(n int) {
	if m.walk == nil || m.walk.to >= 0 {
		return
	}
	m.walk.at = max(0, min(m.walk.at+n, len(m.dimensions())-1))
}

// step moves z and decodes it.
func (m *model) step(n int) tea.Cmd {
	w := m.walk
	if w == nil {
		return m.startWalk()
	}
	if w.to >= 0 {
		w.step = max(0, min(w.step+n, betweenSteps))
		return m.decodeWalk()
	}
	if dimensions := m.dimensions(); w.at < len(dimensions) && dimensions[w.at] < len(w.offset) {
		w.offset[dimensions[w.at]] += n
	}
	return m.decodeWalk()
}

// onAxis reports whether a walk goes, or would go, along dimensions.
func (m *model) onAxis() bool { return m.walk == nil || m.walk.to < 0 }

// place is the z of the walk.
func (m *model) place() []float32 {
	take, _ := m.take()
	w := m.walk
	if w == nil || w.from >= len(take.Candidates) || w.to >= len(take.Candidates) {
		return nil
	}
	z := slices.Clone(take.Candidates[w.from].Z.Vector())
	if w.to >= 0 {
		return between(z, take.Candidates[w.to].Z.Vector(), float32(w.step)/betweenSteps)
	}
	std := m.prior().std
	for d := range min(len(z), len(w.offset)) {
		s := float32(1)
		if d < len(std) {
			s = std[d]
		}
		z[d] += float32(w.offset[d]) / 2 * s
	}
	return z
}

// between is the point at part t of the way from a to b.
func between(a, b []float32, t float32) []float32 {
	for d := range min(len(a), len(b)) {
		a[d] = (1-t)*a[d] + t*b[d]
	}
	return a
}

// decodeWalk asks for the text at the place of the walk, greedily.
func (m *model) decodeWalk() tea.Cmd {
	z, w := m.place(), m.walk
	if z == nil {
		return nil
	}
	if w.cancel != nil {
		w.cancel()
	}
	m.requests++
	w.id = m.requests
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(m.ctx)
	q, r, id := m.question(), m.responder, w.id
	q.Z, q.Temperature = []dialog.Block{{z}}, 0
	return func() tea.Msg {
		reply, err := r.respond(ctx, q, nil)
		return walkedMsg{id, reply, err}
	}
}

// A walkedMsg is what the z of a walk decodes to.
type walkedMsg struct {
	id    int
	reply dialog.Reply
	err   error
}

// walked shows the text at the place of the walk.
func (m *model) walked(msg walkedMsg) {
	w := m.walk
	if w == nil || w.id != msg.id {
		return
	}
	w.cancel()
	w.cancel = nil
	switch {
	case msg.err != nil && !errors.Is(msg.err, context.Canceled):
		m.note("The model could not decode this z: " + msg.err.Error())
	case msg.err == nil && len(msg.reply.Responses) > 0:
		w.found = &msg.reply.Responses[0]
	}
}

// takeWalk adds the walked text to the candidates, as a take of its own.
func (m *model) takeWalk() tea.Cmd {
	if m.walk == nil || m.walk.found == nil || m.running != nil {
		m.note("Walk first: ← and → move z.")
		return nil
	}
	take, _ := m.take()
	found := *m.walk.found
	m.preview = nil
	m.conversation.Answer(take.Settings, append(slices.Clone(take.Candidates), found))
	m.stopWalk()
	m.selected = len(take.Candidates)
	m.save()
	return m.turnTo(onCandidates)
}

// walkStatus says where the walk is.
func (m *model) walkStatus() string {
	w := m.walk
	if w.to >= 0 {
		return fmt.Sprintf("walk from candidate %d to %d, step %d of %d", w.from+1, w.to+1, w.step, betweenSteps)
	}
	d := 0
	if order := m.dimensions(); w.at < len(order) {
		d = order[w.at]
	}
	offset := 0.0
	if d < len(w.offset) {
		offset = float64(w.offset[d]) / 2
	}
	return fmt.Sprintf("walk from candidate %d, dimension %d, %+.1fσ", w.from+1, d+1, offset)
}
