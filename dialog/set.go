package dialog

import (
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/tokenize"
)

// A Window bounds what the model sees of a dialogue.
type Window struct {
	Turns    int // context turns kept, the latest; 0 in text mode
	Tokens   int // words kept of a context turn, </s> included
	Response int // words kept of a response, </s> included
}

// A Set is the examples of one split, encoded once: every turn's ids are
// stored once and an example is a window on them. It is immutable and safe for
// concurrent use.
type Set struct {
	window   Window
	ids      []int32
	first    []int64  // first[i]:first[i+1] are turn i's ids
	speaker  []uint32 // of each turn, a number
	label    []uint32 // of each turn, its place in labels
	labels   []map[string]string
	examples []window
	skipped  int
}

// window is one example: the turns [context, response).
type window struct{ context, response int32 }

// Encode reads dialogues into a Set. With w.Turns = 0 every turn is an example
// with an empty context; otherwise every turn but a dialogue's first is one.
// Turns without a word are left out and counted by Skipped.
func Encode(dialogues iter.Seq2[Dialogue, error], t tokenize.Tokenizer, w Window) (*Set, error) {
	e := encoder{
		Set:      &Set{window: w, first: []int64{0}, labels: []map[string]string{nil}},
		speakers: map[string]uint32{}, places: map[string]uint32{"map[]": 0},
	}
	for d, err := range dialogues {
		if err != nil {
			return nil, err
		}
		if err := e.add(d, t); err != nil {
			return nil, err
		}
	}
	return e.Set, nil
}

// An encoder numbers the speakers and the labels of the Set it fills.
type encoder struct {
	*Set
	speakers map[string]uint32
	places   map[string]uint32 // of labels, by what fmt prints of them
}

func (s encoder) add(d Dialogue, t tokenize.Tokenizer) error {
	start := len(s.speaker)
	for _, turn := range d.Turns {
		ids, err := t.Encode(turn.Text)
		if err != nil {
			return fmt.Errorf("encoding dialogue %s: %w", d.ID, err)
		}
		if len(ids) == 0 {
			s.skipped++
			continue
		}
		i := len(s.speaker)
		s.ids = append(s.ids, ids...)
		s.first = append(s.first, int64(len(s.ids)))
		s.speaker = append(s.speaker, s.speakerNumber(turn.Speaker))
		s.label = append(s.label, s.place(turn.Labels))
		switch {
		case s.window.Turns == 0:
			s.examples = append(s.examples, window{int32(i), int32(i)})
		case i > start:
			s.examples = append(s.examples, window{int32(max(start, i-s.window.Turns)), int32(i)})
		}
	}
	return nil
}

func (s encoder) speakerNumber(name string) uint32 {
	n, ok := s.speakers[name]
	if !ok {
		n = uint32(len(s.speakers))
		s.speakers[name] = n
	}
	return n
}

func (s encoder) place(labels map[string]string) uint32 {
	key := fmt.Sprintf("%q", labels) // fmt sorts the keys
	n, ok := s.places[key]
	if !ok {
		n = uint32(len(s.labels))
		s.places[key] = n
		s.labels = append(s.labels, labels)
	}
	return n
}

// Len is the number of examples.
func (s *Set) Len() int { return len(s.examples) }

// Skipped is the number of turns left out because no word was in them.
func (s *Set) Skipped() int { return s.skipped }

// Example returns example i. Its slices are shared and must not be changed.
func (s *Set) Example(i int) Example {
	w := s.examples[i]
	e := Example{Response: s.turn(w.response, s.window.Response-1)}
	for turn := w.context; turn < w.response; turn++ {
		e.Context = append(e.Context, s.turn(turn, s.window.Tokens-1))
		same := uint8(0)
		if s.speaker[turn] == s.speaker[w.response] {
			same = 1
		}
		e.Floor = append(e.Floor, same)
	}
	return e
}

// Labels are what the corpus says about the response of example i.
func (s *Set) Labels(i int) map[string]string { return s.labels[s.label[s.examples[i].response]] }

// turn returns the first ids of a turn, at most limit of them.
func (s *Set) turn(i int32, limit int) []int32 {
	lo, hi := s.first[i], s.first[i+1]
	return s.ids[lo:min(hi, lo+int64(limit))]
}

// Length is the number of words the decoder predicts for example i.
func (s *Set) Length(i int) int {
	r := s.examples[i].response
	return min(int(s.first[r+1]-s.first[r]), s.window.Response-1) + 1
}

// Batch lays out the examples with the given numbers.
func (s *Set) Batch(examples []int, start bool) *Batch {
	list := make([]Example, len(examples))
	for i, e := range examples {
		list[i] = s.Example(e)
	}
	return NewBatch(list, start)
}
