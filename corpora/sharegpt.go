package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// shareGPTFormat reads a JSON array, or JSON Lines, of conversations in the
// form of ShareGPT:
//
//	{"id": "…", "conversations": [{"from": "human", "value": "…"}, …]}
//
// "from" is the speaker; what a speaker "system" says becomes Labels["system"]
// of the dialogue. Other members are passed over. An array is read one
// conversation at a time.
func shareGPTFormat() Format {
	return Format{
		Name:    "sharegpt",
		Title:   `ShareGPT: JSON, or JSON Lines, of "conversations" with "from" and "value"`,
		Layout:  "one file; or a folder with train.json valid.json test.json, or .jsonl",
		Licence: yours,
		Turns:   dialogues,
		match:   matchShareGPT,
		parts: func(s site) ([]part, error) {
			return lineParts("sharegpt", s, readShareGPT, "json", "jsonl")
		},
	}
}

// matchShareGPT looks for one conversation that it reads among the first.
func matchShareGPT(s site) string {
	file := s.path
	if s.dir {
		if file = s.aFile("json", "jsonl"); file == "" {
			return ""
		}
	}
	first := head(file)
	if isArray(file) {
		first = headElements(file)
	}
	for _, text := range first {
		if d, err := parseShareGPT(text); err == nil && len(d.Turns) > 0 {
			return baseName(file) + ` holds JSON objects with "conversations"`
		}
	}
	return ""
}

// isArray tells whether the first character of a file opens a JSON array.
func isArray(path string) bool {
	f, err := openHead(path)
	if err != nil {
		return false
	}
	defer f.Close()
	for {
		c, err := f.ReadByte()
		if err != nil || !isSpace(c) {
			return err == nil && c == '['
		}
	}
}

// headElements are the first elements of an array.
func headElements(path string) []string { return headPieces(path, elements) }

// headPieces are the first of the pieces that cut makes of a file.
func headPieces(path string, cut pieces) []string {
	f, err := openHead(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	var first []string
	for e, err := range cut(f, path) {
		if err == nil {
			first = append(first, e.text)
		}
		if len(first) == headLines || err != nil && e.number == 0 {
			break
		}
	}
	return first
}

func readShareGPT(path string) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		read := eachLine(path, parseShareGPTLine)
		if isArray(path) {
			read = eachElement(path, parseShareGPT)
		}
		read(yield)
	}
}

// parseShareGPTLine is parseShareGPT for JSON Lines, where blank lines are
// passed over.
func parseShareGPTLine(text string) (dialog.Dialogue, error) {
	if strings.TrimSpace(text) == "" {
		return dialog.Dialogue{}, nil
	}
	return parseShareGPT(text)
}

// shareGPTObject is one conversation.
type shareGPTObject struct {
	Conversations []shareGPTTurn `json:"conversations"`
}

type shareGPTTurn struct {
	From  string  `json:"from"`
	Value *string `json:"value"`
}

func parseShareGPT(text string) (dialog.Dialogue, error) {
	var o shareGPTObject
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return dialog.Dialogue{}, jsonProblem(err)
	}
	if o.Conversations == nil {
		return dialog.Dialogue{}, errors.New(`the object has no "conversations"`)
	}
	var d dialog.Dialogue
	for i, t := range o.Conversations {
		switch {
		case t.Value == nil:
			return d, fmt.Errorf(`turn %d has no text in "value"`, i+1)
		case t.From == system:
			addSystem(&d, *t.Value)
		default:
			d.Turns = append(d.Turns, dialog.Turn{Speaker: t.From, Text: *t.Value})
		}
	}
	return d, spoken(d.Turns)
}
