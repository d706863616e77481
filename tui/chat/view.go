package chat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
)

// The smallest window that the chat is laid out for, in cells.
const (
	leastWidth  = 60
	leastHeight = 20
)

// View implements tea.Model.
func (m *model) View() tea.View {
	v := tea.NewView(strings.Join(m.lines(), "\n"))
	v.AltScreen = true
	v.WindowTitle = "cvae chat"
	if m.page == nil && !m.isTooSmall() && m.focus == onInput {
		v.Cursor = m.cursor()
	}
	return v
}

func (m *model) isTooSmall() bool { return m.width < leastWidth || m.height < leastHeight }

// lines are the screen: exactly height lines of exactly width cells.
func (m *model) lines() []string {
	var lines []string
	switch {
	case m.width < 1 || m.height < 1:
		return nil
	case m.isTooSmall():
		text := fmt.Sprintf("This window has %d×%d cells and the chat needs %d×%d: enlarge it, or press ctrl+c.", m.width, m.height, leastWidth, leastHeight)
		lines = draw.Wrap(text, m.width)
	case m.page != nil:
		lines = m.page.View(*m.theme)
	default:
		lines = m.screen()
	}
	return draw.Block(lines, m.width, m.height)
}

// A layout divides the screen.
type layout struct {
	roomy                  bool // parts have a border around them, and not just a title
	frame, edge            int  // cells and lines of what is around a part
	main, side             int  // width of the columns; side 0: one column
	transcript, candidates int  // height of the parts of the main column
	status                 int  // height of what is below the input
}

func (l layout) body() int { return l.transcript + l.candidates }

// arrange divides the screen among the parts: it gives the candidates the
// height they ask for, and the transcript the rest, but no less than it needs to
// be read.
func (m *model) arrange() {
	l := layout{roomy: m.width >= 80 && m.height >= 28, edge: 1, main: m.width}
	input := max(leastWidth, m.width)
	if l.roomy {
		l.frame, l.edge = 4, 2
		input = m.width - l.frame
	}
	if m.width >= 100 && l.roomy {
		l.side = max(40, min(m.width*35/100, 64))
		l.main -= l.side
	}
	m.entry.SetSize(input, 0)
	l.status = len(m.statusLines(l))
	body := m.height - 3 - l.status - m.inputHeight(l)
	highest := max(4, body*62/100)
	inner := l.main - l.frame
	found := len(m.latent.found(inner))
	if l.side == 0 && m.focus == onLatent { // the map has the rest
		highest = min(highest, min(m.talk.count(), dialog.DefaultSampling().N)+l.edge+found)
	}
	wanted := len(m.candidates.lines(inner, max(1, highest-l.edge-found))) + found
	l.candidates = min(highest, wanted+l.edge)
	l.transcript = body - l.candidates
	m.layout = l
	m.candidates.SetSize(inner, max(1, l.candidates-l.edge-found))
	m.transcript.SetSize(inner, l.transcript-l.edge)
	m.latent.SetSize(inner, l.transcript-l.edge)
	if l.side > 0 {
		m.latent.SetSize(l.side-l.frame, l.body()-l.edge)
	}
	m.settings.SetSize(m.width, 1)
	if m.page != nil {
		m.page.SetSize(m.width, m.height)
	}
}

func (m *model) inputHeight(l layout) int {
	if l.roomy {
		return m.entry.area.Height() + 2
	}
	return m.entry.area.Height()
}

func (m *model) screen() []string {
	lines := append([]string{m.header()}, m.columns()...)
	lines = append(lines, m.settings.View()...)
	lines = append(lines, m.inputLines()...)
	return append(append(lines, m.statusLines(m.layout)...), m.helpLine())
}

