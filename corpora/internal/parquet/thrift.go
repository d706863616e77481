package parquet

import (
	"encoding/binary"
	"errors"
	"slices"
)

// errThrift is the fault of what is no Thrift in its compact protocol, or says that
// something in it is longer than all that follows.
var errThrift = errors.New("a length in it is beyond its end")

// mostNesting is how deep structs and lists may lie in one another; Parquet needs 10.
const mostNesting = 32

// A walker reads a struct of Thrift's compact protocol without building anything of it,
// so that no length that stands in it costs memory. tell is called with every whole
// number and the numbers of the fields that it lies in.
type walker struct {
	rest []byte
	path []int16
	tell func(path []int16, value int64)
}

// The types of the compact protocol.
const (
	typeStop = iota
	typeTrue
	typeFalse
	typeByte
	typeI16
	typeI32
	typeI64
	typeDouble
	typeBinary
	typeList
	typeSet
	typeMap
	typeStruct
)

// walk reads the struct at the beginning of b and returns what follows it.
func walk(b []byte, tell func(path []int16, value int64)) (rest []byte, err error) {
	w := walker{rest: b, tell: tell}
	err = w.structure(0)
	return w.rest, err
}

func (w *walker) structure(depth int) error {
	field := int16(0)
	for {
		head, err := w.next()
		if err != nil || head == typeStop {
			return err
		}
		if delta := int16(head >> 4); delta != 0 {
			field += delta
		} else if n, err := w.number(); err != nil {
			return err
		} else {
			field = int16(n)
		}
		w.path = append(w.path, field)
		if kind := head & 15; kind != typeTrue && kind != typeFalse { // the value is in the type
			if err := w.value(kind, depth); err != nil {
				return err
			}
		}
		w.path = w.path[:len(w.path)-1]
	}
}

// value reads a value of a type that is no bool in a field.
func (w *walker) value(kind byte, depth int) error {
	if depth > mostNesting {
		return errThrift
	}
	switch kind {
	case typeTrue, typeFalse, typeByte:
		return w.skip(1)
	case typeI16, typeI32, typeI64:
		n, err := w.number()
		if err == nil && w.tell != nil {
			w.tell(w.path, n)
		}
		return err
	case typeDouble:
		return w.skip(8)
	case typeBinary:
		n, err := w.length()
		if err != nil {
			return err
		}
		return w.skip(n)
	case typeList, typeSet:
		return w.list(depth)
	case typeMap:
		return w.pairs(depth)
	case typeStruct:
		return w.structure(depth + 1)
	}
	return errThrift
}

// list reads a list, each element of which takes a byte or more.
func (w *walker) list(depth int) error {
	head, err := w.next()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 {
		if n, err = w.length(); err != nil {
			return err
		}
	}
	if n > uint64(len(w.rest)) {
		return errThrift
	}
	for range n {
		if err := w.value(head&15, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) pairs(depth int) error {
	n, err := w.length()
	if err != nil || n == 0 {
		return err
	}
	kinds, err := w.next()
	if err != nil {
		return err
	}
	if n > uint64(len(w.rest)) {
		return errThrift
	}
	for range n {
		if err := errors.Join(w.value(kinds>>4, depth+1), w.value(kinds&15, depth+1)); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) next() (byte, error) {
	if len(w.rest) == 0 {
		return 0, errThrift
	}
	b := w.rest[0]
	w.rest = w.rest[1:]
	return b, nil
}

func (w *walker) skip(n uint64) error {
	if n > uint64(len(w.rest)) {
		return errThrift
	}
	w.rest = w.rest[n:]
	return nil
}

// length reads an unsigned number.
func (w *walker) length() (uint64, error) {
	n, size := binary.Uvarint(w.rest)
	if size <= 0 {
		return 0, errThrift
	}
	w.rest = w.rest[size:]
	return n, nil
}

// number reads a signed one.
func (w *walker) number() (int64, error) {
	n, size := binary.Varint(w.rest) // zigzag, as Thrift has it
	if size <= 0 {
		return 0, errThrift
	}
	w.rest = w.rest[size:]
	return n, nil
}

// isAt reports whether a value lies at these fields.
func isAt(path []int16, fields ...int16) bool { return slices.Equal(path, fields) }
