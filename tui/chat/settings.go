package chat

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/draw"
)

// A setting is a number that candidates are drawn with. All of them have a
// command; those with a step are sliders too.
type setting struct {
	name, short, help string
	low, high         float64 // what the command accepts, both included
	step, from, to    float64 // of the slider; step 0: none
	digits            int     // behind the point
	get               func(conversation.Settings) float64
	set               func(*conversation.Settings, float64)
	// idle reports whether the setting changes nothing at present.
	idle func(*model) bool
}

// most bounds the candidates of a turn.
const most = 10000

func settings() []setting {
	greedy := func(m *model) bool { return m.settings.Temperature == 0 }
	return []setting{
		{
			name: "temperature", short: "temp", help: "of the words; 0 takes the likeliest", high: 1000, step: 0.1, to: 2, digits: 2,
			get: func(s conversation.Settings) float64 { return s.Temperature }, set: func(s *conversation.Settings, v float64) { s.Temperature = v },
		},
		{
			name: "top-p", short: "top-p", help: "share of the probability that words are drawn from", low: 0.01, high: 1, step: 0.05, from: 0.05, to: 1, digits: 2,
			get: func(s conversation.Settings) float64 { return s.TopP }, set: func(s *conversation.Settings, v float64) { s.TopP = v }, idle: greedy,
		},
		{
			name: "prior-scale", short: "scale", help: "spread of z about the mean of the prior", low: 0.01, high: 1000, step: 0.1, from: 0.1, to: 3, digits: 2,
			get: func(s conversation.Settings) float64 { return s.PriorScale }, set: func(s *conversation.Settings, v float64) { s.PriorScale = v },
			idle: func(m *model) bool { return m.about.Latent == nil },
		},
		{
			name: "n", short: "n", help: "candidates of a turn", low: 1, high: most, step: 1, from: 1, to: 12,
			get: func(s conversation.Settings) float64 { return float64(s.N) }, set: func(s *conversation.Settings, v float64) { s.N = int(v) },
		},
		{
			name: "top-k", help: "number of words that are drawn from; 0: all", high: 1e9,
			get: func(s conversation.Settings) float64 { return float64(s.TopK) }, set: func(s *conversation.Settings, v float64) { s.TopK = int(v) }, idle: greedy,
		},
	}
}

// bounded brings settings from a file into the range of the commands.
func bounded(of conversation.Settings) conversation.Settings {
	for _, s := range settings() {
		s.set(&of, max(s.low, min(s.get(of), s.high)))
	}
	return of
}

// sliders are the settings that keys change.
func sliders() []setting {
	var out []setting
	for _, s := range settings() {
		if s.step > 0 {
			out = append(out, s)
		}
	}
	return out
}

// turnSlider selects another slider.
func (m *model) turnSlider(n int) { m.slider = max(0, min(m.slider+n, len(sliders())-1)) }

// slide changes the selected setting by steps and shows at once what it does.
// The seed stays, so that little changes where the setting changes little.
func (m *model) slide(steps float64) tea.Cmd {
	s := sliders()[m.slider]
	old := s.get(m.settings)
	value := math.Round((old+steps*s.step)/s.step) * s.step
	value = math.Round(value*100) / 100 // 0.3, and not 0.30000000000000004: it is asked for elsewhere too
	value = max(s.from, min(s.to, value))
	if value == old {
		return nil
	}
	s.set(&m.settings, value)
	if _, ok := m.conversation.Current(); !ok {
		return nil
	}
	return m.sample(true)
}

// assign sets a setting from the argument of its command, or tells its value.
func (m *model) assign(s setting, argument string) tea.Cmd {
	if argument == "" {
		m.note(fmt.Sprintf("%s is %s: %s.", s.name, s.text(m.settings), s.help))
		return nil
	}
	value, err := strconv.ParseFloat(argument, 64)
	whole := s.digits > 0 || value == math.Trunc(value)
	if err != nil || !whole || !(value >= s.low && value <= s.high) {
		kind := "a whole number"
		if s.digits > 0 {
			kind = "a number"
		}
		m.note(fmt.Sprintf("/%s is %q; it must be %s from %g to %g.", s.name, argument, kind, s.low, s.high))
		return nil
	}
	s.set(&m.settings, value)
	return m.resample()
}

// assignSeed sets the seed.
func (m *model) assignSeed(argument string) tea.Cmd {
	if argument == "" {
		m.note(fmt.Sprintf("The seed is %d.", m.settings.Seed))
		return nil
	}
	seed, err := strconv.ParseUint(argument, 10, 64)
	if err != nil {
		m.note(fmt.Sprintf("/seed is %q; it must be a whole number, not negative.", argument))
		return nil
	}
	m.settings.Seed = seed
	return m.resample()
}

// text is the value as it is shown.
func (s setting) text(of conversation.Settings) string {
	return strconv.FormatFloat(s.get(of), 'f', s.digits, 64)
}

// settingsLine shows the sliders, with a track each where there is room.
func (m *model) settingsLine(width int) string {
	for _, track := range []int{8, 4, 0} {
		line, cells := m.settingsWith(track)
		if cells <= width || track == 0 {
			return draw.Fit(line, width)
		}
	}
	return ""
}

// settingsWith is the line with tracks of so many cells, and its width.
func (m *model) settingsWith(track int) (line string, cells int) {
	parts := []string{""}
	for i, s := range sliders() {
		name := s.name
		if track == 0 {
			name = s.short
		}
		text := name + " " + s.track(m.settings, track) + s.text(m.settings)
		cells += len([]rune(text)) + 3
		parts = append(parts, m.settingStyle(i, s).Render(" "+text+" "))
	}
	seed := fmt.Sprintf(" seed %d", m.settings.Seed)
	if m.settings.TopK > 0 {
		seed = fmt.Sprintf(" top-k %d%s", m.settings.TopK, seed)
	}
	return strings.TrimPrefix(strings.Join(append(parts, m.theme.Dim.Render(seed)), " "), " "), cells + len(seed)
}

// settingStyle tells the selected slider, and one that changes nothing now.
func (m *model) settingStyle(i int, s setting) lipgloss.Style {
	switch {
	case m.focus == onSettings && i == m.slider:
		return m.theme.Selected
	case s.idle != nil && s.idle(m):
		return m.theme.Dim
	}
	return m.theme.Text
}

// track draws where the value lies between the ends of the slider.
func (s setting) track(of conversation.Settings, width int) string {
	if width == 0 {
		return ""
	}
	part := (s.get(of) - s.from) / (s.to - s.from)
	full := int(math.Round(max(0, min(1, part)) * float64(width)))
	return strings.Repeat("━", full) + strings.Repeat("┄", width-full) + " "
}
