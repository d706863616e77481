package run

import (
	"bytes"

	"github.com/cvae-go/cvae/dialog"
)

// withPersona puts the persona of who responds before the context of an
// example, as training does. A run that is not told personas reads none.
func (r *Run) withPersona(e dialog.Example, persona string) (dialog.Example, error) {
	lines, err := r.Config.Model.Window().PersonaTurns(r.Tokenizer, persona)
	if err != nil {
		return e, err
	}
	e.Context = append(lines, e.Context...)
	e.Floor = append(bytes.Repeat([]byte{1}, len(lines)), e.Floor...)
	return e, nil
}
