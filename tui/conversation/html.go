package conversation

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/draw"
)

// style is that of the page, for light and dark screens and for paper.
const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f;background:#fff}
h1{font-size:1.3rem}.meta,.drawn,details{color:#5a5a66;font-size:.85rem}
.turn{margin:1rem 0}.who{font-weight:600;margin-right:.5rem}.model{margin-left:1.5rem}
li{margin:.2rem 0}@media(prefers-color-scheme:dark){body{color:#e6e6ea;background:#16161a}.meta,.drawn,details{color:#a0a0aa}}`

// HTML writes the exchanges from the first to the current one as a page that stands alone: no file, script or address outside it is
// used. The candidates that were not chosen are folded away.
func (c *Conversation) HTML(w io.Writer) error {
	var b bytes.Buffer
	title := cmp.Or(c.Title, "Conversation with "+c.Model)
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n",
		htmlText(title), style)
	fmt.Fprintf(&b, "<h1>%s</h1>\n<p class=\"meta\">%s, %s</p>\n", htmlText(title), htmlText(c.Model), c.Started.UTC().Format("2006-01-02 15:04 UTC"))
	for _, e := range c.Path() {
		e.html(&b)
	}
	b.WriteString("</body>\n</html>\n")
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the conversation as HTML: %w", err)
	}
	return nil
}

func (e Exchange) html(b *bytes.Buffer) {
	b.WriteString("<section class=\"turn\">\n")
	if !isBlank(e.User) {
		fmt.Fprintf(b, "<p><span class=\"who\">You:</span>%s</p>\n", htmlText(e.User))
	}
	candidates := e.Candidates()
	switch {
	case len(candidates) == 0:
		b.WriteString("<p class=\"model\"><em>No responses.</em></p>\n")
	case e.Chosen != None:
		fmt.Fprintf(b, "<p class=\"model\"><span class=\"who\">Model:</span>%s</p>\n", htmlText(candidates[e.Chosen].Text+candidates[e.Chosen].Mark()))
	}
	if len(candidates) > 0 {
		fmt.Fprintf(b, "<details%s><summary>%d candidates</summary>\n<ol>\n", map[bool]string{true: " open"}[e.Chosen == None], len(candidates))
		for _, r := range candidates {
			fmt.Fprintf(b, "<li>%s <small>%s</small></li>\n", htmlText(r.Text+r.Mark()), numbersOf(r))
		}
		fmt.Fprintf(b, "</ol>\n<p class=\"drawn\">%s</p>\n</details>\n", htmlText(e.drawnAs()))
	}
	b.WriteString("</section>\n")
}

// numbersOf is ln p, and the distance of z from the prior where there is one.
func numbersOf(r dialog.Response) string {
	text := fmt.Sprintf("ln p %.2f", r.LogProb)
	if r.Z != nil {
		text += fmt.Sprintf(", distance %.2f", r.PriorDistance)
	}
	return text
}

// htmlText is text on one printable line.
func htmlText(text string) string {
	if text = strings.TrimSpace(draw.Safe(text)); text == "" {
		return "<em>(empty)</em>"
	}
	return html.EscapeString(text)
}
