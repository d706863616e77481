package corpora

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
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
		Name:   "sharegpt",
		Title:  `ShareGPT: JSON, or JSON Lines, of "conversations" with "from" and "value"`,
		Layout: "one file; or a folder with train.json valid.json test.json, or .jsonl",
		exts:   []string{"json", "jsonl"},
		read:   readShareGPT,
		sample: fileOr("json", "jsonl"),
		is:     isShareGPT,
		shows:  `holds JSON objects with "conversations"`,
	}
}

func isShareGPT(file string) bool {
	cut := textfile.UTF8
	if jsontext.IsArray(file) {
		cut = jsontext.Elements
	}
	return source.Any(file, cut, parseShareGPT)
}

func readShareGPT(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		read := source.Lines(path, parseShareGPT)
		if jsontext.IsArray(path) {
			read = source.Elements(path, parseShareGPT)
		}
		read(yield)
	}
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
		return dialog.Dialogue{}, jsontext.Problem(err)
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
