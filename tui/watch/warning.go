package watch

import (
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// A warning is a collapse that training named.
type warning struct {
	name string // kl, prior or context_only, or another of one word; "" where there is none
	text string // without the name
	step int
}

// warned reads the event of a warning, whose message begins with the name.
func warned(e dialog.Event) warning {
	name, text, ok := strings.Cut(e.Message, " collapse: ")
	if !ok || strings.ContainsAny(name, " \t\n") {
		name, text = "", e.Message
	}
	return warning{name, text, e.Step}
}

// The thresholds of DESIGN 7 that a validation event can be held against.
const (
	collapsedKL            = 0.5 // nats per response
	collapsedResidualUnits = 1
	collapsedInformation   = 0.2 // nats per response
)

// isOver reports whether a later validation shows that the collapse has ended.
// What the event does not measure leaves the warning.
func (w warning) isOver(e dialog.Event) bool {
	switch w.name {
	case "kl":
		return e.KL >= collapsedKL || e.ResidualActiveUnits > collapsedResidualUnits
	case "context_only":
		return e.Information >= collapsedInformation || e.ActiveUnits == 0
	}
	return false
}
