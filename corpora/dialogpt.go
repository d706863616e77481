package corpora

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// Format dialogpt reads the training files of DialoGPT (Zhang et al. 2020,
// "DialoGPT: Large-Scale Generative Pre-training for Conversational Response
// Generation"): turns with a weight each, EOS between them and a TAB before the response.
//
//	0.0 where to ? EOS 1.0 home .<TAB>1.0 good night .
//
// A line whose response has weight 0 is left out, as it is in training there.

var weighted = regexp.MustCompile(`^\s*([0-9]+\.[0-9]+) (.*)$`)

func isDialoGPT(line string) bool {
	context, response, found := strings.Cut(line, "\t")
	return found && weighted.MatchString(context) && weighted.MatchString(response)
}

func parseDialoGPT(line string) (dialog.Dialogue, error) {
	context, response, found := strings.Cut(line, "\t")
	if !found {
		return dialog.Dialogue{}, errors.New("there is no TAB before a response")
	}
	var d dialog.Dialogue
	for text := range strings.SplitSeq(context+" EOS "+response, " EOS ") {
		m := weighted.FindStringSubmatch(text)
		if m == nil {
			return d, errors.New("a turn does not begin with a weight such as 1.0")
		}
		if weight, err := strconv.ParseFloat(m[1], 64); text == response && err == nil && weight == 0 {
			return dialog.Dialogue{}, nil
		}
		d.Turns = append(d.Turns, dialog.Turn{Text: strings.TrimSuffix(strings.TrimSpace(m[2]), " EOS")})
	}
	return d, source.Spoken(d.Turns)
}
