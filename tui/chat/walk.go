package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
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
	keeps    bool               // the running request's text is to be kept
}

// A keepMsg asks to add the walked text to the candidates.
type keepMsg dialog.Response

func (l *latent) walkFrom(i int) tea.Msg {
	if reason := l.cannotWalk(i); reason != "" {
		return reason
	}
	l.begin(i)
	return onLatent
}

func (l *latent) walkAlong(i, d int) tea.Msg {
	if reason := l.cannotWalk(i); reason != "" {
		return reason
	}
	at := slices.Index(l.dimensions(), d)
	if at < 0 {
		return noteMsg(fmt.Sprintf("There is no dimension %d; there are %d.", d+1, l.talk.about.Latent.Dim))
	}
	l.begin(i)
	l.walk.at = at
	return onLatent
}

func (l *latent) walkBetween(a, b int) tea.Msg {
	for _, i := range []int{a, b} {
		if reason := l.cannotWalk(i); reason != "" {
			return reason
		}
	}
	l.begin(a)
	l.walk.to = b
	return onLatent
}

func (l *latent) begin(i int) {
	l.stop()
	l.talk.selectAt(i)
	l.walk = &walk{from: i, to: -1, offset: make([]int, len(l.talk.candidates()[i].Z.Vector()))}
}

// cannotWalk says why there is no walk from candidate i; empty: there is.
func (l *latent) cannotWalk(i int) noteMsg {
	all := l.talk.candidates()
	switch {
	case l.talk.about.Latent == nil:
		return "This model has no latent, so there is nothing to walk."
	case len(all) == 0:
		return "There are no candidates to walk from yet."
	case i < 0 || i >= len(all):
		return l.talk.noCandidate(i)
	case len(all[i].Z.Vector()) == 0:
		return noteMsg(fmt.Sprintf("Candidate %d has no vector z to walk from.", i+1))
	}
	return ""
}

func (l *latent) stop() {
	if l.walk != nil && l.walk.cancel != nil {
		l.walk.cancel()
	}
	l.walk = nil
}

// isAlong reports whether a walk goes along dimensions.
func (l *latent) isAlong() bool { return l.walk != nil && l.walk.to < 0 }

// turnDimension goes to another dimension of the panel.
func (l *latent) turnDimension(n int) tea.Msg {
	if l.isAlong() {
		l.walk.at = max(0, min(l.walk.at+n, len(l.dimensions())-1))
	}
	return nil
}

// step moves z and decodes it.
func (l *latent) step(n int) tea.Msg {
	w := l.walk
	if w == nil {
		return l.walkFrom(l.talk.selected)
	}
	dimensions := l.dimensions()
	switch {
	case w.to >= 0:
		w.step = max(0, min(w.step+n, betweenSteps))
	case w.at < len(dimensions) && dimensions[w.at] < len(w.offset):
		w.offset[dimensions[w.at]] += n
	}
	return l.decode()
}

// z is that of the walk, or else of the selected candidate.
func (l *latent) z() []float32 {
	all, w := l.talk.candidates(), l.walk
	switch {
	case w == nil && l.talk.selected < len(all):
		return all[l.talk.selected].Z.Vector()
	case w == nil || w.from >= len(all) || w.to >= len(all):
		return nil
	}
	z := slices.Clone(all[w.from].Z.Vector())
	if w.to >= 0 {
		return between(z, all[w.to].Z.Vector(), float32(w.step)/betweenSteps)
	}
	_, std := l.prior()
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

// A walkedMsg is what the z of a walk decodes to.
type walkedMsg struct {
	id    int
	reply dialog.Reply
	err   error
}

// decode asks for the text at the place of the walk, greedily.
func (l *latent) decode() tea.Msg {
	z, w := l.z(), l.walk
	if z == nil {
		return nil
	}
	if w.cancel != nil {
		w.cancel()
	}
	l.newest++
	id := l.newest
	var ctx context.Context
	ctx, w.cancel = context.WithCancel(l.ctx)
	w.id, w.keeps = id, false
	return l.ask(ctx, dialog.Block{z}, func(reply dialog.Reply, err error) tea.Msg { return walkedMsg{id, reply, err} })
}

func (l *latent) walked(msg walkedMsg) tea.Msg {
	w := l.walk
	if w == nil || w.id != msg.id {
		return nil
	}
	w.cancel()
	w.cancel = nil
	switch {
	case msg.err != nil && !errors.Is(msg.err, context.Canceled):
		return noteMsg("The model could not decode this z: " + msg.err.Error())
	case msg.err == nil && len(msg.reply.Responses) > 0:
		w.found = &msg.reply.Responses[0]
		if w.keeps {
			return l.keep()
		}
	}
	return nil
}

// keep asks to add the walked text to the candidates, where it is still decoded once it is there.
func (l *latent) keep() tea.Msg {
	w := l.walk
	switch {
	case w != nil && w.cancel != nil:
		w.keeps = true
		return nil
	case w == nil || w.found == nil:
		return notWalked
	}
	return keepMsg(*w.found)
}

const notWalked = noteMsg("Walk first: ← and → move z.")

// found is the text that the walk has come to, in lines of width cells.
func (l *latent) found(width int) []string {
	if l.walk == nil || l.walk.found == nil {
		return nil
	}
	found := *l.walk.found
	lines := l.excerpt(l.theme.Accent.Render("  w "), found.Shown(), l.theme.Accent, width)
	return append(lines, "    "+l.theme.Dim.Render(draw.Fit(stats(found, -1)+" · enter adds it", width-4)))
}

// status says where the walk is; empty: nobody walks.
func (l *latent) status() string {
	w := l.walk
	switch {
	case w == nil:
		return ""
	case w.to >= 0:
		return fmt.Sprintf("walk from candidate %d to %d, step %d of %d", w.from+1, w.to+1, w.step, betweenSteps)
	}
	d := 0
	if order := l.dimensions(); w.at < len(order) {
		d = order[w.at]
	}
	offset := 0.0
	if d < len(w.offset) {
		offset = float64(w.offset[d]) / 2
	}
	return fmt.Sprintf("walk from candidate %d, dimension %d, %+.1fσ", w.from+1, d+1, offset)
}
