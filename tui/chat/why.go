package chat

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
)

// A whyMsg is what moved a candidate.
type whyMsg struct {
	candidate int
	answer    dialog.Response
	explained dialog.Explanation
	err       error
}

// why asks what moved a candidate: of its dimensions, and on which words.
func (m *model) why(numbers []int) tea.Msg {
	i, all := m.talk.selected, m.talk.candidates()
	if len(numbers) > 0 {
		i = numbers[0] - 1
	}
	explainer, able := m.sampler.model.Responder.(dialog.Explainer)
	switch {
	case i >= len(all):
		return m.talk.noCandidate(i)
	case m.talk.about.Latent == nil || !able || all[i].Z.Vector() == nil:
		return noteMsg("This model has no vector z whose dimensions could be told apart.")
	}
	take, _ := m.talk.take()
	q, ctx, guard, answer := dialog.Request{Context: m.talk.context(), Sampling: take.Settings}, m.sampler.ctx, m.sampler.model, all[i]
	return tea.Cmd(func() tea.Msg {
		out := whyMsg{candidate: i, answer: answer}
		out.err = guard.guarded(ctx, func() (err error) {
			out.explained, err = explainer.Explain(ctx, q, answer)
			return err
		})
		return out
	})
}

// guarded asks a responder and turns its faults into errors.
func (g *guard) guarded(ctx context.Context, ask func() error) (err error) {
	g.asking.RLock()
	defer g.asking.RUnlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("a fault in the model: %v", fault)
		}
	}()
	return ask()
}

// mostMoves is how many dimensions /why shows.
const mostMoves = 8

// page shows an explanation.
func (w whyMsg) page() tea.Msg {
	if w.err != nil {
		return noteMsg("The model could not tell why: " + w.err.Error())
	}
	all := 0.0
	for _, v := range w.explained.All {
		all += v
	}
	rows := []row{
		{text: w.answer.Shown()}, {text: " "},
		{text: fmt.Sprintf("ln p is %.1f nats. With all of z at the prior mean it would be %.1f. Each line below sets one dimension to the prior mean; "+
			"a positive number is what the dimension gave the answer, and the words are those that it moved most.", w.explained.LogProb, w.explained.LogProb-all)},
		{text: " "},
		{"all of z", fmt.Sprintf("%s nats  %s", signed(all), wordsMoved(w.explained.Words, w.explained.All))},
	}
	for _, m := range w.explained.Moves[:min(mostMoves, len(w.explained.Moves))] {
		rows = append(rows, row{fmt.Sprintf("dimension %d, z %.2f, prior %.2f", m.Dimension+1, m.Z, m.Prior), fmt.Sprintf("%s nats  %s", signed(m.LogProb), wordsMoved(w.explained.Words, m.Words))})
	}
	return &page{title: fmt.Sprintf("Why candidate %d", w.candidate+1), rows: rows}
}

// wordsMoved names the words whose ln p changed most, with their changes.
func wordsMoved(words []string, change []float64) string {
	const most, slight = 4, 0.05
	order := make([]int, min(len(words), len(change)))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(math.Abs(change[b]), math.Abs(change[a])) })
	var parts []string
	for _, i := range order {
		if len(parts) < most && math.Abs(change[i]) >= slight {
			parts = append(parts, fmt.Sprintf("%s %s", words[i], signed(change[i])))
		}
	}
	return strings.Join(parts, ", ")
}

// signed is a number with its sign, which is no hyphen: a line may end behind one.
func signed(v float64) string { return strings.Replace(fmt.Sprintf("%+.1f", v), "-", "−", 1) }
