package chat

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

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
		lines = m.page.view(m.width, m.height, m.theme)
	default:
		lines = m.screen()
	}
	return fitted(lines, m.width, m.height)
}

// fitted is lines cut or filled to height lines of width cells.
func fitted(lines []string, width, height int) []string {
	out := make([]string, max(0, height))
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = draw.Fit(line, width)
	}
	return out
}

// A layout divides the screen.
type layout struct {
	roomy                  bool // parts have a border around them, and not just a title
	frame, edge            int  // cells and lines of what is around a part
	main, side             int  // width of the columns; side 0: one column
	transcript, candidates int  // height of the parts of the main column
}

// body is the height of both columns.
func (l layout) body() int { return l.transcript + l.candidates }

// layout gives the candidates the height they ask for, and the transcript the
// rest, but no less than it needs to be read.
func (m *model) layout() layout {
	l := layout{roomy: m.width >= 80 && m.height >= 28, edge: 1, main: m.width}
	if l.roomy {
		l.frame, l.edge = 4, 2
	}
	if m.width >= 100 && l.roomy {
		l.side = max(40, min(m.width*35/100, 64))
		l.main -= l.side
	}
	body := m.height - 4 - m.inputHeight(l)
	highest := max(4, body*62/100)
	if l.side == 0 && m.focus == onLatent {
		highest = min(highest, 5) // for the map
	}
	l.candidates = min(highest, len(m.candidateLines(l.main-l.frame, highest-l.edge))+l.edge)
	l.transcript = body - l.candidates
	return l
}

// inputHeight is that of the input with what is around it.
func (m *model) inputHeight(l layout) int {
	if l.roomy {
		return m.input.Height() + 2
	}
	return m.input.Height()
}

// inputWidth is that of the input without what is around it.
func (m *model) inputWidth() int {
	if l := m.layout(); l.roomy {
		return m.width - l.frame
	}
	return max(leastWidth, m.width)
}

// screen is the chat itself.
func (m *model) screen() []string {
	l := m.layout()
	lines := []string{m.header()}
	lines = append(lines, m.columns(l)...)
	lines = append(lines, m.settingsLine(m.width))
	lines = append(lines, m.inputLines(l)...)
	return append(lines, m.statusLine(), m.helpLine())
}

// columns are the transcript above the candidates, and the latent space beside
// them. Where there is one column, the latent space takes the transcript's
// place while it has the focus.
func (m *model) columns(l layout) []string {
	upper := func() []string {
		return m.part(l, "Conversation"+m.branchTitle(), m.transcriptView(l), l.main, l.transcript, false)
	}
	if l.side == 0 && m.focus == onLatent {
		upper = func() []string { return m.latentPart(l, l.main, l.transcript) }
	}
	inner := l.main - l.frame
	lower := m.part(l, m.candidatesTitle(inner), m.candidateLines(inner, l.candidates-l.edge), l.main, l.candidates, m.focus == onCandidates)
	left := append(upper(), lower...)
	if l.side == 0 {
		return left
	}
	for i, line := range m.latentPart(l, l.side, l.body()) {
		left[i] += line
	}
	return left
}

func (m *model) latentPart(l layout, width, height int) []string {
	return m.part(l, "Latent space", m.latentLines(width-l.frame, height-l.edge), width, height, m.focus == onLatent)
}

// part is lines with a title around them, exactly width by height. The border
// of the part that has the focus stands out.
func (m *model) part(l layout, title string, lines []string, width, height int, focused bool) []string {
	t := m.theme
	if focused {
		t.Border, title = t.Accent, "▸ "+title
	}
	if l.roomy {
		return draw.Box(title, lines, width, height, t)
	}
	title = strings.TrimRight(draw.Fit(draw.Safe(title), width-4), " ")
	rule := t.Border.Render("─ ") + t.Title.Render(title) + t.Border.Render(" "+strings.Repeat("─", max(0, width-3-cells(title))))
	return append([]string{rule}, fitted(lines, width, height-1)...)
}

// cells is the width of s in a terminal.
func cells(s string) int { return ansi.StringWidth(s) }

// header names the model.
func (m *model) header() string {
	name := m.theme.Title.Render(" cvae chat") + "  " + m.theme.Accent.Render(draw.Safe(m.about.Name))
	about := fmt.Sprintf("  %s, %s parameters", draw.Safe(m.about.Method), grouped(m.about.Parameters))
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

// inputLines are the input with what is around it.
func (m *model) inputLines(l layout) []string {
	lines := strings.Split(m.input.View(), "\n")
	if !l.roomy {
		return fitted(lines, m.width, m.input.Height())
	}
	title := "You"
	if m.editing {
		title = "Edit your turn"
	}
	return m.part(l, title, lines, m.width, m.input.Height()+2, m.focus == onInput)
}

// cursor is where the terminal shows its cursor.
func (m *model) cursor() *tea.Cursor {
	c := m.input.Cursor()
	if c == nil {
		return nil
	}
	l := m.layout()
	c.Y += 1 + l.body() + 1
	if l.roomy {
		c.X, c.Y = c.X+2, c.Y+1
	}
	return c
}

// statusLine says what goes on, or what the command that is written does.
func (m *model) statusLine() string {
	text := ""
	switch all := m.completions(); {
	case len(all) == 1:
		text = "/" + all[0].name + " " + all[0].arguments + ": " + all[0].help
	case len(all) > 1:
		for _, c := range all {
			text += "/" + c.name + "  "
		}
	case m.running != nil:
		text = fmt.Sprintf("sampling %d candidates, %d words so far …", m.running.settings.N, m.running.words())
	case m.editing:
		text = "enter says the turn differently, in a new branch; esc leaves it as it is"
	case m.walk != nil:
		text = m.walkStatus()
	}
	return draw.Fit(m.theme.Accent.Render(" "+draw.Safe(text)), m.width)
}

// words is the number of words streamed so far.
func (r *request) words() (n int) {
	for _, text := range r.partial {
		n += len(strings.Fields(text))
	}
	return n
}

// helpLine names the keys that hold now, as many as fit.
func (m *model) helpLine() string {
	line, named := "", map[string]bool{"": true}
	for _, b := range bindings() {
		if named[b.name] || !b.holdsIn(m.focus) || (b.when != nil && !b.when(m)) {
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
