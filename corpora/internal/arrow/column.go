package arrow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// A column is one array of a record batch.
type column struct {
	field
	length  int
	valid   []byte // a bit for each value; empty: all are there
	offsets []byte // of texts and lists, in data or inside
	data    []byte // of numbers and texts
	inside  []column
}

// columns are the arrays of a record batch, whose nodes and buffers stand in the order
// of the fields of its schema.
type columns struct {
	batch         flatbuffers.Table
	body          []byte
	nodes, buffer int // where the next ones are
}

var little = binary.LittleEndian

func columnsOf(fields []field, batch flatbuffers.Table, body []byte) (all []column, err error) {
	if batch.Offset(slot(3)) != 0 {
		return nil, fmt.Errorf("%w: its record batches are compressed", fault.ErrArrow)
	}
	c := &columns{batch: batch, body: body}
	c.nodes, _ = vector(batch, 1)
	c.buffer, _ = vector(batch, 2)
	for _, f := range fields {
		one, err := c.next(f)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (c *columns) next(f field) (col column, err error) {
	length := int64(little.Uint64(c.batch.Bytes[c.nodes:]))
	if c.nodes += 16; length < 0 || length > 8*int64(len(c.body)) { // a value has a bit at least
		return col, errors.New("a column is longer than its record batch")
	}
	col = column{field: f, length: int(length)}
	if f.kind != kindNull {
		col.valid = c.bytes()
	}
	switch f.kind {
	case kindNull, kindStruct, kindFixedList:
	case kindList, kindMap, kindLargeList:
		col.offsets = c.bytes()
	case kindText, kindBinary, kindLargeText, kindLargeBinary:
		col.offsets, col.data = c.bytes(), c.bytes()
	default:
		col.data = c.bytes()
	}
	for _, f := range f.inside {
		one, err := c.next(f)
		if err != nil {
			return col, err
		}
		col.inside = append(col.inside, one)
	}
	return col, nil
}

// bytes is the next buffer.
func (c *columns) bytes() []byte {
	start, n := little.Uint64(c.batch.Bytes[c.buffer:]), little.Uint64(c.batch.Bytes[c.buffer+8:])
	c.buffer += 16
	return c.body[start:][:n]
}

// value is one value: nil, an int64, a float64, a bool, a string, bytes, a list or a
// struct. left is what the row may still hold, in values and bytes of texts.
func (c *column) value(i int, left *int) (any, error) {
	if *left--; *left < 0 {
		return nil, errors.New("a row holds more than 16 MiB")
	}
	if i >= c.length {
		return nil, errors.New("a value is missing")
	}
	if len(c.valid) > 0 && c.valid[i/8]>>(i%8)&1 == 0 {
		return nil, nil
	}
	switch c.kind {
	case kindText, kindLargeText:
		from, to := c.span(i)
		*left -= to - from
		return string(c.data[from:to]), nil
	case kindBinary, kindLargeBinary:
		from, to := c.span(i)
		return c.data[from:to], nil
	case kindList, kindMap, kindLargeList, kindFixedList:
		all := []any{}
		for k, to := c.span(i); k < to; k++ {
			one, err := c.inside[0].value(k, left)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return all, nil
	case kindStruct:
		return row(c.inside, i, left, nil)
	}
	return c.number(i), nil
}

// row is a struct of value i of the columns that are wanted; nil: of all.
func row(from []column, i int, left *int, wanted func(name string) bool) (map[string]any, error) {
	all := map[string]any{}
	for k := range from {
		if name := from[k].name; wanted == nil || wanted(name) {
			one, err := from[k].value(i, left)
			if err != nil {
				return nil, err
			}
			all[name] = one
		}
	}
	return all, nil
}

// span is where value i lies in the data or inside.
func (c *column) span(i int) (from, to int) {
	switch c.kind {
	case kindFixedList:
		return i * c.size, (i + 1) * c.size
	case kindLargeText, kindLargeBinary, kindLargeList:
		b := c.offsets[8*i:]
		return int(little.Uint64(b)), int(little.Uint64(b[8:]))
	}
	b := c.offsets[4*i:]
	return int(little.Uint32(b)), int(little.Uint32(b[4:]))
}

// number is a number, a truth value, or a time as its number.
func (c *column) number(i int) any {
	var v uint64
	switch {
	case c.kind == kindNull:
		return nil
	case c.kind == kindBool:
		return c.data[i/8]>>(i%8)&1 == 1
	case c.bits == 8:
		v = uint64(c.data[i])
	case c.bits == 16 && c.kind != kindFloat:
		v = uint64(little.Uint16(c.data[2*i:]))
	case c.bits == 32:
		v = uint64(little.Uint32(c.data[4*i:]))
	case c.bits == 64:
		v = little.Uint64(c.data[8*i:])
	default: // half a float
		return nil
	}
	switch shift := 64 - c.bits; {
	case c.kind == kindFloat && c.bits == 32:
		return float64(math.Float32frombits(uint32(v)))
	case c.kind == kindFloat:
		return math.Float64frombits(v)
	case c.unsigned:
		return int64(v)
	default:
		return int64(v<<shift) >> shift
	}
}
