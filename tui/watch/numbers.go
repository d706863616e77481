package watch

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// numbers is the state of the latent variable and of the optimiser, one line or,
// where that is too narrow, two.
func (m model) numbers() []string {
	e := m.last
	var list []string
	if e.ActiveUnits != nil && e.ResidualActiveUnits != nil {
		list = append(list, m.units(*e.ActiveUnits, *e.ResidualActiveUnits))
	}
	if e.ActiveUnits == nil && e.LatentDim > 0 && m.information != 0 { // a z for every word
		list = append(list, "words carry "+fixed(max(0, m.information))+" nats")
	}
	if e.LatentDim > 0 {
		list = append(list, "β "+fixed(e.Beta))
	}
	list = append(list, grouped(int(max(0, min(e.TokensPerSecond, 1e12))))+" tok/s", "grad "+fixed(e.GradNorm), "lr "+draw.Number(e.LearningRate))
	if e.Side != 0 {
		list = append(list, "side "+draw.Number(e.Side))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Observed)) {
		if !strings.Contains(name, "batch_") { // moments of a batch are for log.jsonl
			list = append(list, draw.Safe(name)+" "+draw.Number(e.Observed[name]))
		}
	}
	most := 1
	if m.width < wideWidth {
		most = 2
	}
	return flow(list, m.width, most)
}

// units is how many units are active, in the colour of good or bad news.
func (m model) units(active, residual int) string {
	style := m.theme.Good
	if residual <= 1 { // as the collapse of the KL has it
		style = m.theme.Bad
	}
	return style.Render(fmt.Sprintf("active units %d/%d raw, %d/%d residual", active, m.last.LatentDim, residual, m.last.LatentDim))
}

// flow lays pieces side by side on at most so many lines; those that do not
// fit are left out.
func flow(pieces []string, width, most int) []string {
	const gap = "   "
	lines := []string{""}
	for _, p := range pieces {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = p
		case lipgloss.Width(*last+gap+p) <= width:
			*last += gap + p
		case len(lines) < most:
			lines = append(lines, p)
		}
	}
	for i := range lines {
		lines[i] = draw.Fit(lines[i], width)
	}
	return lines
}

// fixed writes v, which changes while one looks at it, with two decimals.
func fixed(v float64) string {
	if math.Abs(v) < 1e5 {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return draw.Number(v)
}

// grouped writes n with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
