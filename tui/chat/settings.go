package chat

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/tui/conversation"
)

// The settings of the next candidates.
type settings struct {
	pane
	talk    *talk
	values  conversation.Settings
	sliders []setting
	slider  int // the selected one
}

func newSettings(p pane, t *talk, values conversation.Settings) *settings {
	s := &settings{pane: p, talk: t, values: values, sliders: adjustable()}
	s.sliders = slices.DeleteFunc(s.sliders, func(of setting) bool { return of.step == 0 })
	s.keys = keymap{"on the sliders", []binding{
		{keys: []string{"left"}, name: "←→", help: "slider", do: by(s.turn, -1)},
		{keys: []string{"right"}, do: by(s.turn, 1)},
		{keys: []string{"up"}, name: "↑↓", help: "change, re-samples", do: by(s.slide, 1)},
		{keys: []string{"down"}, do: by(s.slide, -1)},
		{keys: []string{"enter"}, do: func() tea.Msg { return onCandidates }},
	}}
	return s
}

// A setting is a number that candidates are drawn with. All of them have a
// command; those with a step are sliders too.
type setting struct {
	name, short, help string
	low, high         float64 // what the command accepts, both included
	step, from, to    float64 // of the slider; step 0: none
	digits            int     // behind the point
	get               func(conversation.Settings) float64
	set               func(*conversation.Settings, float64)
	idle              func(*settings) bool // whether it changes nothing at present; nil: never
}

// most bounds the candidates of a turn.
const most = 10000

// adjustable are all settings but the seed, the sliders first.
func adjustable() []setting {
	greedy := func(s *settings) bool { return s.values.Temperature == 0 }
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
			idle: func(s *settings) bool { return s.talk.about.Latent == nil },
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

// adopt takes settings from a file as far as the commands would accept them, and
// keeps the labels where they have none.
func (s *settings) adopt(values conversation.Settings) {
	labels := s.values.Labels
	s.values = values.Bounded()
	if s.values.Labels == nil {
		s.values.Labels = labels
	}
}

// turn selects another slider.
func (s *settings) turn(n int) tea.Msg {
	s.slider = max(0, min(s.slider+n, len(s.sliders)-1))
	return nil
}

// slide changes the selected setting by steps and asks to show what it does.
// The seed stays, so that little changes where the setting changes little.
func (s *settings) slide(steps int) tea.Msg {
	of := s.sliders[s.slider]
	old := of.get(s.values)
	value := math.Round((old+float64(steps)*of.step)/of.step) * of.step
	value = math.Round(value*100) / 100 // 0.3, and not 0.30000000000000004: it is asked for elsewhere too
	value = max(of.from, min(of.to, value))
	if value == old {
		return nil
	}
	of.set(&s.values, value)
	return sampleMsg{preview: true}
}

// assign sets a setting from the argument of its command, or tells its value.
func (s *settings) assign(of setting, argument string) tea.Msg {
	if argument == "" {
		return noteMsg(fmt.Sprintf("%s is %s: %s.", of.name, of.text(s.values), of.help))
	}
	value, err := strconv.ParseFloat(argument, 64)
	whole := of.digits > 0 || value == math.Trunc(value)
	if err != nil || !whole || !(value >= of.low && value <= of.high) {
		kind := "a whole number"
		if of.digits > 0 {
			kind = "a number"
		}
		return noteMsg(fmt.Sprintf("/%s is %q; it must be %s from %g to %g.", of.name, argument, kind, of.low, of.high))
	}
	of.set(&s.values, value)
	return sampleMsg{}
}

// assignSeed sets the seed.
func (s *settings) assignSeed(argument string) tea.Msg {
	if argument == "" {
		return noteMsg(fmt.Sprintf("The seed is %d.", s.values.Seed))
	}
	seed, err := strconv.ParseUint(argument, 10, 64)
	if err != nil {
		return noteMsg(fmt.Sprintf("/seed is %q; it must be a whole number, not negative.", argument))
	}
	s.values.Seed = seed
	return sampleMsg{}
}

// text is the value as it is shown.
func (s setting) text(of conversation.Settings) string {
	return strconv.FormatFloat(s.get(of), 'f', s.digits, 64)
}

// View shows the sliders in a line, with a track each where there is room.
func (s *settings) View() []string {
	for _, track := range []int{8, 4} {
		if line, cells := s.lineWith(track); cells <= s.width {
			return []string{line}
		}
	}
	line, _ := s.lineWith(0)
	return []string{line}
}

// lineWith is the line with tracks of so many cells, and its width.
func (s *settings) lineWith(track int) (line string, cells int) {
	parts := []string{""}
	for i, of := range s.sliders {
		name := of.name
		if track == 0 {
			name = of.short
		}
		text := name + " " + of.track(s.values, track) + of.text(s.values)
		cells += len([]rune(text)) + 3
		parts = append(parts, s.style(i, of).Render(" "+text+" "))
	}
	seed := fmt.Sprintf(" seed %d", s.values.Seed)
	if s.values.TopK > 0 {
		seed = fmt.Sprintf(" top-k %d%s", s.values.TopK, seed)
	}
	return strings.TrimPrefix(strings.Join(append(parts, s.theme.Dim.Render(seed)), " "), " "), cells + len(seed)
}

// style tells the selected slider, and one that changes nothing now.
func (s *settings) style(i int, of setting) lipgloss.Style {
	switch {
	case s.focused && i == s.slider:
		return s.theme.Selected
	case of.idle != nil && of.idle(s):
		return s.theme.Dim
	}
	return s.theme.Text
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
