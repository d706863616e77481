package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Fit returns s in exactly width cells: cut with …, or padded with spaces. s may
// hold lipgloss styling, which is kept; line breaks become spaces.
func Fit(s string, width int) string {
	if width < 1 {
		return ""
	}
	out := padded(ansi.Truncate(oneLine.Replace(s), width, "…"), width)
	if cells(out) != width { // an escape sequence that does not end takes the padding
		out = padded(ansi.Truncate(Safe(s), width, "…"), width)
	}
	return out
}

func padded(s string, width int) string { return s + strings.Repeat(" ", max(0, width-cells(s))) }

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

func cells(s string) int { return ansi.StringWidth(s) }

// Wrap breaks s into lines of at most width cells, between words where it can
// and inside them where they are longer than a line. Line breaks of s stay. A
// character wider than a line is shown as …
func Wrap(s string, width int) []string {
	if width < 1 {
		return nil
	}
	lines := strings.Split(ansi.Wrap(s, width, ""), "\n")
	for i, line := range lines {
		lines[i] = apart(strings.TrimRight(ansi.Truncate(line, width, "…"), " "))
	}
	return lines
}
