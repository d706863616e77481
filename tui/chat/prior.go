package chat

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
)

// A priorMsg is a reply that tells the prior of its context.
type priorMsg struct {
	key   string
	reply dialog.Reply
	err   error
}

func key(context []string) string { return strings.Join(context, "\x00") }

// ask decodes z after the current context, greedily.
func (l *latent) ask(ctx context.Context, z dialog.Block, answer func(dialog.Reply, error) tea.Msg) tea.Cmd {
	q, model := dialog.Request{Context: l.talk.context(), Sampling: l.with.values, Z: []dialog.Block{z}}, l.model
	q.Temperature = 0
	return func() tea.Msg { return answer(model.respond(ctx, q, nil)) }
}

// askPrior finds out the prior of the current context when a loaded
// conversation lacks it, by decoding a latent that is known already.
func (l *latent) askPrior() tea.Cmd {
	k, all := key(l.talk.context()), l.talk.candidates()
	if _, known := l.priors[k]; known || len(all) == 0 || all[0].Z == nil {
		return nil
	}
	return l.ask(l.ctx, all[0].Z, func(reply dialog.Reply, err error) tea.Msg { return priorMsg{k, reply, err} })
}

// learned keeps a prior. Without it the panel shows no prior: no error is worth
// a line for that.
func (l *latent) learned(msg priorMsg) {
	if msg.err == nil {
		l.priors[msg.key] = msg.reply
	}
}

// prior is that of the current context, (Z) each; nil where it is not known or
// no vector.
func (l *latent) prior() (mean, std []float32) {
	reply := l.priors[key(l.talk.context())]
	return reply.PriorMean.Vector(), reply.PriorStd.Vector()
}
