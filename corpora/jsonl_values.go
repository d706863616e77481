package corpora

import (
	"encoding/json"
	"errors"

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
		if json.Unmarshal(raw, &value) != nil || value == nil {
			continue
		}
		if labels == nil {
			labels = map[string]string{}
		}
		labels[name] = *value
	}
	return labels
}
