package chat

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/cvae-go/cvae/dialog"
)

// NoRepeat is Sampling.NoRepeat of a new conversation: no candidate loops for long.
const NoRepeat = 3

// The settings of the next candidates.
type settings struct {
	pane
	talk    *talk
	values  dialog.Sampling
	sliders []setting
	slider  int // the selected one
}

func newSettings(p pane, t *talk, values dialog.Sampling) *settings {
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
	dialog.SamplingRange
	short, help    string
	step, from, to float64              // of the slider; step 0: none
	idle           func(*settings) bool // whether it changes nothing at present; nil: never
}

// adjustable are all settings but the seed, the sliders first.
func adjustable() []setting {
	ranges := map[string]dialog.SamplingRange{}
	for _, r := range dialog.SamplingRanges() {
		ranges[r.Name] = r
	}
	greedy := func(s *settings) bool { return s.values.Temperature == 0 }
	latentless := func(s *settings) bool { return s.talk.about.Latent == nil }
	return []setting{
		{ranges["temperature"], "temp", "of the words; 0 takes the likeliest", 0.1, 0, 2, nil},
		{ranges["top-p"], "top-p", "share of the probability that words are drawn from", 0.05, 0.05, 1, greedy},
		{ranges["prior-scale"], "scale", "spread of z about the mean of the prior", 0.1, 0.1, 3, latentless},
		{ranges["n"], "n", "candidates of a turn", 1, 1, 12, nil},
		{ranges["top-k"], "", "number of words that are drawn from; 0: all", 0, 0, 0, greedy},
		{ranges["no-repeat-ngram"], "", "no n-gram of so many words twice in a candidate; 0: it may loop", 0, 0, 0, nil},
	}
}

// adopt takes settings from a file as far as the commands would accept them, and
// keeps the labels where they have none.
func (s *settings) adopt(values dialog.Sampling) {
	labels := s.values.Labels
	s.values = values.Bounded()
	if s.values.Labels == nil {
		s.values.Labels = labels
	}
}

func (s *settings) turn(n int) tea.Msg {
	s.slider = max(0, min(s.slider+n, len(s.sliders)-1))
	return nil
}

// slide changes the selected setting by steps and asks to show what it does.
// The seed stays, so that little changes where the setting changes little.
func (s *settings) slide(steps int) tea.Msg {
	of := s.sliders[s.slider]
	old := of.Get(s.values)
	value := math.Round((old+float64(steps)*of.step)/of.step) * of.step
	value = math.Round(value*100) / 100 // 0.3, and not 0.30000000000000004: it is asked for elsewhere too
	value = max(of.from, min(of.to, value))
	if value == old {
		return nil
	}
	of.Set(&s.values, value)
	return sampleMsg{preview: true}
}

// assign sets a setting from the argument of its command, or tells its value.
func (s *settings) assign(of setting, argument string) tea.Msg {
	if argument == "" {
		return noteMsg(fmt.Sprintf("%s is %s: %s.", of.Name, of.text(s.values), of.help))
	}
	value, err := strconv.ParseFloat(argument, 64)
	if err != nil || !of.Holds(value) {
		kind := "a number"
		if of.Whole {
			kind = "a whole number"
		}
		return noteMsg(fmt.Sprintf("/%s is %q; it must be %s %s.", of.Name, argument, kind, of.SamplingRange))
	}
	of.Set(&s.values, value)
	return sampleMsg{}
}

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

// rank reads what candidates are to be ordered by; where there is no more to do, it tells
// why.
func (s *settings) rank(argument string) (values dialog.Sampling, note tea.Msg) {
	by, weight, _ := strings.Cut(argument, " ")
	rank := &dialog.Rank{By: by, Lambda: dialog.DefaultLambda}
	switch {
	case argument == "" && s.values.Rank == nil:
		return s.values, noteMsg("Candidates stand as they are drawn; /rank joint orders more of them.")
	case argument == "":
		return s.values, noteMsg(fmt.Sprintf("Candidates are ranked by %s, λ %g.", s.values.Rank.By, s.values.Rank.Lambda))
	case argument == "none":
		rank = nil
	case weight != "":
		v, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		if err != nil {
			return s.values, noteMsg(fmt.Sprintf("λ is %q; it must be a number.", weight))
		}
		rank.Lambda = v
	}
	values = s.values
	values.Rank = rank
	if err := values.Check(); err != nil {
		return s.values, noteMsg(fmt.Sprintf("It is /rank joint, /rank joint 0.5 or /rank none: %v.", err))
	}
	return values, nil
}

func (s setting) text(of dialog.Sampling) string {
	digits := 2
	if s.Whole {
		digits = 0
	}
	return strconv.FormatFloat(s.Get(of), 'f', digits, 64)
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
		name := of.Name
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
	if s.values.NoRepeat != NoRepeat && s.values.NoRepeat > 0 {
		seed = fmt.Sprintf(" no-repeat %d%s", s.values.NoRepeat, seed)
	}
	if k := s.values.Rank; k != nil {
		seed = fmt.Sprintf(" rank %s %g%s", k.By, k.Lambda, seed)
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
func (s setting) track(of dialog.Sampling, width int) string {
	if width == 0 {
		return ""
	}
	part := (s.Get(of) - s.from) / (s.to - s.from)
	full := int(math.Round(max(0, min(1, part)) * float64(width)))
	return strings.Repeat("━", full) + strings.Repeat("┄", width-full) + " "
}
