package dialog

import (
	"bytes"
	"testing"
)

// FuzzReadTurn: whatever the bytes, no more ids are read than asked for and than there
// are, and a turn that is whole is written as it was read.
func FuzzReadTurn(f *testing.F) {
	f.Add(storedTurn{back: 3, context: 2, speaker: 1, labels: []int32{4}, ids: []int32{7, 300}}.append(nil, false), 5, false)
	f.Add(storedTurn{persona: 9, ids: []int32{1}}.append(nil, true), 0, true)
	f.Add(bytes.Repeat([]byte{0xff}, 40), 1<<40, false)
	f.Fuzz(func(t *testing.T, b []byte, limit int, personas bool) {
		turn, ok := readTurn(b, limit, personas)
		if len(turn.ids) > max(0, limit) || len(turn.ids)+len(turn.labels) > len(b) {
			t.Fatalf("%d ids and %d labels of %d bytes, where %d ids are wanted", len(turn.ids), len(turn.labels), len(b), limit)
		}
		if !ok || turn.context < 0 || turn.length != len(turn.ids) {
			return
		}
		again, ok := readTurn(turn.append(nil, personas), limit, personas)
		if !ok || again.back != turn.back || again.speaker != turn.speaker || again.persona != turn.persona || again.length != turn.length {
			t.Errorf("%+v is read as %+v", turn, again)
		}
	})
}
