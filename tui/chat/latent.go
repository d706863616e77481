package chat

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
)

// A latent is what is known of the latent space, with the candidates in it, and
// the walk through it.
type latent struct {
	pane
	ctx    context.Context
	model  *guard
	talk   *talk
	with   *settings
	priors map[string]dialog.Reply // by context
	walk   *walk                   // nil: nobody walks
	// directions are the names of the axes of the map, by context; nil: asked for.
	directions map[string][]dialog.Direction
	newest     int // the number of the newest request
}

func newLatent(ctx context.Context, p pane, model *guard, t *talk, with *settings) *latent {
	l := &latent{pane: p, ctx: ctx, model: model, talk: t, with: with, priors: map[string]dialog.Reply{}, directions: map[string][]dialog.Direction{}}
	l.keys = keymap{"in the latent space", append([]binding{
		{keys: []string{"left"}, name: "←→", help: "move z", do: by(l.step, -1)},
		{keys: []string{"right"}, do: by(l.step, 1)},
		{keys: []string{"up"}, name: "↑↓", help: "dimension", when: func() bool { return l.walk == nil || l.isAlong() }, do: by(l.turnDimension, -1)},
		{keys: []string{"down"}, do: by(l.turnDimension, 1)},
		{keys: []string{"enter"}, name: "enter", help: "keep", do: l.keep},
	}, digits("start at", l.walkFrom)...)}
	return l
}

// SetFocus begins a walk at the selected candidate where there is none.
func (l *latent) SetFocus(focused bool) tea.Cmd {
	if i := l.talk.selected; focused && l.walk == nil && l.cannotWalk(i) == "" {
		l.begin(i)
	}
	return l.pane.SetFocus(focused)
}

func (l *latent) Update(msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case walkedMsg:
		return l.walked(msg)
	case priorMsg:
		l.learned(msg)
	case directionsMsg:
		l.named(msg)
	}
	return l.pane.Update(msg)
}

// View shows the numbers of the latent space, and below them the table of
// dimensions and the map.
func (l *latent) View() []string {
	if l.talk.about.Latent == nil {
		return l.dim(l.talk.noNumbers())
	}
	order := l.dimensions()
	lines := l.summary()
	switch {
	case l.talk.measured == nil:
	case l.talk.measured.KLPerStep != nil:
		lines = append(lines, l.wordBars(max(1, min((l.height-12)/3, 8)))...)
	default:
		lines = append(lines, l.klBars(order, max(1, min((l.height-12)/5, 5)))...)
	}
	return append(lines, l.tableAndMap(order, l.height-len(lines))...)
}

// tableAndMap stand below each other, or side by side where that is too low.
func (l *latent) tableAndMap(order []int, height int) []string {
	width := l.width
	if l.talk.measured == nil || l.talk.measured.Map == nil || len(l.talk.measured.Map.Points) == 0 {
		return l.dimensionTable(order, width, height)
	}
	if height < 16 && width >= tableWidth+20 {
		rest := width - tableWidth - 2
		return beside([][]string{l.dimensionTable(order, tableWidth, height), l.mapLines(rest, height)}, tableWidth, rest)
	}
	lines := l.dimensionTable(order, width, min(len(order)+1, max(height*2/5, 3)))
	return append(lines, l.mapLines(width, height-len(lines))...)
}

// noNumbers says why there is nothing to show.
func (t *talk) noNumbers() string {
	if t.about.Latent == nil {
		return "This model has no latent variable: its candidates differ only by the words that are drawn."
	}
	return "The latent of this model was not measured: a run that is trained to its end has its KL, its active units and a map."
}

