package tensorboard

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// A readEvent is an event as a reader of the format sees it. It is written from
// the format's description and shares no code with the writer.
type readEvent struct {
	Wall    float64
	Step    int64
	Version string
	Start   bool
	Values  []readValue
}

// A readValue is one value of a summary.
type readValue struct {
	Tag    string
	Scalar *float32
	Text   *string
	Plugin string
	Histo  *readHistogram
}

type readHistogram struct {
	Min, Max, Num, Sum, Squares float64
	Limits, Counts              []float64
}

// A field is a protobuf field: its number, and its value as bits or bytes.
type field struct {
	number, wire int
	bits         uint64
	data         []byte
}

var errShort = errors.New("the data end too early")

// readFile reads the events of a file.
func readFile(data []byte) (events []readEvent, err error) {
	for len(data) > 0 {
		if len(data) < 16 {
			return events, errShort
		}
		n := binary.LittleEndian.Uint64(data)
		if unmask(binary.LittleEndian.Uint32(data[8:])) != sum32(data[:8]) {
			return events, errors.New("the checksum of a length is wrong")
		}
		if n > uint64(len(data)-16) {
			return events, errShort
		}
		body := data[12 : 12+n]
		if unmask(binary.LittleEndian.Uint32(data[12+n:])) != sum32(body) {
			return events, errors.New("the checksum of a record is wrong")
		}
		e, err := readOne(body)
		if err != nil {
			return events, err
		}
		events, data = append(events, e), data[16+n:]
	}
	return events, nil
}

// unmask is the inverse of the mask in TensorFlow's crc32c.h.
func unmask(masked uint32) uint32 {
	rot := masked - 0xa282ead8
	return rot>>17 | rot<<15
}

func sum32(data []byte) uint32 { return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) }

// fields splits a message.
func fields(data []byte) (list []field, err error) {
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, errShort
		}
		data = data[n:]
		f := field{number: int(key >> 3), wire: int(key & 7)}
		switch f.wire {
		case 0:
			f.bits, n = binary.Uvarint(data)
		case 1:
			if n = 8; len(data) >= n {
				f.bits = binary.LittleEndian.Uint64(data)
			}
		case 5:
			if n = 4; len(data) >= n {
				f.bits = uint64(binary.LittleEndian.Uint32(data))
			}
		case 2:
			length, head := binary.Uvarint(data)
			if head <= 0 || length > uint64(len(data)-head) {
				return nil, errShort
			}
			f.data, n = data[head:head+int(length)], head+int(length)
		default:
			return nil, fmt.Errorf("wire type %d", f.wire)
		}
		if n <= 0 || n > len(data) {
			return nil, errShort
		}
		list, data = append(list, f), data[n:]
	}
	return list, nil
}

// each calls f with the fields of a message.
func each(data []byte, f func(field) error) error {
	list, err := fields(data)
	if err != nil {
		return err
	}
	for _, x := range list {
		if err := f(x); err != nil {
			return err
		}
	}
	return nil
}

func readOne(data []byte) (e readEvent, err error) {
	err = each(data, func(f field) error {
		switch f.number {
		case 1:
			e.Wall = math.Float64frombits(f.bits)
		case 2:
			e.Step = int64(f.bits)
		case 3:
			e.Version = string(f.data)
		case 5:
			return each(f.data, func(f field) error {
				v, err := readValueOf(f.data)
				e.Values = append(e.Values, v)
				return err
			})
		case 7:
			return each(f.data, func(f field) error { e.Start = f.number == 1 && f.bits == 1; return nil })
		}
		return nil
	})
	return e, err
}

func readValueOf(data []byte) (v readValue, err error) {
	err = each(data, func(f field) error {
		switch f.number {
		case 1:
			v.Tag = string(f.data)
		case 2:
			x := math.Float32frombits(uint32(f.bits))
			v.Scalar = &x
		case 5:
			v.Histo = &readHistogram{}
			return v.Histo.read(f.data)
		case 8:
			return each(f.data, func(f field) error {
				if f.number == 8 {
					s := string(f.data)
					v.Text = &s
				}
				return nil
			})
		case 9:
			return each(f.data, func(f field) error {
				return each(f.data, func(f field) error { v.Plugin = string(f.data); return nil })
			})
		}
		return nil
	})
	return v, err
}

func (h *readHistogram) read(data []byte) error {
	return each(data, func(f field) error {
		switch f.number {
		case 1, 2, 3, 4, 5:
			*[]*float64{&h.Min, &h.Max, &h.Num, &h.Sum, &h.Squares}[f.number-1] = math.Float64frombits(f.bits)
		case 6:
			h.Limits = unpack(f.data)
		case 7:
			h.Counts = unpack(f.data)
		}
		return nil
	})
}

func unpack(data []byte) (list []float64) {
	for ; len(data) >= 8; data = data[8:] {
		list = append(list, math.Float64frombits(binary.LittleEndian.Uint64(data)))
	}
	return list
}
