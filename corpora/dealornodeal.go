package corpora

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// Format dealornodeal reads the negotiations of Lewis et al. 2017 ("Deal or No
// Deal? End-to-End Learning for Negotiation Dialogues"), a line each:
//
//	<input> … </input> <dialogue> YOU: … <eos> THEM: … <eos> YOU: <selection> </dialogue> <output> …
//
// <selection> ends the talk and is nobody's turn; goals and outcomes are passed
// over. Most negotiations stand in a file twice, once as each side sees it:
// with --dedup once.

const (
	dealBegins = "<dialogue>"
	dealEnds   = "</dialogue>"
	dealEOS    = "<eos>"
	dealChosen = "<selection>"
)

func isDeal(text string) bool {
	_, rest, found := strings.Cut(text, dealBegins)
	return found && strings.Contains(rest, dealEnds)
}

func parseDeal(text string) (dialog.Dialogue, error) {
	_, rest, begun := strings.Cut(text, dealBegins)
	talk, _, ended := strings.Cut(rest, dealEnds)
	if !begun || !ended {
		return dialog.Dialogue{}, fmt.Errorf("there is no %s … %s", dealBegins, dealEnds)
	}
	var d dialog.Dialogue
	for turn := range strings.SplitSeq(talk, dealEOS) {
		speaker, said, found := strings.Cut(strings.TrimSpace(turn), ":")
		if said = strings.TrimSpace(said); said == dealChosen {
			continue
		}
		if !found || said == "" || strings.ContainsAny(speaker, " <>") {
			return dialog.Dialogue{}, fmt.Errorf("turn %d is not YOU: or THEM: and a text", len(d.Turns)+1)
		}
		d.Turns = append(d.Turns, dialog.Turn{Speaker: speaker, Text: said})
	}
	if len(d.Turns) == 0 {
		return d, errors.New("the dialogue is empty")
	}
	return d, nil
}
