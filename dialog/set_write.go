package dialog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/cvae-go/cvae/dialog/tokenfile"
	"github.com/cvae-go/cvae/tokenize"
)

// setHeader is the header of the file of a Set. The body is turns, the labels
// that turns refer to, and blocks of the index: the places of the responses of
// `indexed` examples, uint64 each.
type setHeader struct {
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

const (
	// mostLabels is how many different labels are remembered so as to be
	// stored once; of later ones each use is stored.
	mostLabels     = 1 << 14
	mostLabelBytes = 1 << 24 // of one turn
)

// A SetWriter encodes dialogues for a Set, one at a time, in memory that does
// not grow with their number. With Window.Turns = 0 every turn is an example
// with an empty context; otherwise every turn but a dialogue's first is one.
// Turns without a word are left out and counted by Skipped. With Window.Persona
// an example shows what Dialogue.Persona says of its speaker, too.
type SetWriter struct {
	tokenizer tokenize.Tokenizer
	out       *tokenfile.Writer
	header    setHeader
	block     []byte                      // of the index, not yet written
	labels    map[[sha256.Size]byte]int64 // where labels stand, by what fmt prints of them
	record    []byte                      // scratch
}

// NewSetWriter begins a set on w.
func NewSetWriter(w io.Writer, t tokenize.Tokenizer, window Window) *SetWriter {
	return &SetWriter{
		tokenizer: t, out: tokenfile.NewWriter(w), labels: map[[sha256.Size]byte]int64{},
		header: setHeader{Window: window, Vocabulary: t.Size(), Index: []int64{}},
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
		label, err := s.place(turn.Labels)
		if err != nil {
			return fmt.Errorf("encoding the labels of dialogue %s: %w", d.ID, err)
		}
		persona, err := s.placePersona(d.Persona(i), personas)
		if err != nil {
			return fmt.Errorf("encoding the persona of dialogue %s: %w", d.ID, err)
		}
		stored := storedTurn{
			at: s.out.Offset(), context: min(n, s.header.Window.Turns), speaker: speakers[turn.Speaker], label: uint64(label),
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

// place is where labels stand, which are written unless they are known.
func (s *SetWriter) place(labels map[string]string) (int64, error) {
	if len(labels) == 0 {
		return 0, nil
	}
	key := sha256.Sum256(fmt.Appendf(nil, "%q", labels)) // fmt sorts the keys
	if at, known := s.labels[key]; known {
		return at, nil
	}
	text, err := json.Marshal(labels)
	if err != nil {
		return 0, err
	}
	if len(text) > mostLabelBytes {
		return 0, fmt.Errorf("they take more than %d MiB", mostLabelBytes>>20)
	}
	at := s.out.Offset()
	if len(s.labels) < mostLabels {
		s.labels[key] = at
	}
	_, err = s.out.Write(append(binary.AppendUvarint(nil, uint64(len(text))), text...))
	return at, err
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