// columns are the transcript above the candidates, and the latent space beside
// them. Where there is one column, the latent space takes the transcript's
// place while it has the focus.
func (m *model) columns() []string {
	l := m.layout
	latent := func(width, height int) []string {
		return m.framed("Latent space", m.latent.View(), width, height, m.focus == onLatent)
	}
	left := m.framed(m.transcript.title(), m.transcript.View(), l.main, l.transcript, false)
	if l.side == 0 && m.focus == onLatent {
		left = latent(l.main, l.transcript)
	}
	lower := append(m.candidates.View(), m.latent.found(l.main-l.frame)...)
	left = append(left, m.framed(m.candidates.title(), lower, l.main, l.candidates, m.focus == onCandidates)...)
	if l.side == 0 {
		return left
	}
	for i, line := range latent(l.side, l.body()) {
		left[i] += line
	}
	return left
}

// framed is lines with a title around them, exactly width by height. The border
// of the part that has the focus stands out.
func (m *model) framed(title string, lines []string, width, height int, focused bool) []string {
	t := *m.theme
	if focused {
		t.Border, title = t.Accent, "▸ "+title
	}
	if m.layout.roomy {
		return draw.Box(title, lines, width, height, t)
	}
	title = strings.TrimRight(draw.Fit(draw.Safe(title), width-4), " ")
	rule := t.Border.Render("─ ") + t.Title.Render(title) + t.Border.Render(" "+strings.Repeat("─", max(0, width-3-cells(title))))
	return append([]string{rule}, draw.Block(lines, width, height-1)...)
}

// cells is the width of s in a terminal.
func cells(s string) int { return ansi.StringWidth(s) }

func (m *model) header() string {
	name := m.theme.Title.Render(" cvae chat") + "  " + m.theme.Accent.Render(draw.Safe(m.talk.about.Name))
	if labels := labelled(m.settings.values.Labels); labels != "" { // they change every answer
		name += "  " + m.theme.Warn.Render(draw.Safe(labels))
	}
	about := fmt.Sprintf("  %s, %s parameters", draw.Safe(m.talk.about.Method), grouped(m.talk.about.Parameters))
	return draw.Fit(name+m.theme.Dim.Render(about), m.width)
}

// grouped writes a number with thin groups of three digits.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && n > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

func (m *model) inputLines() []string {
	height := m.inputHeight(m.layout)
	if !m.layout.roomy {
		return draw.Block(m.entry.View(), m.width, height)
	}
	return m.framed(m.entry.title(), m.entry.View(), m.width, height, m.focus == onInput)
}

// cursor is where the terminal shows its cursor.
func (m *model) cursor() *tea.Cursor {
	c := m.entry.area.Cursor()
	if c == nil {
		return nil
	}
	c.Y += 1 + m.layout.body() + 1
	if m.layout.roomy {
		c.X, c.Y = c.X+2, c.Y+1
	}
	return c
}

// statusLines say what goes on, what the command that is written does, or what the program has to say.
func (m *model) statusLines(l layout) []string {
	editing := ""
	if m.entry.editing {
		editing = "enter says the turn differently, in a new branch; esc leaves it as it is"
	}
	text := cmp.Or(m.entry.status(), m.sampler.View())
	if text == "" && len(m.notices.texts) > 0 {
		lines := m.notices.lines(m.width, mostNotice(l.roomy), m.theme.Warn)
		for i, line := range lines {
			lines[i] = draw.Fit(line, m.width)
		}
		if len(lines) > 0 {
			return lines
		}
	}
	walk := ""
	if m.focus == onLatent {
		walk = m.latent.status()
	}
	text = cmp.Or(text, editing, walk)
	return []string{draw.Fit(m.theme.Accent.Render(" "+draw.Safe(text)), m.width)}
}

// helpLine names the keys that hold now, as many as fit.
func (m *model) helpLine() string {
	line, named := "", map[string]bool{"": true}
	for _, b := range slices.Concat(m.focusable[m.focus].bindings(), m.keys.bindings) {
		if named[b.name] || !b.holds() {
			continue
		}
		named[b.name] = true
		next := " " + m.theme.Text.Render(b.name) + " " + m.theme.Dim.Render(b.help) + " "
		if cells(line+next) > m.width {
			break
		}
		line += next
	}
	return draw.Fit(line, m.width)
}
