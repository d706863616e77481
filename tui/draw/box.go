package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Box puts lines into a rounded border that carries the title, and is exactly
// width cells wide and height lines high. There is room for lines of width-4
// cells, height-2 of them; the rest is cut. Lines may be styled; the title is
// plain text. Below 4 cells or 2 lines there is no box, only the space of one.
func Box(title string, lines []string, width, height int, t Theme) []string {
	if width < 4 || height < 2 {
		return Block(nil, width, height)
	}
	side := t.Border.Render("│")
	out := make([]string, 0, height)
	out = append(out, top(title, width, t))
	for _, line := range Block(lines, width-4, height-2) {
		out = append(out, side+" "+line+" "+side)
	}
	return append(out, t.Border.Render("╰"+strings.Repeat("─", width-2)+"╯"))
}

func top(title string, width int, t Theme) string {
	if title = Safe(title); title == "" || width < 8 {
		return t.Border.Render("╭" + strings.Repeat("─", width-2) + "╮")
	}
	title = strings.TrimRight(Fit(title, width-6), " ")
	rest := width - 5 - cells(title)
	return t.Border.Render("╭─") + " " + t.Title.Render(title) + " " + t.Border.Render(strings.Repeat("─", rest)+"╮")
}

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
