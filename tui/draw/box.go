package draw

import "strings"

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
