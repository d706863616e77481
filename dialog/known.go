package dialog

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
