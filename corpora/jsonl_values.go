package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

// jsonTurn is a turn written as a string or as an object.
type jsonTurn dialog.Turn

// UnmarshalJSON reads either form.
func (t *jsonTurn) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil && string(b) != "null" {
		*t = jsonTurn{Text: text}
		return nil
	}
	var o struct {
		Text    *string         `json:"text"`
		Speaker string          `json:"speaker"`
		Labels  json.RawMessage `json:"labels"`
	}
	if err := json.Unmarshal(b, &o); err != nil || o.Text == nil {
		return errors.New(`a turn is neither a string nor an object with "text"`)
	}
	*t = jsonTurn{Text: *o.Text, Speaker: o.Speaker, Labels: jsonLabels(o.Labels)}
	return nil
}

// jsonLabels returns the string members of an object, nil when there are none:
// what else a corpus calls labels is not ours to judge.
func jsonLabels(b json.RawMessage) map[string]string {
	var members map[string]json.RawMessage
	if json.Unmarshal(b, &members) != nil {
		return nil
	}
	var labels map[string]string
	for name, raw := range members {
		var value *string
		if json.Unmarshal(raw, &value) == nil && value != nil {
			labels = withLabel(labels, name, *value)
		}
	}
	return labels
}

// WriteJSONL writes a dialogue as one line of the format jsonl, in the form
// with "turns". Reading it back gives the same speakers, texts and labels.
func WriteJSONL(w io.Writer, d dialog.Dialogue) error {
	type turn struct {
		Text    string            `json:"text"`
		Speaker string            `json:"speaker,omitempty"`
		Labels  map[string]string `json:"labels,omitempty"`
	}
	var o struct {
		Turns  []turn            `json:"turns"`
		Labels map[string]string `json:"labels,omitempty"`
	}
	o.Labels = d.Labels
	for _, t := range d.Turns {
		o.Turns = append(o.Turns, turn{t.Text, t.Speaker, t.Labels})
	}
	return writeJSON(w, d.ID, o)
}

// writeJSON writes the line that stands for a dialogue.
func writeJSON(w io.Writer, id string, o any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(o); err != nil {
		return fmt.Errorf("corpora: write dialogue %s: %w", fault.Shown(id), err)
	}
	return nil
}
