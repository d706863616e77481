package arrow

import (
	"errors"
	"fmt"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// The kinds of types that are read, by their numbers in the union Type of Schema.fbs.
const (
	kindNull        = 1
	kindInt         = 2
	kindFloat       = 3
	kindBinary      = 4
	kindText        = 5
	kindBool        = 6
	kindDate        = 8
	kindTimestamp   = 10
	kindList        = 12
	kindStruct      = 13
	kindFixedList   = 16
	kindMap         = 17
	kindDuration    = 18
	kindLargeBinary = 19
	kindLargeText   = 20
	kindLargeList   = 21
)

// A field is a column, or what is in one.
type field struct {
	name     string
	kind     byte
	bits     int  // of numbers
	unsigned bool // of kindInt
	size     int  // of kindFixedList: elements
	inside   []field
}

// mostFields bounds a schema, whose tables may be shared to make one that has no end.
const mostFields = 1 << 12

// fieldsOf reads the fields in slot i of a table.
func fieldsOf(t flatbuffers.Table, i int, left *int) (all []field, err error) {
	for _, one := range tables(t, i) {
		if *left--; *left < 0 {
			return nil, errors.New("its schema has too many fields")
		}
		f := field{name: text(one, 0), kind: one.GetByteSlot(slot(2), 0)}
		about, _ := inner(one, 3)
		switch f.kind {
		case kindInt:
			f.bits, f.unsigned = int(about.GetInt32Slot(slot(0), 0)), !about.GetBoolSlot(slot(1), false)
		case kindFloat:
			f.bits = 16 << about.GetInt16Slot(slot(0), 0)
		case kindDate:
			f.bits = 32 << about.GetInt16Slot(slot(0), 1)
		case kindTimestamp, kindDuration:
			f.bits = 64
		case kindFixedList:
			f.size = int(about.GetInt32Slot(slot(0), 0))
		case kindNull, kindBinary, kindText, kindBool, kindList, kindStruct, kindMap, kindLargeBinary, kindLargeText, kindLargeList:
		default:
			return nil, fmt.Errorf("%w: the type of its column %q is not read", fault.ErrArrow, f.name)
		}
		if one.Offset(slot(4)) != 0 {
			return nil, fmt.Errorf("%w: its column %q has a dictionary", fault.ErrArrow, f.name)
		}
		if f.inside, err = fieldsOf(one, 5, left); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// slot is where the vtable of a flatbuffer's table has field i.
func slot(i int) flatbuffers.VOffsetT { return flatbuffers.VOffsetT(4 + 2*i) }

// inner is the table in a field of another.
func inner(t flatbuffers.Table, i int) (in flatbuffers.Table, ok bool) {
	o := flatbuffers.UOffsetT(t.Offset(slot(i)))
	if o == 0 {
		return in, false
	}
	return flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(t.Pos + o)}, true
}

// vector is where the elements of a vector begin, and their number.
func vector(t flatbuffers.Table, i int) (start, n int) {
	o := flatbuffers.UOffsetT(t.Offset(slot(i)))
	if o == 0 {
		return 0, 0
	}
	return int(t.Vector(o)), t.VectorLen(o)
}

func tables(t flatbuffers.Table, i int) (all []flatbuffers.Table) {
	start, n := vector(t, i)
	for k := range min(n, mostFields+1) {
		all = append(all, flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(flatbuffers.UOffsetT(start + 4*k))})
	}
	return all
}

func text(t flatbuffers.Table, i int) string {
	start, n := vector(t, i)
	return string(t.Bytes[start:][:n])
}
