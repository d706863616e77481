package dialog

import "encoding/binary"

// A storedTurn is a turn as a Set stores it: five numbers, or six in a Set with
// personas, and its ids, each as a varint, so that a frequent word takes one
// byte. The lines of a persona are stored as turns too.
type storedTurn struct {
	at      int64  // where it stands
	back    uint64 // how far before it the turn before it stands, of the same dialogue
	context int    // turns of the dialogue before it that its example shows
	speaker uint64 // numbered in each dialogue
	label   uint64 // where its labels stand; 0: it has none
	persona uint64 // how far before it the last line of its speaker's persona stands; 0: it has none
	length  int    // ids stored
	ids     []int32
}

// append appends a turn to b, of a Set with personas or without.
func (t storedTurn) append(b []byte, personas bool) []byte {
	for _, v := range []uint64{t.back, uint64(t.context), t.speaker, t.label} {
		b = binary.AppendUvarint(b, v)
	}
	if personas {
		b = binary.AppendUvarint(b, t.persona)
	}
	b = binary.AppendUvarint(b, uint64(len(t.ids)))
	for _, id := range t.ids {
		b = binary.AppendUvarint(b, uint64(id))
	}
	return b
}

// readTurn reads a turn with at most limit ids; ok is false where b ends
// before.
func readTurn(b []byte, limit int, personas bool) (t storedTurn, ok bool) {
	f := fields{rest: b}
	t.back, t.context, t.speaker, t.label = f.next(), int(f.next()), f.next(), f.next()
	if personas {
		t.persona = f.next()
	}
	t.length = int(f.next())
	n := max(0, min(t.length, limit))
	if f.short || n > len(f.rest) { // an id takes a byte at least
		return t, false
	}
	t.ids = make([]int32, n)
	for i := range t.ids {
		t.ids[i] = int32(f.next())
	}
	return t, !f.short
}

// fields reads varints one after the other.
type fields struct {
	rest  []byte
	short bool // there were fewer than asked for
}

func (f *fields) next() uint64 {
	v, n := binary.Uvarint(f.rest)
	if n <= 0 {
		f.short = true
		return 0
	}
	f.rest = f.rest[n:]
	return v
}
