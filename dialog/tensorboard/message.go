package tensorboard

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"strings"
)

// A message is a protobuf message in wire format. A field is its number and
// type, then its value; values that are zero are left out, as proto3 does.
type message []byte

// The wire types.
const (
	varint    = 0
	fixed64   = 1
	delimited = 2
	fixed32   = 5
)

func (m *message) tag(field, wire int) { *m = binary.AppendUvarint(*m, uint64(field<<3|wire)) }

func (m *message) integer(field, x int) {
	if x != 0 {
		m.tag(field, varint)
		*m = binary.AppendUvarint(*m, uint64(x))
	}
}

func (m *message) double(field int, x float64) {
	if math.Float64bits(x) != 0 {
		m.tag(field, fixed64)
		*m = binary.LittleEndian.AppendUint64(*m, math.Float64bits(x))
	}
}

// float is written even when it is zero: the only float we write stands in a
// oneof, where leaving it out means that there is none.
func (m *message) float(field int, x float32) {
	m.tag(field, fixed32)
	*m = binary.LittleEndian.AppendUint32(*m, math.Float32bits(x))
}

func (m *message) data(field int, x []byte) {
	m.tag(field, delimited)
	*m = binary.AppendUvarint(*m, uint64(len(x)))
	*m = append(*m, x...)
}

// text adds a string, which must be UTF-8 or readers refuse the message.
func (m *message) text(field int, s string) {
	m.data(field, []byte(strings.ToValidUTF8(s, "\ufffd")))
}

func (m *message) doubles(field int, list []float64) {
	var packed []byte
	for _, x := range list {
		packed = binary.LittleEndian.AppendUint64(packed, math.Float64bits(x))
	}
	m.data(field, packed)
}

// castagnoli is the polynomial of the checksums.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// record frames data as a TFRecord: its length, a checksum of the length, the
// data, a checksum of the data.
func record(data []byte) []byte {
	r := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	r = binary.LittleEndian.AppendUint32(r, masked(r))
	r = append(r, data...)
	return binary.LittleEndian.AppendUint32(r, masked(data))
}

// masked is the CRC32C of data, changed so that the checksum of data which
// holds checksums is a good one too.
func masked(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}
