package conversation

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
)

// Markdown writes the exchanges from the first to the current one: what the
// candidates were drawn with, the chosen one, and the others as a list with
// their log-probability ln p(x|z,c) in nats and their distance from the prior
// mean in standard deviations. Every text is one line, and none can act as
// Markdown, as HTML or as a terminal's escape sequence.
func (c *Conversation) Markdown(w io.Writer) error {
	var b bytes.Buffer
	title := "Conversation with " + markdownText(c.Model)
	if c.Title != "" {
		title = markdownText(c.Title) + ", with " + markdownText(c.Model)
	}
	fmt.Fprintf(&b, "# %s\n\n%s\n", title, c.Started.UTC().Format("2006-01-02 15:04 UTC"))
	for i, e := range c.Path() {
		fmt.Fprintf(&b, "\n## Exchange %d\n", i+1)
		e.markdown(&b)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the conversation as Markdown: %w", err)
	}
	return nil
}

func (e Exchange) markdown(b *bytes.Buffer) {
	if !isBlank(e.User) {
		fmt.Fprintf(b, "\n**You:** %s\n", markdownText(e.User))
	}
	candidates := e.Candidates()
	if len(candidates) == 0 {
		b.WriteString("\n*No responses.*\n")
	}
	if e.Chosen != None {
		fmt.Fprintf(b, "\n**Model:** %s\n", markdownResponse(candidates[e.Chosen]))
	}
	if len(e.Takes) > 0 {
		fmt.Fprintf(b, "\n*%s*\n", e.drawnWith())
	}
	title := "\nOther candidates:\n\n"
	if e.Chosen == None {
		title = "\nCandidates, none of them chosen:\n\n"
	}
	for i, r := range candidates {
		if i != e.Chosen {
			fmt.Fprintf(b, "%s- candidate %d: %s\n", title, i+1, markdownResponse(r))
			title = ""
		}
	}
}

// drawnWith tells the settings of the shown take, in Markdown.
func (e Exchange) drawnWith() string { return e.drawn(markdownText) }

// drawnAs is drawnWith without marks.
func (e Exchange) drawnAs() string { return e.drawn(func(text string) string { return text }) }

func (e Exchange) drawn(as func(string) string) string {
	s := e.Takes[e.Take].Settings
	labels := ""
	for _, name := range slices.Sorted(maps.Keys(s.Labels)) {
		labels += fmt.Sprintf(", %s %s", as(name), as(s.Labels[name]))
	}
	repeats := ""
	if s.NoRepeat > 0 {
		repeats = fmt.Sprintf(", no repeated %d-gram", s.NoRepeat)
	}
	return fmt.Sprintf("seed %d, n %d, temperature %g, top-p %g, top-k %d, prior scale %g%s%s; take %d of %d",
		s.Seed, s.N, s.Temperature, s.TopP, s.TopK, s.PriorScale, repeats, labels, e.Take+1, len(e.Takes))
}

func markdownResponse(r dialog.Response) string {
	return fmt.Sprintf("%s (%s)", markdownText(r.Text+r.Mark()), numbersOf(r))
}

// markdownText returns text as one printable line that shows as it is. It
// always stands behind words of ours, so that what acts only at the beginning
// of a line needs no escape.
func markdownText(text string) string {
	text = strings.TrimSpace(draw.Safe(text))
	if text == "" {
		return "*(empty)*"
	}
	return markdownEscapes.Replace(text)
}

// markdownEscapes also stops links, mentions, references, formulas and
// short names of emoji, which GitHub makes of plain text.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`, "^", `\^`,
	"[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "&", `\&`, "|", `\|`,
	"#", `\#`, "@", `\@`, "$", `\$`, ":", `\:`, "www.", `www\.`,
)

// example is one line of JSONL.
type example struct {
	Context    []string        `json:"context"`
	Response   string          `json:"response"`
	Settings   dialog.Sampling `json:"settings"`
	Candidates []exported      `json:"candidates"`
}

// An exported candidate says whether it was cut, which a corpus had better not learn.
type exported struct {
	scored
	Cut bool `json:"cut"`
}

// JSONL writes the exchanges from the first to the current one, a line each,
// with the chosen response. The lines are a corpus of the format jsonl, in which no
// turn is blank: blank turns of the context are left out, and so is an exchange of which
// nobody chose a response.
func (c *Conversation) JSONL(w io.Writer) error {
	path := c.Path()
	for i, e := range path {
		candidates := e.Candidates()
		if e.Chosen == None || candidates[e.Chosen].IsBlank() {
			continue
		}
		line, err := encodeLine(example{
			Context:    spoken(contextOf(path[:i+1])),
			Response:   candidates[e.Chosen].Text,
			Settings:   e.Takes[e.Take].Settings,
			Candidates: scoredOf(e),
		})
		if err == nil {
			_, err = w.Write(line)
		}
		if err != nil {
			return fmt.Errorf("write exchange %d: %w", i+1, err)
		}
	}
	return nil
}

// spoken returns the turns that are not blank; never nil.
func spoken(turns []string) []string {
	return slices.DeleteFunc(append([]string{}, turns...), isBlank)
}

// scoredOf returns the candidates of an exchange. Without a latent there is no
// distance.
func scoredOf(e Exchange) []exported {
	all := each(e.Candidates(), func(r dialog.Response) exported { return exported{score(r), r.Cut} })
	for i := range all {
		if all[i].Z == nil {
			all[i].PriorDistance = nil
		}
	}
	return all
}
