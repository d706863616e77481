package dialog

import "encoding/binary"

// A storedTurn is a turn as a Set stores it: three numbers, or four in a Set with
// personas, then the ids of its labels and those of its words, each list behind
// its length, all as varints, so that a frequent word takes one byte. The lines of a persona are stored as turns too.
type storedTurn struct {
	at      int64  // where it stands
	back    uint64 // how far before it the turn before it stands, of the same dialogue
	context int    // turns of the dialogue before it that its example shows
	speaker uint64 // numbered in each dialogue
	persona uint64 // how far before it the last line of its speaker's persona stands; 0: it has none
	labels  []int32
	length  int // ids stored
	ids     []int32
}

// append appends a turn to b, of a Set with personas or without.
func (t storedTurn) append(b []byte, personas bool) []byte {
	for _, v := range []uint64{t.back, uint64(t.context), t.speaker} {
		b = binary.AppendUvarint(b, v)
	}
	if personas {
		b = binary.AppendUvarint(b, t.persona)
	}
	return appendIDs(appendIDs(b, t.labels), t.ids)
}

func appendIDs(b []byte, ids []int32) []byte {
	b = binary.AppendUvarint(b, uint64(len(ids)))
	for _, id := range ids {
		b = binary.AppendUvarint(b, uint64(id))
	}
	return b
}

// readTurn reads a turn with at most limit ids; ok is false where b ends
// before.
func readTurn(b []byte, limit int, personas bool) (t storedTurn, ok bool) {
	f := fields{rest: b}
	t.back, t.context, t.speaker = f.next(), int(f.next()), f.next()
	if personas {
		t.persona = f.next()
	}
	t.labels = f.ids(int(f.next()))
	t.length = int(f.next())
	t.ids = f.ids(min(t.length, limit))
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

// ids reads n ids, nil where there are none.
func (f *fields) ids(n int) []int32 {
	if f.short = f.short || n > len(f.rest); f.short || n <= 0 { // an id takes a byte at least
		return nil
	}
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(f.next())
	}
	return ids
}
