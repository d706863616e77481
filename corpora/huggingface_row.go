package corpora

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// The columns of a row, and the members of a struct, that are read: of each
// list the first that is there.
var (
	turnColumns  = []string{"dialog", "dialogue", "utterances", "messages", "conversations", "conversation", "turns"}
	textNames    = []string{"content", "value", "utterance", "text"}
	speakerNames = []string{"role", "from", "speaker"}
	turnLabels   = map[string][]string{"act": {"act", "acts"}, "emotion": {"emotion", "emotions"}}
	wholeLabels  = []string{"topic", "emotion", "persona", "lang"}
)

// hubDialogue makes a dialogue of a row, whose values are strings, numbers,
// lists ([]any) and structs (map[string]any).
func hubDialogue(row map[string]any) (dialog.Dialogue, error) {
	turns, found := turnList(first(row, turnColumns))
	if !found {
		return dialog.Dialogue{}, errors.New("the row has no list in a column " + strings.Join(turnColumns, ", "))
	}
	d, err := hubTurns(turns)
	if err != nil {
		return d, err
	}
	if names := values(row["speakers"]); len(names) == len(d.Turns) {
		for i := range d.Turns {
			d.Turns[i].Speaker = names[i]
		}
	}
	label(d.Turns, hubLabels(row))
	for _, name := range wholeLabels {
		if value, ok := valueOf(row[name]); ok && strings.TrimSpace(value) != "" {
			d.Labels = withLabel(d.Labels, name, value)
		}
	}
	return d, spoken(d.Turns)
}

func hubTurns(turns []any) (d dialog.Dialogue, err error) {
	size := 0
	for i, t := range turns {
		text, speaker := t, any(nil)
		if members, ok := t.(map[string]any); ok {
			text, speaker = first(members, textNames), first(members, speakerNames)
		}
		said, ok := textOf(text)
		name, _ := valueOf(speaker)
		switch size += len(said); {
		case !ok:
			return d, fmt.Errorf("turn %d has no text in UTF-8", i+1)
		case size > textfile.MaxLine:
			return d, errors.New("the dialogue is longer than 1 MiB")
		case name == system:
			addSystem(&d, said)
		default:
			d.Turns = append(d.Turns, dialog.Turn{Speaker: name, Text: said})
		}
	}
	return d, nil
}

func hubLabels(row map[string]any) map[string][]string {
	labels := map[string][]string{}
	for kind, columns := range turnLabels {
		if all := values(first(row, columns)); len(all) > 0 {
			labels[kind] = all
		}
	}
	return labels
}

func first(row map[string]any, names []string) any {
	for _, name := range names {
		if row[name] != nil {
			return row[name]
		}
	}
	return nil
}

// turnList returns the elements of a list, or the structs that a struct of lists
// stands for.
func turnList(value any) ([]any, bool) {
	switch v := value.(type) {
	case []any:
		return v, true
	case map[string]any:
		texts, ok := first(v, textNames).([]any)
		speakers, _ := first(v, speakerNames).([]any)
		all := make([]any, len(texts))
		for i := range texts {
			one := map[string]any{textNames[0]: texts[i]}
			if len(speakers) == len(texts) {
				one[speakerNames[0]] = speakers[i]
			}
			all[i] = one
		}
		return all, ok
	}
	return nil, false
}

// values are those of a list of strings or numbers, nil when it is none.
func values(list any) []string {
	elements, _ := list.([]any)
	all := make([]string, len(elements))
	for i, e := range elements {
		var ok bool
		if all[i], ok = valueOf(e); !ok {
			return nil
		}
	}
	return all
}

// textOf returns a value that is a string.
func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, utf8.ValidString(v)
	case []byte:
		return string(v), utf8.Valid(v)
	}
	return "", false
}

// valueOf is textOf for strings and numbers.
func valueOf(value any) (string, bool) {
	switch v := value.(type) {
	case int32:
		return strconv.Itoa(int(v)), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return textOf(value)
}
