package corpora

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format switchboard reads the Switchboard Dialogue Act Corpus in two forms:
// one file a conversation with lines
//
//	A|How do you feel about that?|qo
//
// in folders train, val and test, and the JSON Lines of Zhao et al. 2017
// ("Learning Discourse-level Diversity for Neural Dialog Models using
// Conditional Variational Autoencoders"):
//
//	{"topic": "…", "utts": [["A", "how do you feel", ["open-question", […]]], …]}
//
// Turns have Labels["act"], dialogues of the second form Labels["topic"].
// Cleaning left some utterances without words; they are passed over.

func switchboardParts(s site.Site) ([]part, error) {
	if isShape("switchboard")(s.Sample("jsonl")) {
		return lineParts("switchboard", s, readUtts, "jsonl")
	}
	return shardParts("switchboard", s, switchboardPlace(s), blocks(switchboardGrammar))
}

func matchSwitchboard(s site.Site) string {
	if file := s.Sample("jsonl"); isShape("switchboard")(file) {
		return fault.BaseName(file) + ` holds JSON objects with "utts"`
	}
	file := s.SampleShard(switchboardPlace(s))
	if file == "" || !switchboardName.MatchString(baseOf(file)) || !most(textfile.Head(file), isBarred) {
		return ""
	}
	return fault.BaseName(file) + " holds SPEAKER|text|act lines"
}

var switchboardName = regexp.MustCompile(`^(sw_?)?[0-9]+\.txt$`)

// switchboardPlace tells the split of train/2005.txt and the like. Where there
// is a folder val, a folder dev beside it repeats some of train.
func switchboardPlace(s site.Site) site.Place {
	repeats := slices.ContainsFunc(s.Files, func(name string) bool { return path.Base(path.Dir(name)) == "val" })
	return func(name string) (dialog.Split, bool) {
		folder, base := path.Split(name)
		last := path.Base(folder)
		split, _ := site.SplitNamed(last)
		return split, switchboardName.MatchString(textfile.Bare(base)) && !(repeats && last == "dev")
	}
}

func isBarred(text string) bool {
	_, err := parseBarred(text)
	return err == nil
}

// parseBarred parses SPEAKER|text|act. The text may have a | of its own.
func parseBarred(text string) (dialog.Turn, error) {
	speaker, rest, _ := strings.Cut(text, "|")
	last := strings.LastIndexByte(rest, '|')
	if speaker = strings.TrimSpace(speaker); last < 0 || speaker == "" {
		return dialog.Turn{}, errors.New("the line is not SPEAKER|text|act")
	}
	act := labelsOf("act", strings.TrimSpace(rest[last+1:]))
	return dialog.Turn{Speaker: speaker, Text: strings.TrimSpace(rest[:last]), Labels: act}, nil
}

var switchboardGrammar = source.Grammar{
	Parse: func(lines []textfile.Line) (dialog.Dialogue, error) {
		var d dialog.Dialogue
		for _, l := range lines {
			t, err := parseBarred(l.Text)
			if err != nil {
				return d, fault.At("", l.Number, err.Error())
			}
			if t.Text != "" {
				d.Turns = append(d.Turns, t)
			}
		}
		if len(d.Turns) == 0 {
			return d, errors.New("the conversation that begins here has no words")
		}
		return d, nil
	},
}

// readUtts reads the form of Zhao et al., which puts quotes around topics.
func readUtts(path string) source.Dialogues {
	return reader{shapes: shapesOf("switchboard"), then: func(_ record.Record, d *dialog.Dialogue) {
		d.Labels = labelsOf("topic", strings.Trim(d.Labels["topic"], `" `))
	}}.read(path)
}