func (l *latent) summary() []string {
	measured, width := l.talk.measured, l.width
	if measured == nil {
		return append(l.dim(l.talk.noNumbers()), "")
	}
	kl := fmt.Sprintf("KL %.2f nats", sum(measured.KLPerDim))
	var lines []string
	if measured.Verdict != "" {
		lines = l.dim(measured.Verdict)
	}
	if measured.ActiveUnits == nil || measured.ResidualActiveUnits == nil {
		if measured.Information != nil {
			kl += fmt.Sprintf(", its words carry %.2f", max(0, *measured.Information))
		}
		return append([]string{l.theme.Text.Render(draw.Fit(kl, width))}, lines...)
	}
	units := fmt.Sprintf("active units %d of %d, residual %d", *measured.ActiveUnits, measured.Dim, *measured.ResidualActiveUnits)
	if width >= cells(units)+cells(kl)+3 {
		return append([]string{l.theme.Text.Render(units + " · " + kl)}, lines...)
	}
	return append([]string{l.theme.Text.Render(draw.Fit(units, width)), l.theme.Text.Render(draw.Fit(kl, width))}, lines...)
}

// klBars draws the KL of each dimension, largest first, in height lines, and a
// pointer below the dimension that is walked.
func (l *latent) klBars(order []int, height int) []string {
	width := l.width
	if width < 1 || len(order) == 0 {
		return nil
	}
	cell, at := max(1, min(width/len(order), 3)), l.dimensionAt()
	from := max(0, at-width/cell+1)
	sorted, top := l.sortedKL(order)
	var lines []string
	for level := height - 1; level >= 0; level-- {
		lines = append(lines, l.theme.Accent.Render(draw.Fit(draw.Bars(slab(sorted[from:], cell, top, level, height), top/float64(height)), width)))
	}
	return append(lines, l.pointer(from, at, cell, width))
}

// wordBars draws the KL of the z of each word, in height lines, of the first words
// where there is no room for all.
func (l *latent) wordBars(height int) []string {
	kl, top := l.talk.measured.KLPerStep, 0.0
	if l.width < 1 {
		return nil
	}
	for _, v := range kl {
		top = max(top, v)
	}
	cell := max(1, min(l.width/len(kl), 3))
	var lines []string
	for level := height - 1; level >= 0; level-- {
		lines = append(lines, l.theme.Accent.Render(draw.Fit(draw.Bars(slab(kl, cell, top, level, height), top/float64(height)), l.width)))
	}
	title := fmt.Sprintf("KL by word, 1–%d; █ %.2f nats", len(kl), top)
	return append(lines, l.theme.Dim.Render(draw.Fit(title, l.width)))
}

// sortedKL is the KL by dimension, in an order, and the largest finite one.
func (l *latent) sortedKL(order []int) (kl []float64, top float64) {
	for _, d := range order {
		v := l.talk.measured.KLPerDim[d]
		kl = append(kl, v)
		if v > top && !math.IsInf(v, 0) {
			top = v
		}
	}
	return kl, top
}

// slab is what of each bar is above a level, each bar cell cells wide with a
// gap where there is room for one.
func slab(values []float64, cell int, top float64, level, height int) []float64 {
	var out []float64
	for _, v := range values {
		if math.IsNaN(v) && level > 0 {
			v = 0
		}
		above := v - top*float64(level)/float64(height)
		for i := range cell {
			if i > 0 && i == cell-1 {
				above = 0
			}
			out = append(out, above)
		}
	}
	return out
}

func (l *latent) pointer(from, at, cell, width int) string {
	if !l.isAlong() {
		return l.theme.Dim.Render(draw.Fit("KL by dimension", width))
	}
	return l.theme.Title.Render(draw.Fit(fmt.Sprintf("%*s", (at-from)*cell+1, "^"), width))
}

// dimensions are those of z, the largest KL first where it is known.
func (l *latent) dimensions() []int {
	if l.talk.about.Latent == nil {
		return nil
	}
	order := make([]int, max(0, l.talk.about.Latent.Dim))
	for d := range order {
		order[d] = d
	}
	if l.talk.measured != nil {
		kl := l.talk.measured.KLPerDim
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(kl[b], kl[a]) }) // NaN is the lowest
	}
	return order
}

func (l *latent) dimensionAt() int {
	if l.walk == nil {
		return 0
	}
	return l.walk.at
}
