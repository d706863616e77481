package corpora

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// empatheticFormat reads EmpatheticDialogues (Rashkin et al. 2019, "Towards
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
func empatheticFormat() Format {
	return Format{
		Name:    "empathetic",
		Title:   "EmpatheticDialogues, the original files or one for each emotion",
		Layout:  "a folder with train.csv valid.csv test.csv; or a folder with EMOTION.csv for each emotion; or one of them",
		Licence: "CC BY-NC",
		Turns:   dialogues,
		match: func(s site) string {
			if f := s.empatheticFile(); f != "" {
				return baseName(f) + " begins with the columns of EmpatheticDialogues"
			}
			return ""
		},
		parts: func(s site) ([]part, error) {
			if isEmotions(s.aShard(emotionPlace)) {
				return shardParts("empathetic", s, emotionPlace, readEmotions)
			}
			return lineParts("empathetic", s, readEmpathetic, "csv")
		},
	}
}

const (
	empatheticHeader = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance"
	emotionsHeader   = "Dialog_ID,Type,Actor,Text"
)

// empatheticFile returns the file that shows the format; empty: there is none.
func (s site) empatheticFile() string {
	if file := s.aFile("csv"); begins(file, empatheticHeader) {
		return file
	}
	if file := s.aShard(emotionPlace); isEmotions(file) {
		return file
	}
	return ""
}

// begins tells whether the first line of a file begins so.
func begins(path, text string) bool {
	if path == "" {
		return false
	}
	first := head(path)
	return len(first) > 0 && strings.HasPrefix(first[0], text)
}

func isEmotions(path string) bool { return begins(path, emotionsHeader) }

func emotionPlace(name string) (dialog.Split, bool) {
	return "", !strings.Contains(name, "/") && path.Ext(bare(name)) == ".csv"
}

func readEmpathetic(path string) source { return withTurns(eachBlock(path, empatheticGrammar)) }

// withTurns leaves out dialogues without turns, such as headers.
func withTurns(s source) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range s {
			if (err != nil || len(d.Turns) > 0) && !yield(d, err) {
				return
			}
		}
	}
}

var empatheticGrammar = grammar{first: otherID, last: func(string) bool { return false }, parse: parseEmpathetic}

// otherID tells whether two rows begin with different IDs.
func otherID(before, text string) bool {
	a, _, _ := strings.Cut(before, ",")
	b, _, _ := strings.Cut(text, ",")
	return a != b
}

func parseEmpathetic(lines []line) (dialog.Dialogue, *malformed) {
	var d dialog.Dialogue
	for _, l := range lines {
		if l.number == 1 && strings.HasPrefix(l.text, empatheticHeader) {
			continue
		}
		t, labels, err := parseEmpatheticRow(l.text)
		if err != nil {
			return d, &malformed{line: l.number, problem: err.Error()}
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
		return t, nil, fmt.Errorf("the utterance_idx %s is not a number from 1", excerpt(c[1]))
	}
	for i := range c {
		c[i] = strings.TrimSpace(strings.ReplaceAll(c[i], "_comma_", ","))
	}
	t = dialog.Turn{Speaker: [2]string{"listener", "speaker"}[number%2], Text: c[5]}
	if t.Text == "" {
		return t, nil, errors.New("the utterance is empty")
	}
	return t, feeling(c[2], c[3]), nil
}

// feeling are the labels of a dialogue, each when it is known.
func feeling(emotion, situation string) map[string]string {
	labels := map[string]string{}
	for name, value := range map[string]string{"emotion": emotion, "situation": situation} {
		if value != "" {
			labels[name] = value
		}
	}
	return labels
}

// readEmotions reads a file whose name is the emotion.
func readEmotions(file string) source {
	emotion := strings.TrimSuffix(baseOf(file), ".csv")
	return withTurns(eachBlock(file, grammar{
		first: otherID,
		last:  func(string) bool { return false },
		parse: func(lines []line) (dialog.Dialogue, *malformed) { return parseEmotions(lines, emotion) },
	}))
}

func parseEmotions(lines []line, emotion string) (d dialog.Dialogue, bad *malformed) {
	situation := ""
	for _, l := range lines {
		if l.number == 1 && strings.HasPrefix(l.text, emotionsHeader) {
			continue
		}
		c, err := fields(l.text)
		switch {
		case err != nil:
		case len(c) != 4:
			err = fmt.Errorf("the row has %d columns, not 4", len(c))
		case c[1] == "situation":
			situation = strings.TrimSpace(c[3])
		case strings.TrimSpace(c[3]) == "":
			err = errors.New("the utterance is empty")
		default:
			d.Turns = append(d.Turns, dialog.Turn{Speaker: c[2], Text: strings.TrimSpace(c[3])})
		}
		if err != nil {
			return d, &malformed{line: l.number, problem: err.Error()}
		}
	}
	d.Labels = feeling(emotion, situation)
	return d, nil
}
