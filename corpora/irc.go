package corpora

import (
	"errors"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format irc reads logs of IRC as irssi, WeeChat, ZNC, HexChat, mIRC and others write them:
//
//	12:30 <@ann> are you in?
//	[12:30:11] * ben nods
//	2022-01-06 12:30:11	ann	are you in?
//
// Who joins, leaves and takes another name is left out. An action is a turn between asterisks.

// isIRC tells whether most of the first lines have a time, and two of them are said.
func isIRC(file string) bool {
	if lineText.is(file) || zoomText.is(file) {
		return false
	}
	said, logged, lines := 0, 0, textfile.Head(file)
	for _, l := range lines {
		one := parseIRC(l)
		if one.stamped || one.marks {
			logged++
		}
		if one.stamped && one.Kind == talk.Said {
			said++
		}
	}
	return said >= 2 && 5*logged >= 4*len(lines) && 5*said >= len(lines)
}

func readIRC(file string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		all := talk.New(file, yield)
		var clock ircClock
		for l, err := range textfile.Lines(file) {
			var bad *fault.Malformed
			if err != nil && !errors.As(err, &bad) {
				yield(dialog.Dialogue{}, err)
				return
			}
			if bad != nil {
				all.Bad(l.Number, bad)
				continue
			}
			if strings.TrimSpace(l.Text) == "" {
				continue
			}
			one := parseIRC(l.Text)
			one.Number, one.At = l.Number, clock.read(one)
			if !all.Add(one.Message, nil) {
				return
			}
		}
		all.Close()
	}
}
