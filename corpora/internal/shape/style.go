package shape

import (
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/markup"
	"github.com/cvae-go/cvae/dialog"
)

// A style is a way for one text to hold turns.
type style func(text string) []dialog.Turn

var styles = map[string]style{"transcript": transcript, "eot": endsOfTurns, "annotated": annotated, "spoken": spoken}

// speaks begins what someone says in a transcript, such as those of HH-RLHF:
// "\n\nHuman: hello\n\nAssistant: hi".
var speaks = regexp.MustCompile(`(?:^|\n\n)(Human|Assistant|User|Bot|AI|System|Q|A): ?`)

func transcript(text string) []dialog.Turn {
	var turns []dialog.Turn
	marks := speaks.FindAllStringSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		if said := strings.TrimSpace(text[m[1]:end]); said != "" || i+1 < len(marks) {
			turns = append(turns, dialog.Turn{Speaker: text[m[2]:m[3]], Text: said})
		}
	}
	return turns
}

// endsOfTurns cuts what the Ubuntu Dialogue Corpus joins: __eot__ ends a turn,
// which has several utterances, and __eou__ each of those.
func endsOfTurns(text string) []dialog.Turn {
	var turns []dialog.Turn
	for said := range strings.SplitSeq(text, "__eot__") {
		var lines []string
		for line := range strings.SplitSeq(said, "__eou__") {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			turns = append(turns, dialog.Turn{Text: strings.Join(lines, "\n")})
		}
	}
	return turns
}

// annotated takes the annotations out of an utterance, of which none may be left.
func annotated(text string) []dialog.Turn {
	return spoken(markup.Transcript(text))
}

// spoken is a text that is a turn unless it is blank.
func spoken(text string) []dialog.Turn {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return []dialog.Turn{{Text: text}}
}
