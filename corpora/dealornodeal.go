package corpora

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// dealOrNoDealFormat reads the negotiations of Lewis et al. 2017 ("Deal or No
// Deal? End-to-End Learning for Negotiation Dialogues"), a line each:
//
//	<input> … </input> <dialogue> YOU: … <eos> THEM: … <eos> YOU: <selection> </dialogue> <output> …
//
// <selection> ends the talk and is nobody's turn; goals and outcomes are passed
// over. Most negotiations stand in a file twice, once as each side sees it:
// with --dedup once.
func dealOrNoDealFormat() Format {
	return Format{
		Name:    "dealornodeal",
		Title:   "Deal or No Deal: <dialogue> YOU: text <eos> THEM: text </dialogue> a line",
		Layout:  "one .txt file; or a folder with train.txt val.txt test.txt",
		Licence: "CC BY-NC",
		Turns:   dialogues,
		match: func(s site.Site) string {
			file := s.Sample("txt")
			if file == "" || !most(textfile.Head(file), isDeal) {
				return ""
			}
			return fault.BaseName(file) + " holds lines with " + dealBegins
		},
		parts: func(s site.Site) ([]part, error) {
			return lineParts("dealornodeal", s, readDeals, "txt")
		},
	}
}

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

func readDeals(path string) source.Dialogues { return source.Lines(path, parseDeal) }

// parseDeal parses the turns of one line; a blank one has none.
func parseDeal(text string) (dialog.Dialogue, error) {
	if strings.TrimSpace(text) == "" {
		return dialog.Dialogue{}, nil
	}
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
