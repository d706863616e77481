package watch

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// Below the least size there is no room for a curve; from the wide width on,
// what is drawn stands beside what is read.
const (
	leastWidth  = 40
	leastHeight = 12
	wideWidth   = 100
)

// View implements tea.Model.
func (m model) View() tea.View {
	v := tea.NewView(strings.Join(m.screen(), "\n"))
	v.AltScreen = true
	v.WindowTitle = "cvae: " + draw.Safe(m.run.Title)
	return v
}

// screen is the lines of the view, as many as the terminal has.
func (m model) screen() []string {
	if m.width < leastWidth || m.height < leastHeight {
		return m.small()
	}
	lines := append([]string{m.header(), m.progress()}, m.numbers()...)
	lines = append(lines, m.warning()...)
	lines = append(lines, m.panels(m.width, m.height-len(lines)-1)...)
	return append(lines, draw.Fit(m.theme.Dim.Render(m.keys()), m.width))
}

// small is what a terminal without room for curves shows.
func (m model) small() []string {
	lines := []string{m.progress(), fmt.Sprintf("rec %s  KL %s", fixed(m.last.Rec), fixed(m.last.KL))}
	if len(m.warnings) > 0 {
		lines = append(lines, m.theme.Bad.Render(m.warningTitle()))
	}
	lines = append(lines, m.theme.Dim.Render(m.keys()), m.theme.Dim.Render("curves need 40x12"))
	return draw.Block(lines, m.width, m.height)
}

// header is what is trained, and how the run is.
func (m model) header() string {
	state, style := draw.Safe(m.state.Text), m.theme.Text
	if m.state.Live {
		style = m.theme.Good
	}
	if m.isSaving {
		state, style = "saving…", m.theme.Warn
	}
	state = style.Render(state)
	room := m.width - lipgloss.Width(state) - 2
	if room < 1 {
		return draw.Fit(state, m.width)
	}
	return draw.Fit(m.theme.Title.Render(strings.TrimRight(draw.Fit(draw.Safe(m.run.Title), room), " ")), room) + "  " + state
}

func (m model) keys() string {
	var keys []string
	switch {
	case m.run.Interrupt == nil:
		keys = append(keys, "q quit")
	case m.isSaving:
		keys = append(keys, "ctrl+c again: leave at once, without saving")
	default:
		keys = append(keys, "ctrl+c save and stop")
	}
	if len(m.warnings) > 0 {
		keys = append(keys, "d dismiss the warning")
	}
	return strings.Join(keys, " · ")
}

func (m model) progress() string {
	elapsed, remaining := m.clocks()
	text := fmt.Sprintf("epoch %d · step %s · %s", m.clock.Epoch, grouped(m.clock.Step), elapsed.Round(time.Second))
	if m.clock.Phase != "" {
		text = draw.Safe(m.clock.Phase) + " · " + text
	}
	if m.clock.Step == 0 && m.clock.Epoch == 0 {
		text = "no step yet"
	}
	if !m.state.Live {
		return draw.Fit(text, m.width)
	}
	part, of := m.epochPart(), " of the epoch"
	if remaining > 0 {
		part, of = float64(elapsed)/float64(elapsed+remaining), ""
		text += " · " + remaining.Round(time.Second).String() + " to go"
	}
	label := fmt.Sprintf("%3.0f %%%s", 100*part, of)
	room := m.width - lipgloss.Width(text) - lipgloss.Width(label) - 4
	if room < 6 {
		return draw.Fit(strings.TrimSpace(label)+"  "+text, m.width)
	}
	return draw.Fit(m.bar(part, min(room, 60))+" "+label+"   "+text, m.width)
}

// clocks is the time spent and, unless it is 0, the time to go.
func (m model) clocks() (elapsed, remaining time.Duration) {
	elapsed, remaining = m.clock.Elapsed, m.clock.Remaining
	if m.state.Live && m.now.After(m.lastAt) {
		elapsed += m.now.Sub(m.lastAt)
		if remaining > 0 {
			remaining = max(time.Second, remaining-m.now.Sub(m.lastAt))
		}
	}
	return max(0, elapsed), max(0, remaining)
}

// epochPart is how much of its epoch is done.
func (m model) epochPart() float64 {
	c := m.clock
	if c.StepsPerEpoch < 1 {
		return 0
	}
	return max(0, min(1, float64(c.Step-(c.Epoch-1)*c.StepsPerEpoch)/float64(c.StepsPerEpoch)))
}

func (m model) bar(part float64, width int) string {
	full := max(0, min(width, int(part*float64(width))))
	return m.theme.Accent.Render(strings.Repeat("━", full)) + m.theme.Border.Render(strings.Repeat("╌", width-full))
}

// warning is the newest warning in a box, with the names of the others.
func (m model) warning() []string {
	if len(m.warnings) == 0 {
		return nil
	}
	loud := m.theme
	loud.Border, loud.Title = m.theme.Warn, m.theme.Bad
	lines := draw.Wrap(draw.Safe(m.warnings[len(m.warnings)-1].text), m.width-4)
	most := max(2, m.height/5)
	if len(lines) > most {
		lines[most-1] += " " + strings.Join(lines[most:], " ") // cut with …
		lines = lines[:most]
	}
	return draw.Box(m.warningTitle(), lines, m.width, len(lines)+2, loud)
}

// warningTitle names all warnings, the newest first.
func (m model) warningTitle() string {
	var names []string
	for i := len(m.warnings) - 1; i >= 0; i-- {
		w := m.warnings[i]
		if w.name == "" {
			names = append(names, fmt.Sprintf("warning at step %d", w.step))
		} else {
			names = append(names, fmt.Sprintf("%s collapse at step %d", draw.Safe(w.name), w.step))
		}
	}
	return strings.Join(names, ", ")
}
