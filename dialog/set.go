package dialog

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/cvae-go/cvae/dialog/tokenfile"
	"github.com/cvae-go/cvae/tokenize"
)

// A Window bounds what the model sees of a dialogue.
type Window struct {
	Turns    int // context turns kept, the latest; 0 in text mode
	Tokens   int // words kept of a context turn, </s> included
	Response int // words kept of a response, </s> included
	// Persona puts the persona of the response's speaker before the context
	// turns; see PersonaTurns. Its lines are not counted among Turns. The JSON of
	// a window without personas does not have the field, so that sets that were
	// made before there were any are found under their names.
	Persona bool `json:",omitempty"`
}

// kept is the most ids of a turn that any example shows.
func (w Window) kept() int { return max(1, w.Tokens, w.Response) - 1 }

// A Set is the examples of one split, encoded once: every turn is stored once
// and an example is a window on turns. It is immutable and safe for concurrent
// use until Close. What it holds in memory is 2 bytes for every 1000 examples;
// the rest is a file, mapped where the system can, or bytes in memory.
type Set struct {
	file   *tokenfile.File
	header setHeader
}

// Encode reads dialogues into a Set in memory; see SetWriter for larger ones.
func Encode(dialogues iter.Seq2[Dialogue, error], t tokenize.Tokenizer, w Window, l Labelling) (*Set, error) {
	var content bytes.Buffer
	s := NewSetWriter(&content, t, w, l)
	for d, err := range dialogues {
		if err != nil {
			return nil, err
		}
		if err := s.Add(d); err != nil {
			return nil, err
		}
	}
	if err := s.Finish(); err != nil {
		return nil, err
	}
	file, err := tokenfile.InMemory(content.Bytes())
	if err != nil {
		return nil, err
	}
	return NewSet(file, t.Size())
}

// NewSet takes what a SetWriter wrote; v is the number of token ids. The Set
// closes the file.
func NewSet(file *tokenfile.File, v int) (*Set, error) {
	s := &Set{file: file}
	if err := json.Unmarshal(file.Header(), &s.header); err != nil {
		return nil, fmt.Errorf("%w: %w", tokenfile.ErrDamaged, err)
	}
	if h := s.header; h.Version != setVersion || h.Vocabulary != v || h.Examples < 0 || len(h.Index) != (h.Examples+indexed-1)/indexed {
		return nil, tokenfile.ErrDamaged
	}
	return s, nil
}

// Close lets the file of the set go.
func (s *Set) Close() error { return s.file.Close() }

// Len is the number of examples.
func (s *Set) Len() int { return s.header.Examples }

// Skipped is the number of turns left out because no word was in them.
func (s *Set) Skipped() int { return s.header.Skipped }

// Example returns example i.
func (s *Set) Example(i int) Example {
	response := s.response(i, s.header.Window.Response-1)
	e := Example{Response: response.ids}
	for turn, n := response, response.context; n > 0; n-- {
		turn = s.turn(turn.at-int64(turn.back), s.header.Window.Tokens-1)
		same := uint8(0)
		if turn.speaker == response.speaker {
			same = 1
		}
		e.Context, e.Floor = append(e.Context, turn.ids), append(e.Floor, same)
	}
	for line, left := response, response.persona; left > 0; left = line.back {
		line = s.turn(line.at-int64(left), s.header.Window.Tokens-1)
		e.Context, e.Floor = append(e.Context, line.ids), append(e.Floor, 1)
	}
	slices.Reverse(e.Context)
	slices.Reverse(e.Floor)
	return e
}

// Labels are the ids that the Labelling gave the response of example i.
func (s *Set) Labels(i int) []int32 { return s.response(i, 0).labels }

// Length is the number of words the decoder predicts for example i.
func (s *Set) Length(i int) int { return min(s.response(i, 0).length, s.header.Window.Response-1) + 1 }

// Batch lays out the examples with the given numbers.
func (s *Set) Batch(examples []int, start bool) *Batch {
	list := make([]Example, len(examples))
	for i, e := range examples {
		list[i] = s.Example(e)
	}
	return NewBatch(list, start)
}

// response reads the turn that example i responds with.
func (s *Set) response(i, limit int) storedTurn {
	place := s.file.At(s.header.Index[i/indexed]+8*int64(i%indexed), 8)
	if len(place) < 8 {
		panic(tokenfile.ErrDamaged)
	}
	return s.turn(int64(binary.LittleEndian.Uint64(place)), limit)
}

// turn reads the turn at a place, and the first of its ids, at most limit.
func (s *Set) turn(at int64, limit int) storedTurn {
	for size := 256; ; size *= 4 {
		b := s.file.At(at, size)
		if t, ok := readTurn(b, limit, s.header.Window.personas()); ok {
			t.at = at
			return t
		}
		if len(b) < size {
			panic(tokenfile.ErrDamaged) // its checksum is right, so this is a fault of the writer
		}
	}
}
