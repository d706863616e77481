package dialog

import (
	"maps"
	"slices"
)

// None is the id of a label without a value, or with one that the model does
// not know.
const None int32 = 0

// known begins the names of the labels that WithKnown adds.
const known = "known "

// Known is the value of a label that is known of turn i before it is spoken:
// that of the dialogue or else of the turn before; empty: none. What the corpus
// says of turn i itself is not known.
func (d Dialogue) Known(i int, name string) string {
	if value := d.Labels[name]; value != "" || i == 0 {
		return value
	}
	return d.Turns[i-1].Labels[name]
}

// WithKnown is the dialogue with what is known of each turn before it is spoken
// kept among the labels of the turn, where KnownOf finds it. Without names it
// is the dialogue as it is.
func (d Dialogue) WithKnown(names []string) Dialogue {
	if len(names) == 0 {
		return d
	}
	turns := slices.Clone(d.Turns) // a corpus may share its turns
	for i, turn := range d.Turns {
		labels := map[string]string{}
		maps.Copy(labels, turn.Labels)
		for _, name := range names {
			if value := d.Known(i, name); value != "" {
				labels[known+name] = value
			}
		}
		turns[i].Labels = labels
	}
	d.Turns = turns
	return d
}

// KnownOf is the value of a label in the labels of a turn of a dialogue
// WithKnown; empty: none.
func KnownOf(labels map[string]string, name string) string { return labels[known+name] }
