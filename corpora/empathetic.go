package corpora

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/csv"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format empathetic reads EmpatheticDialogues (Rashkin et al. 2019, "Towards
// Empathetic Open-domain Conversation Models") in two forms. The original has
// a row for each utterance, with _comma_ for a comma and quotes that are
// letters:
//
//	conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags
//
// and the other a file for each emotion, by which it is named (Welivita and Pu
// 2020, "A Taxonomy of Empathetic Response Intents"):
//
//	Dialog_ID,Type,Actor,Text
//
// Dialogues have Labels["emotion"], the feeling, and Labels["situation"], what
// it is about.

const (
	empatheticHeader = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance"
	emotionsHeader   = "Dialog_ID,Type,Actor,Text"
)

// empatheticFile returns the file that shows the format; empty: there is none.
func empatheticFile(s site.Site) string {
	if file := s.Sample("csv"); begins(file, empatheticHeader) {
		return file
	}
	if file := s.SampleShard(emotionPlace); isEmotions(file) {
		return file
	}
	return ""
}

// begins tells whether the first line of a file begins so.
func begins(path, text string) bool {
	if path == "" {
		return false
	}
	first := textfile.Head(path)
	return len(first) > 0 && strings.HasPrefix(first[0], text)
}

func isEmotions(path string) bool { return begins(path, emotionsHeader) }

var emotionPlace = matching(`^[^/]*\.csv$`)

func empatheticParts(s site.Site) ([]part, error) {
	if isEmotions(s.SampleShard(emotionPlace)) {
		return shardParts("empathetic", s, emotionPlace, readEmotions)
	}
	return lineParts("empathetic", s, readEmpathetic, "csv")
}

func readEmpathetic(path string) source.Dialogues {
	return withTurns(source.Blocks(path, empatheticGrammar))
}

// withTurns leaves out dialogues without turns, such as headers.
func withTurns(s source.Dialogues) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range s {
			if (err != nil || len(d.Turns) > 0) && !yield(d, err) {
				return
			}
		}
	}
}

var empatheticGrammar = source.Grammar{First: otherID, Parse: parseEmpathetic}

func otherID(before, text string) bool {
	a, _, _ := strings.Cut(before, ",")
	b, _, _ := strings.Cut(text, ",")
	return a != b
}

func parseEmpathetic(lines []textfile.Line) (dialog.Dialogue, error) {
	var d dialog.Dialogue
	for _, l := range lines {
		if l.Number == 1 && strings.HasPrefix(l.Text, empatheticHeader) {
			continue
		}
		t, labels, err := parseEmpatheticRow(l.Text)
		if err != nil {
			return d, fault.At("", l.Number, err.Error())
		}
		d.Turns, d.Labels = append(d.Turns, t), labels
	}
	return d, nil
}

// parseEmpatheticRow returns an utterance and the labels of its dialogue. The
// one who feels speaks first.
func parseEmpatheticRow(text string) (t dialog.Turn, labels map[string]string, err error) {
	const least = 8 // a ninth column has candidates
	c := strings.Split(text, ",")
	if len(c) < least {
		return t, nil, fmt.Errorf("the row has %d columns, not %d", len(c), least)
	}
	number, err := strconv.Atoi(c[1])
	if err != nil || number < 1 {
		return t, nil, fmt.Errorf("the utterance_idx %s is not a number from 1", fault.Excerpt(c[1]))
	}
	for i := range c {
		c[i] = strings.TrimSpace(strings.ReplaceAll(c[i], "_comma_", ","))
	}
	t = dialog.Turn{Speaker: [2]string{"listener", "speaker"}[number%2], Text: c[5]}
	if t.Text == "" {
		return t, nil, errors.New("the utterance is empty")
	}
	return t, labelsOf("emotion", c[2], "situation", c[3]), nil
}

// readEmotions reads a file whose name is the emotion. A fifth column is passed over.
func readEmotions(file string) source.Dialogues {
	emotion := strings.TrimSuffix(baseOf(file), ".csv")
	return withTurns(source.Blocks(file, source.Grammar{
		First: otherID,
		Parse: func(lines []textfile.Line) (dialog.Dialogue, error) { return parseEmotions(lines, emotion) },
	}))
}

func parseEmotions(lines []textfile.Line, emotion string) (d dialog.Dialogue, err error) {
	situation := ""
	for _, l := range lines {
		if l.Number == 1 && strings.HasPrefix(l.Text, emotionsHeader) {
			continue
		}
		c, err := csv.Fields(l.Text, ',')
		switch {
		case err != nil:
		case len(c) != 4 && len(c) != 5:
			err = fmt.Errorf("the row has %d columns, not 4", len(c))
		case c[1] == "situation":
			situation = strings.TrimSpace(c[3])
		case strings.TrimSpace(c[3]) == "":
			err = errors.New("the utterance is empty")
		default:
			d.Turns = append(d.Turns, dialog.Turn{Speaker: c[2], Text: strings.TrimSpace(c[3])})
		}
		if err != nil {
			return d, fault.At("", l.Number, err.Error())
		}
	}
	d.Labels = labelsOf("emotion", emotion, "situation", situation)
	return d, nil
}
