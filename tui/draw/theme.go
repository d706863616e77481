package draw

import "charm.land/lipgloss/v2"

// A Theme is the styles of a view. Meaning never rests on colour alone: where
// Colour is false the same text is shown with weight and reversal only.
type Theme struct {
	Title, Text, Dim, Accent, Good, Warn, Bad, Selected, Border lipgloss.Style
	// Dark says that the terminal's background is dark, and Colour that it
	// shows colours.
	Dark, Colour bool
}

// NewTheme is the theme for a dark or a light background, in colour. What the
// terminal cannot show, the program's output reduces.
func NewTheme(dark bool) Theme {
	pick := lipgloss.LightDark(dark)
	colour := func(light, dark string) lipgloss.Style {
		return lipgloss.NewStyle().Foreground(pick(lipgloss.Color(light), lipgloss.Color(dark)))
	}
	return Theme{
		Title:    colour("#1F2937", "#E5E7EB").Bold(true),
		Text:     lipgloss.NewStyle(),
		Dim:      colour("#6B7280", "#8B93A1"),
		Accent:   colour("#0E7490", "#4CC3D9"),
		Good:     colour("#15803D", "#6FCF7C"),
		Warn:     colour("#B45309", "#F0B429").Bold(true),
		Bad:      colour("#B91C1C", "#F47174").Bold(true),
		Selected: lipgloss.NewStyle().Bold(true).Reverse(true),
		Border:   colour("#C4C9D1", "#4B5563"),
		Dark:     dark,
		Colour:   true,
	}
}
