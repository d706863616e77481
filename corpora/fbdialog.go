package corpora

import (
	"errors"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format fbdialog reads the older files of ParlAI, those of bAbI and ConvAI2:
//
//	1 text<TAB>response|another response<TAB>reward<TAB>candidates
//
// The number counts the lines of a dialogue, the first response is the one, and
// the columns after it are passed over. Lines without a response are joined to
// the text after them, with a line break. \n is a line break too.

// matchFBDialog leaves files with personas to format personachat.
func matchFBDialog(s site.Site) string {
	if file := s.Sample(tabExtensions...); file != "" && isPersonaChat(file) {
		return ""
	}
	return tabMatch("fbdialog")(s)
}

var fbDialogGrammar = source.Grammar{
	First: func(before, text string) bool {
		a, _, _ := cutNumber(before)
		b, _, ok := cutNumber(text)
		return ok && b <= a
	},
	Parse: parseFBDialog,
}

func cutNumber(text string) (number int, rest string, ok bool) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	number, err := strconv.Atoi(first)
	return number, rest, err == nil && number > 0
}

func parseFBDialog(lines []textfile.Line) (dialog.Dialogue, error) {
	var p pairs
	before := ""
	for _, l := range lines {
		_, rest, ok := cutNumber(l.Text)
		if !ok {
			return dialog.Dialogue{}, fault.At("", l.Number, "the line does not begin with a number and a space")
		}
		text, response := cutPair(rest)
		if text = strings.TrimSpace(text); text == "<SILENCE>" || text == "__SILENCE__" { // nobody's turn
			text = ""
		}
		text = breaks(before + "\n" + text)
		if before = text; response != "" {
			p.add(text, response)
			before = ""
		}
	}
	if p.add(before, ""); len(p.turns) == 0 {
		return dialog.Dialogue{}, errors.New("the dialogue that begins here is empty")
	}
	return p.dialogue(), nil
}

// cutPair cuts a line without its number into a text and the response to it.
func cutPair(rest string) (text, response string) {
	text, others, _ := strings.Cut(rest, "\t")
	responses, _, _ := strings.Cut(others, "\t")
	response, _, _ = strings.Cut(responses, "|")
	return text, breaks(response)
}

// breaks puts line breaks for their escapes.
func breaks(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, `\n`, "\n")) }

// isFBDialog tells whether most lines are numbered from 1 and some have a TAB.
func isFBDialog(lines []string) bool {
	last, right, tabs := 0, 0, 0
	for _, l := range lines {
		n, rest, ok := cutNumber(l)
		if ok && (n == last+1 || n == 1) {
			right++
		}
		if last = n; strings.Contains(rest, "\t") {
			tabs++
		}
	}
	return 2*right > len(lines) && tabs > 0
}
