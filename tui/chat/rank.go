package chat

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
)

// A rankMsg is settings whose rank the model can compute, or why it cannot.
type rankMsg struct {
	values dialog.Sampling
	err    error
}

// assignRank sets what candidates are ordered by, or tells it. A rank that the model
// cannot compute is refused here, and not at the next turn.
func (m *model) assignRank(argument string) tea.Msg {
	values, note := m.settings.rank(argument)
	if note != nil {
		return note
	}
	model := m.sampler.model
	return tea.Cmd(func() tea.Msg { return rankMsg{values, model.checkRank(values.Rank)} })
}

// ranked adopts a rank that the model can compute.
func (m *model) ranked(msg rankMsg) tea.Msg {
	if msg.err != nil {
		return noteMsg(cannotRank(msg.err))
	}
	m.settings.values.Rank = msg.values.Rank
	return sampleMsg{}
}

// unrankable takes a rank away that a saved conversation has and the model cannot compute.
func (m *model) unrankable() {
	if err := m.sampler.model.checkRank(m.settings.values.Rank); err != nil {
		m.settings.values.Rank = nil
		m.notices.add("The conversation was ranked; its candidates now stand as they are drawn. " + cannotRank(err))
	}
}

func cannotRank(err error) string {
	return fmt.Sprintf("Candidates cannot be ranked: %v; here that is /rank joint 0.", err)
}

// checkRank refuses a rank that the responder cannot compute.
func (g *guard) checkRank(k *dialog.Rank) error {
	ranker, is := g.Responder.(dialog.Ranker)
	if k == nil || !is {
		return nil
	}
	return g.guarded(g.ctx, func() error { return ranker.CheckRank(*k) })
}
