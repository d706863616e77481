package corpora

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

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

// SaveJSONL writes dialogues to a file of the format jsonl, which Open reads. It replaces
// none that is there.
func SaveJSONL(path string, dialogues []dialog.Dialogue) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("corpora: saving dialogues: %w", err)
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	b := bufio.NewWriter(f)
	for _, d := range dialogues {
		if err := WriteJSONL(b, d); err != nil {
			return err
		}
	}
	return b.Flush()
}
