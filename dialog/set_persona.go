package dialog

import (
	"strings"

	"github.com/cvae-go/cvae/tokenize"
)

// mostPersonaTurns bounds the lines that are kept of a persona, and with them
// the memory of a batch.
const mostPersonaTurns = 16

// personas reports whether examples show personas; sentences have none.
func (w Window) personas() bool { return w.Persona && w.Turns > 0 }

// PersonaTurns encodes a persona as the turns that stand before the others of a
// context: a line each, cut to Tokens, the first 16 lines that have a word. There
// are none where the window shows no personas.
func (w Window) PersonaTurns(t tokenize.Tokenizer, persona string) (turns [][]int32, err error) {
	if !w.personas() {
		return nil, nil
	}
	for line := range strings.Lines(persona) {
		ids, err := t.Encode(strings.TrimSpace(line))
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 && len(turns) < mostPersonaTurns {
			turns = append(turns, ids[:min(len(ids), w.Tokens-1)])
		}
	}
	return turns, nil
}

// placePersona is where the last line of a persona stands, 0 where it has none.
// It is written where it is not among those already placed, each line after the
// line that it follows.
func (s *SetWriter) placePersona(persona string, placed map[string]int64) (at int64, err error) {
	at, known := placed[persona]
	if known {
		return at, nil
	}
	turns, err := s.header.Window.PersonaTurns(s.tokenizer, persona)
	if err != nil {
		return 0, err
	}
	for i, ids := range turns {
		line := storedTurn{at: s.out.Offset(), ids: ids}
		if i > 0 {
			line.back = uint64(line.at - at)
		}
		if err := s.add(line, false); err != nil {
			return 0, err
		}
		at = line.at
	}
	placed[persona] = at
	return at, nil
}
