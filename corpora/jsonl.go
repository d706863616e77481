package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// jsonlFormat reads JSON Lines, an object a line in one of three forms:
//
//	{"context": [TURN, …], "response": TURN}
//	{"turns": [TURN, …]}
//	{"messages": [{"role": "user", "content": "…"}, …]}
//
// where TURN is a string or {"text": "…", "speaker": "…", "labels": {…}}; an
// object may have "labels" of its own. A turn without a speaker is spoken by
// another than the turn before it. A system message becomes
// Labels["system"] of the dialogue.
func jsonlFormat() Format {
	return Format{
		Name:   "jsonl",
		Title:  "JSON Lines: context and response, turns, or chat messages",
		Layout: "one file; or a folder with train.jsonl valid.jsonl test.jsonl",
		exts:   []string{"jsonl"},
		read:   readJSONL,
		sample: fileOr("jsonl"),
		is:     func(file string) bool { return slices.ContainsFunc(textfile.Head(file), isJSONL) },
		shows:  "holds JSON objects with turns",
	}
}

// isJSONL tells whether a line is in a form that is read, since other corpora
// are JSON Lines too.
func isJSONL(text string) bool {
	var o jsonObject
	return json.Unmarshal([]byte(text), &o) == nil && o.form() == nil
}

func readJSONL(path string) source.Dialogues { return source.Pieces(path, textfile.UTF8, parseJSONL) }

// jsonObject is one line.
type jsonObject struct {
	Context  []jsonTurn      `json:"context"`
	Response *jsonTurn       `json:"response"`
	Turns    []jsonTurn      `json:"turns"`
	Messages []jsonMessage   `json:"messages"`
	Labels   json.RawMessage `json:"labels"`
}

type jsonMessage struct {
	Role    string  `json:"role"`
	Content *string `json:"content"`
}

func (o jsonObject) form() error {
	forms := 0
	for _, has := range []bool{o.Context != nil || o.Response != nil, o.Turns != nil, o.Messages != nil} {
		if has {
			forms++
		}
	}
	switch {
	case forms == 0:
		return errors.New(`the object has neither "context" and "response" nor "turns" nor "messages"`)
	case forms > 1:
		return errors.New(`the object mixes "context" and "response", "turns" and "messages"`)
	case o.Context != nil && o.Response == nil:
		return errors.New(`the object has a "context" and no "response"`)
	}
	return nil
}

func parseJSONL(text string) (dialog.Dialogue, error) {
	if strings.TrimSpace(text) == "" {
		return dialog.Dialogue{}, errors.New("the line is blank")
	}
	var o jsonObject
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return dialog.Dialogue{}, jsontext.Problem(err)
	}
	if err := o.form(); err != nil {
		return dialog.Dialogue{}, err
	}
	d, err := o.dialogue()
	if err != nil {
		return dialog.Dialogue{}, err
	}
	return d, spoken(d.Turns)
}

func (o jsonObject) dialogue() (dialog.Dialogue, error) {
	d := dialog.Dialogue{Labels: jsonLabels(o.Labels)}
	turns := append(o.Context, o.Turns...)
	if o.Response != nil {
		turns = append(turns, *o.Response)
	}
	for _, t := range turns {
		d.Turns = append(d.Turns, dialog.Turn(t))
	}
	for i, m := range o.Messages {
		switch {
		case m.Content == nil:
			return d, fmt.Errorf("message %d has no text in \"content\"", i+1)
		case m.Role == system:
			addSystem(&d, *m.Content)
		default:
			d.Turns = append(d.Turns, dialog.Turn{Speaker: m.Role, Text: *m.Content})
		}
	}
	return d, nil
}

// system is the role of messages that no speaker says, and the label of the
// dialogue that keeps them.
const system = "system"

func addSystem(d *dialog.Dialogue, text string) {
	d.Labels = withLabel(d.Labels, system, strings.TrimSpace(d.Labels[system]+"\n"+text))
}

// spoken trims the turns, refuses empty ones and names missing speakers.
func spoken(turns []dialog.Turn) error {
	if len(turns) == 0 {
		return errors.New("the dialogue is empty")
	}
	before := ""
	for i := range turns {
		t := &turns[i]
		if t.Text = strings.TrimSpace(t.Text); t.Text == "" {
			return fmt.Errorf("turn %d is empty", i+1)
		}
		if t.Speaker == "" {
			t.Speaker = source.Speaker(0)
			if before == source.Speaker(0) {
				t.Speaker = source.Speaker(1)
			}
		}
		before = t.Speaker
	}
	return nil
}
