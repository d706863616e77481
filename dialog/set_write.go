package dialog

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/cvae-go/cvae/dialog/tokenfile"
	"github.com/cvae-go/cvae/tokenize"
)

// setVersion is the one form of the file of a Set. Earlier ones had labels in
// JSON, and no version.
const setVersion = 2

// setHeader is the header of the file of a Set. The body is turns and blocks of
// the index: the places of the responses of `indexed` examples, uint64 each.
type setHeader struct {
	Version    int     `json:"version"`
	Window     Window  `json:"window"`
	Vocabulary int     `json:"vocabulary"`
	Examples   int     `json:"examples"`
	Skipped    int     `json:"skipped"`
	Index      []int64 `json:"index"` // where each block of the index stands
}

// indexed is how many examples share a block of the index. Blocks stand
// between turns, so that one pass writes the file, and only where they stand
// is kept in memory: 8 bytes for so many examples.
const indexed = 4096

// A SetWriter encodes dialogues for a Set, one at a time, in memory that does
// not grow with their number. With Window.Turns = 0 every turn is an example
// with an empty context; otherwise every turn but a dialogue's first is one.
// Turns without a word are left out and counted by Skipped. With Window.Persona
// an example shows what Dialogue.Persona says of its speaker, too.
type SetWriter struct {
	tokenizer tokenize.Tokenizer
	labelling Labelling
	out       *tokenfile.Writer
	header    setHeader
	block     []byte // of the index, not yet written
	record    []byte // scratch
}

// NewSetWriter begins a set on w. Without a Labelling it keeps no labels.
func NewSetWriter(w io.Writer, t tokenize.Tokenizer, window Window, l Labelling) *SetWriter {
	if l == nil {
		l = func(Dialogue, int) []int32 { return nil }
	}
	return &SetWriter{
		tokenizer: t, labelling: l, out: tokenfile.NewWriter(w),
		header: setHeader{Version: setVersion, Window: window, Vocabulary: t.Size(), Index: []int64{}},
	}
}

// Add encodes one dialogue.
func (s *SetWriter) Add(d Dialogue) error {
	speakers := map[string]uint64{}
	personas := map[string]int64{}
	before := int64(0)
	for n, i := 0, 0; i < len(d.Turns); i++ {
		turn := d.Turns[i]
		ids, err := s.tokenizer.Encode(turn.Text)
		if err != nil {
			return fmt.Errorf("encoding dialogue %s: %w", d.ID, err)
		}
		if len(ids) == 0 {
			s.header.Skipped++
			continue
		}
		if _, known := speakers[turn.Speaker]; !known {
			speakers[turn.Speaker] = uint64(len(speakers))
		}
		persona, err := s.placePersona(d.Persona(i), personas)
		if err != nil {
			return fmt.Errorf("encoding the persona of dialogue %s: %w", d.ID, err)
		}
		stored := storedTurn{
			at: s.out.Offset(), context: min(n, s.header.Window.Turns), speaker: speakers[turn.Speaker], labels: s.labelling(d, i),
			ids: ids[:min(len(ids), s.header.Window.kept())],
		}
		if n > 0 {
			stored.back = uint64(stored.at - before)
		}
		if persona > 0 {
			stored.persona = uint64(stored.at - persona)
		}
		if err := s.add(stored, s.header.Window.Turns == 0 || n > 0); err != nil {
			return err
		}
		before = stored.at
		n++
	}
	return nil
}

// add writes a turn, and an entry of the index when it is a response.
func (s *SetWriter) add(t storedTurn, response bool) error {
	s.record = t.append(s.record[:0], s.header.Window.personas())
	if _, err := s.out.Write(s.record); err != nil {
		return err
	}
	if !response {
		return nil
	}
	s.block = binary.LittleEndian.AppendUint64(s.block, uint64(t.at))
	s.header.Examples++
	if s.header.Examples%indexed == 0 {
		return s.writeBlock()
	}
	return nil
}

func (s *SetWriter) writeBlock() error {
	if len(s.block) == 0 {
		return nil
	}
	s.header.Index = append(s.header.Index, s.out.Offset())
	_, err := s.out.Write(s.block)
	s.block = s.block[:0]
	return err
}

// Finish writes what is left.
func (s *SetWriter) Finish() error {
	if err := s.writeBlock(); err != nil {
		return err
	}
	header, err := json.Marshal(s.header)
	if err != nil {
		return fmt.Errorf("describing the encoded corpus: %w", err)
	}
	return s.out.Finish(header)
}
