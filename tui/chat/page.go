package chat

import (
	"fmt"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/cvae-go/cvae/tui/draw"
)

// A page is a long text that lies over the chat until it is closed.
type page struct {
	title         string
	rows          []row
	width, height int // of the screen, in cells
	top           int // the first line on it
	closed        bool
}

// A row is a name and what there is to say of it; a row without a name is a
// paragraph, and one without a text a heading.
type row struct{ name, text string }

// columnWidth is the least width of the names, where texts stand beside them.
const columnWidth = 33

// column is the width of the names: that of the longest which has a text beside it.
func (p *page) column() int {
	width := columnWidth
	for _, r := range p.rows {
		if r.text != "" {
			width = max(width, cells(draw.Safe(r.name))+2)
		}
	}
	return width
}

// lines are the rows in lines that fit into the frame.
func (p *page) lines() []string {
	width, column := p.width-4, p.column()
	var out []string
	for _, r := range p.rows {
		beside := r.name != "" && r.text != "" && width > 2*column
		indent := ""
		switch {
		case beside:
			indent = strings.Repeat(" ", column)
		case r.name != "":
			out = append(out, draw.Safe(r.name))
			indent = "    "
		}
		if r.name != "" && r.text == "" {
			continue
		}
		text := hanging(unbroken.Replace(draw.Safe(r.text)), width-len(indent))
		for i, line := range text {
			text[i] = indent + strings.ReplaceAll(line, noBreak, " ")
		}
		if beside {
			text[0] = draw.Fit(draw.Safe(r.name), column) + text[0][len(indent):]
		}
		out = append(out, text...)
	}
	return out
}

// noBreak is a space at which no line ends.
const noBreak = "\u00a0"

// unbroken keeps a number with a sign on the line of the word before it.
var unbroken = strings.NewReplacer(" +", noBreak+"+", " −", noBreak+"−")

// hanging wraps a text. The lines after the first begin where its second word does, if it
// begins with spaces, a mark or a number, as the entries of a list do.
func hanging(text string, width int) []string {
	begin := entryBegins.FindString(text)
	if lead := cells(begin); lead > 0 && lead < width/2 {
		lines := draw.Wrap(text[len(begin):], width-lead)
		for i, line := range lines {
			lines[i] = strings.Repeat(" ", lead) + line
		}
		if len(lines) > 0 {
			lines[0] = begin + lines[0][lead:]
		}
		return lines
	}
	return draw.Wrap(text, width)
}

// entryBegins is what the entries of /tree and /search begin with.
var entryBegins = regexp.MustCompile(`^[>*]? +(\d+ +)?`)

func (p *page) SetSize(width, height int) { p.width, p.height = width, height }

// Update scrolls the page, or closes it. It returns whether the key is still to be used:
// who types while a page is shown means to write.
func (p *page) Update(key tea.KeyPressMsg) (free bool) {
	seen := max(1, p.height-3)
	switch key.String() {
	case "up":
		p.top--
	case "down":
		p.top++
	case "pgup":
		p.top -= seen
	case "pgdown", "space":
		p.top += seen
	case "home":
		p.top = 0
	case "end":
		p.top += len(p.lines())
	case "q":
		p.closed = true
	default:
		p.closed, free = true, key.Text != ""
	}
	p.top = max(0, min(p.top, len(p.lines())-seen))
	return free
}

// View draws the page on the whole screen.
func (p *page) View(t draw.Theme) []string {
	lines := p.lines()
	return append(draw.Box(p.title, lines[min(p.top, len(lines)):], p.width, p.height-1, t),
		draw.Fit(t.Dim.Render(" ↑↓ pgup pgdown scroll · esc q close · typing goes on"), p.width))
}

func (m *model) help() tea.Msg {
	how := "Write and press enter: the model answers with candidates. Choose one of them, or write on: then the selected one is taken. " +
		"tab goes from the input to the candidates, the sliders and the latent space; whatever you type goes to the input."
	if m.sampler.silent { // lines have neither keys nor parts
		how = "Write a line: the model answers with candidates. A number takes one of them; writing on takes candidate 1."
	}
	rows := []row{{text: how}, {text: " "}, {name: "Commands"}}
	for _, c := range m.entry.commands {
		rows = append(rows, row{"  " + strings.TrimSpace("/"+c.name+" "+c.arguments), c.help})
	}
	if m.sampler.silent {
		return &page{title: "Help", rows: rows}
	}
	rows = append(rows, row{text: " "}, row{name: "Marks"})
	for _, mark := range m.candidates.marks() {
		rows = append(rows, row{"  " + mark.name, mark.text})
	}
	for _, of := range m.keymaps() {
		rows = append(rows, row{text: " "}, row{name: "Keys " + of.where})
		for _, b := range of.bindings {
			if b.name != "" {
				rows = append(rows, row{"  " + b.name, b.help})
			}
		}
	}
	return &page{title: "Help", rows: rows}
}

// page is what is known of the model.
func (t *talk) page() *page {
	c := t.about
	kind := "dialogue: it answers a context"
	if c.Sentences {
		kind = "sentences: it reads no context and draws samples"
	}
	rows := []row{
		{"model", c.Name}, {"method", c.Method}, {"mode", kind},
		{"parameters", grouped(c.Parameters)}, {"vocabulary", grouped(c.Vocabulary)},
	}
	if l := c.Latent; l != nil {
		rows = append(rows, row{"latent dimensions", l.Dimensions()})
	}
	if l := t.measured; l != nil {
		if l.ActiveUnits != nil && l.ResidualActiveUnits != nil {
			rows = append(rows, row{"active units", fmt.Sprintf("%d, residual %d", *l.ActiveUnits, *l.ResidualActiveUnits)})
		}
		if l.Information != nil {
			carried := fmt.Sprintf("%.3f nats per response", max(0, *l.Information))
			if l.ActiveUnits == nil {
				carried += ", the sum over the words of z"
			}
			rows = append(rows, row{"information", carried})
		}
		rows = append(rows, row{"KL", fmt.Sprintf("%.3f nats per response, on %s responses", sum(l.KLPerDim), grouped(l.Responses))})
		if l.Verdict != "" {
			rows = append(rows, row{"collapse", l.Verdict})
		}
	} else {
		rows = append(rows, row{"latent", t.noNumbers()})
	}
	return &page{title: "Model", rows: rows}
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}
