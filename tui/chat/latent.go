package chat

import (
	"fmt"
	"math"

	"github.com/cvae-go/cvae/tui/draw"
)

// latentLines is what is known of the latent space, in width by height cells:
// its numbers, and below them the table of dimensions and the map.
func (m *model) latentLines(width, height int) []string {
	if m.about.Latent == nil {
		return m.dim(m.noNumbers(), width)
	}
	order := m.dimensions()
	lines := m.latentSummary(width)
	if m.latent != nil {
		lines = append(lines, m.klBars(order, width, max(1, min((height-12)/5, 5)))...)
	}
	return append(lines, m.tableAndMap(order, width, height-len(lines))...)
}

// tableAndMap stand below each other, or side by side where that is too low.
func (m *model) tableAndMap(order []int, width, height int) []string {
	if m.latent == nil || m.latent.Map == nil || len(m.latent.Map.Points) == 0 {
		return m.dimensionTable(order, width, height)
	}
	if height < 16 && width >= tableWidth+20 {
		rest := width - tableWidth - 2
		return beside([][]string{m.dimensionTable(order, tableWidth, height), m.mapLines(rest, height)}, tableWidth, rest)
	}
	lines := m.dimensionTable(order, width, min(len(order)+1, max(height*2/5, 3)))
	return append(lines, m.mapLines(width, height-len(lines))...)
}

// dim is a wrapped sentence.
func (m *model) dim(text string, width int) []string {
	var lines []string
	for _, line := range draw.Wrap(text, width) {
		lines = append(lines, m.theme.Dim.Render(line))
	}
	return lines
}

// noNumbers says why there is nothing to show.
func (m *model) noNumbers() string {
	if m.about.Latent == nil {
		return "This model has no latent variable: its candidates differ only by the words that are drawn."
	}
	return "The latent of this model was not measured: a run that is trained to its end has its KL, its active units and a map."
}

// latentSummary are the numbers of the whole latent.
func (m *model) latentSummary(width int) []string {
	if m.latent == nil {
		return append(m.dim(m.noNumbers(), width), "")
	}
	l := m.latent
	kl := fmt.Sprintf("KL %.2f nats", sum(l.KLPerDim))
	if l.ActiveUnits == nil || l.ResidualActiveUnits == nil {
		return []string{m.theme.Text.Render(draw.Fit(kl, width))}
	}
	units := fmt.Sprintf("active units %d of %d, residual %d", *l.ActiveUnits, l.Dim, *l.ResidualActiveUnits)
	if width >= cells(units)+cells(kl)+3 {
		return []string{m.theme.Text.Render(units + " · " + kl)}
	}
	return []string{m.theme.Text.Render(draw.Fit(units, width)), m.theme.Text.Render(draw.Fit(kl, width))}
}

// klBars draws the KL of each dimension, largest first, in height lines, and a
// pointer below the dimension that is walked.
func (m *model) klBars(order []int, width, height int) []string {
	if width < 1 || len(order) == 0 {
		return nil
	}
	cell := max(1, min(width/len(order), 3))
	from := 0
	at := m.dimensionAt()
	if count := width / cell; at >= count {
		from = at - count + 1
	}
	sorted, top := m.sortedKL(order)
	var lines []string
	for level := height - 1; level >= 0; level-- {
		lines = append(lines, m.theme.Accent.Render(draw.Fit(draw.Bars(slab(sorted[from:], cell, top, level, height), top/float64(height)), width)))
	}
	return append(lines, m.pointer(from, at, cell, width))
}

// sortedKL is the KL by dimension, in an order, and the largest finite one.
func (m *model) sortedKL(order []int) (kl []float64, top float64) {
	for _, d := range order {
		v := m.latent.KLPerDim[d]
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

// pointer is the line below the bars.
func (m *model) pointer(from, at, cell, width int) string {
	legend := "KL by dimension"
	if m.walk == nil || m.walk.to >= 0 {
		return m.theme.Dim.Render(draw.Fit(legend, width))
	}
	return m.theme.Title.Render(draw.Fit(fmt.Sprintf("%*s", (at-from)*cell+1, "^"), width))
}

// dimensionAt is the place in the order of the dimension that is walked.
func (m *model) dimensionAt() int {
	if m.walk == nil {
		return 0
	}
	return m.walk.at
}
