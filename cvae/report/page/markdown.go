package page

import (
	"fmt"
	"io"
	"strings"
)

// PlotFolder is the folder beside the text in which Markdown looks for the files
// of Plots.
const PlotFolder = "plots"

// Markdown writes v as Markdown. It shows the plots from their files.
func (v Page) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", plain(v.Title), plain(v.Facts))
	if v.Summary != "" {
		fmt.Fprintf(&b, "%s\n\n", plain(v.Summary))
	}
	for _, verdict := range v.Verdicts {
		writeVerdict(&b, verdict)
	}
	for _, caution := range v.Cautions {
		fmt.Fprintf(&b, "\n%s\n", plain(caution))
	}
	b.WriteString("\n## Methods side by side\n")
	for _, t := range v.Tables {
		writeTable(&b, t)
	}
	b.WriteString("\n")
	for _, h := range v.Columns {
		fmt.Fprintf(&b, "- %s: %s\n", plain(h.Text), plain(h.Title))
	}
	for _, s := range v.Sections {
		writeSection(&b, s)
	}
	writeSamples(&b, append(v.Samples, v.More...))
	writeDetails(&b, v.Details)
	_, err := io.WriteString(w, safe(b.String()))
	return err
}

func writeVerdict(b *strings.Builder, v verdict) {
	fmt.Fprintf(b, "- **%s**: %s\n", plain(v.Run), plain(v.Sentence))
	for _, note := range v.Notes {
		fmt.Fprintf(b, "  - %s\n", plain(note))
	}
}

func writeTable(b *strings.Builder, t table) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n| %s |", plain(t.Title), plain(t.Note), t.Of)
	rule := "|---|"
	for _, h := range t.Heads {
		fmt.Fprintf(b, " %s |", plain(h.Text))
		if h.Left {
			rule += "---|"
		} else {
			rule += "--:|"
		}
	}
	fmt.Fprintf(b, "\n%s\n", rule)
	for _, r := range t.Rows {
		fmt.Fprintf(b, "| %s |", plain(r.Run))
		for _, cell := range r.Cells {
			fmt.Fprintf(b, " %s |", plain(cell))
		}
		b.WriteString("\n")
	}
}

func writeSection(b *strings.Builder, s section) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", s.Title, plain(s.Caption))
	for _, f := range s.Figures {
		fmt.Fprintf(b, "![%s](%s/%s)\n", plain(f.Chart.Title), PlotFolder, f.File)
	}
	if s.Table != nil {
		writeTable(b, *s.Table)
	}
}

func writeSamples(b *strings.Builder, all []sample) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\n## Samples\n")
	for _, s := range all {
		b.WriteString("\n")
		for _, turn := range s.Context {
			fmt.Fprintf(b, "> — %s\n>\n", plain(turn))
		}
		fmt.Fprintf(b, "> A person said: %s\n\n| run | greedy over z | tokens drawn at temperature 1 |\n|---|---|---|\n", plain(s.Reference))
		for _, r := range s.Runs {
			fmt.Fprintf(b, "| %s | %s | %s |\n", plain(r.Run), list(r.OverZ), list(r.OverTokens))
		}
	}
}

// list is responses in one cell.
func list(responses []response) string {
	var texts []string
	for _, r := range responses {
		text := plain(r.Text)
		if r.Times > 1 {
			text += fmt.Sprintf(" ×%d", r.Times)
		}
		texts = append(texts, text)
	}
	if texts == nil {
		return none
	}
	return strings.Join(texts, "<br>")
}

func writeDetails(b *strings.Builder, all []detail) {
	if len(all) > 0 {
		b.WriteString("\n## Runs\n")
	}
	for _, d := range all {
		fmt.Fprintf(b, "\n### %s\n\n", plain(d.Run))
		for _, f := range d.Facts {
			fmt.Fprintf(b, "- %s: %s\n", plain(f.Name), plain(f.Value))
		}
		writeFenced(b, "Configuration", d.Config)
		writeFenced(b, "Model card", d.Card)
	}
}

// writeFenced writes a text as it is, between fences longer than any inside.
func writeFenced(b *strings.Builder, title, text string) {
	if text == "" {
		return
	}
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(b, "\n%s:\n\n%s\n%s\n%s\n", title, fence, strings.TrimRight(text, "\n"), fence)
}

var marks = strings.NewReplacer("\\", `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;",
	"|", `\|`, "~", `\~`, "\n", " ", "\r", " ")

// plain is a text on one line without Markdown.
func plain(text string) string { return marks.Replace(text) }
