package chat

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
)

// A prior is p(z|c) of one context, (Z) each; nil without a latent vector.
type prior struct{ mean, std []float32 }

// A priorMsg is the prior of a context of a loaded conversation.
type priorMsg struct {
	key   string
	reply dialog.Reply
	err   error
}

func key(context []string) string { return strings.Join(context, "\x00") }

// askPrior finds out the prior of the current context when a loaded
// conversation lacks it, by decoding a latent that is known already.
func (m *model) askPrior() tea.Cmd {
	take, ok := m.take()
	k := key(m.context())
	if _, known := m.priors[k]; known || !ok || len(take.Candidates) == 0 || take.Candidates[0].Z == nil {
		return nil
	}
	q := m.question()
	q.Z = []dialog.Block{take.Candidates[0].Z}
	ctx, r := m.ctx, m.responder
	return func() tea.Msg {
		reply, err := r.respond(ctx, q, nil)
		return priorMsg{k, reply, err}
	}
}

// learned keeps a prior. Without it the panel shows no prior: no error is worth
// a line for that.
func (m *model) learned(msg priorMsg) {
	if msg.err == nil {
		m.priors[msg.key] = prior{msg.reply.PriorMean.Vector(), msg.reply.PriorStd.Vector()}
	}
}

// prior is that of the current context.
func (m *model) prior() prior { return m.priors[key(m.context())] }
