// Package dialog holds what everything that talks agrees on: turns and
// dialogues, the examples and batches made of them, and the interface that
// answers.
package dialog

// A Turn is one utterance of a dialogue.
type Turn struct {
	// Speaker tells who speaks; turns with equal Speaker share the floor.
	Speaker string
	Text    string
	// Labels holds what the corpus says about the turn, such as act,
	// emotion or topic. Nil where the corpus says nothing.
	Labels map[string]string
}

// A Dialogue is the turns of one conversation in order. A corpus of
// sentences is a corpus of one-turn dialogues.
type Dialogue struct {
	// ID names the dialogue inside its corpus, for messages and splits.
	ID     string
	Turns  []Turn
	Labels map[string]string
}

// The labels of a dialogue that describe its speakers, a sentence a line.
const (
	// PersonaLabel describes the speaker of the last turn: who has the last word
	// is the agent whose responses a corpus with personas teaches.
	PersonaLabel = "persona"
	// PartnerLabel describes who else speaks.
	PartnerLabel = "partner_persona"
)

// Persona is what the dialogue says of the speaker of turn i; empty: nothing.
func (d Dialogue) Persona(i int) string {
	if d.Turns[i].Speaker == d.Turns[len(d.Turns)-1].Speaker {
		return d.Labels[PersonaLabel]
	}
	return d.Labels[PartnerLabel]
}

// A Split is a part of a corpus.
type Split string

// The splits of a corpus.
const (
	Train Split = "train"
	Valid Split = "valid"
	Test  Split = "test"
)

// Splits lists the splits in their customary order.
var Splits = [3]Split{Train, Valid, Test}

// None is the id of a label without a value, or with one that the model does
// not know.
const None int32 = 0

// Known is the value of a label that is known of turn i before it is spoken:
// that of the dialogue or else of the turn before; empty: none. What the corpus
// says of turn i itself is not known.
func (d Dialogue) Known(i int, name string) string {
	if value := d.Labels[name]; value != "" || i == 0 {
		return value
	}
	return d.Turns[i-1].Labels[name]
}

// A Labelling returns the ids that a Set keeps of turn i of a dialogue, as many
// for every turn and none negative. A Set made without one keeps none.
type Labelling func(d Dialogue, i int) []int32
