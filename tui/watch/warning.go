package watch

import (
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// A warning is what training warned of.
type warning struct {
	name string // of the collapse: kl, prior or context_only; "" for another warning
	text string // without the name
	step int
}

// warned reads the event of a warning, whose message begins with the name.
func warned(e dialog.Event) warning {
	w := warning{text: e.Message, step: e.Step}
	if len(e.Collapses) > 0 {
		w.name = e.Collapses[0]
		w.text = strings.TrimPrefix(w.text, w.name+" collapse: ")
	}
	return w
}

// isOver reports whether a validation shows that the collapse has ended.
func (w warning) isOver(validated dialog.Event) bool {
	return w.name != "" && !slices.Contains(validated.Collapses, w.name)
}
