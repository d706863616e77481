package cvae

import (
	"fmt"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/dialog"
)

// Conditioning is what the model is told of a response besides its context, as in
// the knowledge-guided CVAE (Zhao, Zhao and Eskenazi 2017).
type Conditioning struct {
	// Labels names labels of dialogues, such as a topic, and of turns, such as
	// an act. An embedding of each stands in c: of the dialogue's, or else of
	// that of the turn before the response.
	Labels []string `yaml:"labels,flow"`
	// Embedding is the numbers of an embedding. 0: 30, as in the paper's code.
	Embedding int `yaml:"embedding"`
	// ActHead predicts the act of the response from c and z. The decoder starts
	// from the act too: in training from the true one, else from the prediction.
	ActHead bool `yaml:"act_head"`
	// Act names the label of turns that ActHead predicts. Empty: act.
	Act string `yaml:"act"`
}

// On reports whether there is anything to be told.
func (c Conditioning) On() bool { return len(c.Labels) > 0 || c.ActHead }

// Complete fills in the defaults of what is on.
func (c Conditioning) Complete() Conditioning {
	if len(c.Labels) == 0 {
		c.Labels = nil // an empty list and none are one configuration
	}
	if c.On() && c.Embedding == 0 {
		c.Embedding = 30
	}
	if c.ActHead && c.Act == "" {
		c.Act = "act"
	}
	return c
}

func (c Conditioning) validate(mode Mode) error {
	if !c.On() {
		return nil
	}
	if mode == Text {
		return setting.Refuse("condition.labels", "and condition.act_head condition responses on what is known of their dialogue, and mode text has none; leave them out")
	}
	for i, name := range c.Labels {
		if name == "" || slices.Contains(c.Labels[:i], name) {
			return setting.Refuse("condition.labels", "is %q; every label needs a name, and is named once", c.Labels)
		}
	}
	if c.Embedding < 0 || c.Embedding > 1<<14 {
		return setting.Refuse("condition.embedding", "is %d; it must be from 1 to %d, or 0 for 30", c.Embedding, 1<<14)
	}
	return nil
}

// Labels are the values of labels, by name, sorted. Value i has id i+1;
// dialog.None is no value, or another.
type Labels map[string][]string

// Check refuses values that are not in order, the condition names a label
// without values, or there are labels that it does not name.
func (l Labels) Check(c Conditioning) error {
	names := slices.Clone(c.Labels)
	if c.ActHead && !slices.Contains(names, c.Act) {
		names = append(names, c.Act)
	}
	for _, name := range names {
		if len(l[name]) == 0 {
			return fmt.Errorf("there are no values of the label %q", name)
		}
	}
	for name, values := range l {
		if !slices.Contains(names, name) {
			return fmt.Errorf("there are values of a label %q, which the model is not told", name)
		}
		for i, value := range values {
			if value == "" || i > 0 && values[i-1] >= value {
				return fmt.Errorf("value %d of the label %q, %q, is not in order", i+1, name, value)
			}
		}
	}
	return nil
}

// id is that of a value.
func (l Labels) id(name, value string) int32 {
	if i, ok := slices.BinarySearch(l[name], value); ok {
		return int32(i + 1)
	}
	return dialog.None
}

// ids are those of the values of several labels.
func (l Labels) ids(names []string, value func(name string) string) []int32 {
	ids := make([]int32, 0, len(names)+1)
	for _, name := range names {
		ids = append(ids, l.id(name, value(name)))
	}
	return ids
}

// makeLabels makes the embeddings in c. Those of None are 0 until training meets
// it, so that a reply without a label is told nothing.
func (m *Model[T]) makeLabels() {
	c := m.Config.Condition
	if len(c.Labels) == 0 {
		return
	}
	m.labels = &op.Labels[T]{}
	for _, name := range c.Labels {
		w := m.maker(nn.Generative).Words("label."+name, 1+len(m.Parts.Labels[name]), c.Embedding)
		clear(w.Row(w.Value, dialog.None))
		m.labels.Embeddings = append(m.labels.Embeddings, w)
	}
}

// makeAct makes the head that predicts the act, as many hidden units as those of
// the bag-of-words layer, which reads the same. Unlike in the paper the
// recognition network is not told the act: it reads it off the response, so that
// responses are encoded alike with and without one.
func (m *Model[T]) makeAct() {
	c := m.Config.Condition
	if !c.ActHead {
		return
	}
	make, hidden, acts := m.maker(nn.Generative), m.Config.Decoder.BagOfWords, len(m.Parts.Labels[c.Act])
	m.act = &op.Act[T]{
		Hidden:    make.Affine("act.hidden", hidden, true, true, m.beginningWidths()...),
		Logits:    make.Affine("act.logits", acts, true, false, hidden),
		Embedding: make.Words("act.embedding", acts, c.Embedding),
	}
}

// contextWidth is the number of columns of c.
func (m *Model[T]) contextWidth() int {
	if m.labels == nil {
		return m.Config.Context.Hidden
	}
	return m.Config.Context.Hidden + m.labels.Width()
}

// Labelling gives responses the ids that Model.Batch reads: those of Labels, as
// they are known before the response, and with ActHead that of its act. Nil where
// nothing is on.
func (c Conditioning) Labelling(l Labels) dialog.Labelling {
	if !c.On() {
		return nil
	}
	return func(d dialog.Dialogue, i int) []int32 {
		ids := l.ids(c.Labels, func(name string) string { return d.Known(i, name) })
		if c.ActHead {
			ids = append(ids, l.id(c.Act, d.Turns[i].Labels[c.Act]))
		}
		return ids
	}
}

// Batch lays examples of a set out for this model. The set was made with the
// Labelling of its conditioning.
func (m *Model[T]) Batch(s *dialog.Set, examples []int) *dialog.Batch {
	b, known := s.Batch(examples, m.Config.Encoder.Start), len(m.Config.Condition.Labels)
	if !m.Config.Condition.On() {
		return b
	}
	for _, e := range examples {
		ids := s.Labels(e)
		if m.labels != nil {
			b.Labels = append(b.Labels, ids[:known])
		}
		if m.act != nil {
			b.Acts = append(b.Acts, ids[known])
		}
	}
	return b
}

// Tell labels every example of a batch with what is known of its response.
// Labels that the model is not told are passed over.
func (m *Model[T]) Tell(b *dialog.Batch, labels map[string]string) {
	if m.labels == nil {
		return
	}
	for range b.Size() {
		b.Labels = append(b.Labels, m.Parts.Labels.ids(m.Config.Condition.Labels, func(name string) string { return labels[name] }))
	}
}
