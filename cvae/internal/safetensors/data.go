package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"reflect"
)

// A dtype is how the format names a type of number.
type dtype struct {
	name string
	size int          // bytes
	list reflect.Type // of Tensor.Data
}

// dtypes are in the order of a file, as the Python library sorts.
var dtypes = []dtype{
	{"I64", 8, reflect.TypeFor[[]int64]()}, {"F64", 8, reflect.TypeFor[[]float64]()},
	{"F32", 4, reflect.TypeFor[[]float32]()}, {"F16", 2, reflect.TypeFor[[]Half]()}, {"U8", 1, reflect.TypeFor[[]uint8]()},
}

// A Stream is float32 numbers of a tensor that are made while it is written. Write calls
// its argument with one stretch of them after another, Length in all.
type Stream struct {
	Length int
	Write  func(write func([]float32) error) error
}

// dtypeOf returns the place of a tensor's data in dtypes, and its length.
func dtypeOf(data any) (place, length int, err error) {
	if s, ok := data.(Stream); ok {
		place, _, err = dtypeOf([]float32(nil))
		return place, s.Length, err
	}
	for i, d := range dtypes {
		if d.list == reflect.TypeOf(data) {
			return i, reflect.ValueOf(data).Len(), nil
		}
	}
	return 0, 0, fmt.Errorf("data of type %T cannot be stored", data)
}

// writeData writes the numbers of one tensor, little-endian, through buffer.
func writeData(w io.Writer, buffer []byte, data any) error {
	switch d := data.(type) {
	case []Half:
		return writeHalves(w, buffer, d)
	case Stream:
		return d.write(w, buffer)
	}
	numbers, most := reflect.ValueOf(data), len(buffer)/8
	for at := 0; at < numbers.Len(); at += most {
		n, err := binary.Encode(buffer, binary.LittleEndian, numbers.Slice(at, min(at+most, numbers.Len())).Interface())
		if err != nil {
			return err
		}
		if _, err := w.Write(buffer[:n]); err != nil {
			return err
		}
	}
	return nil
}

// write writes all of a stream through buffer.
func (s Stream) write(w io.Writer, buffer []byte) error {
	n := 0
	err := s.Write(func(numbers []float32) error {
		n += len(numbers)
		return writeData(w, buffer, numbers)
	})
	if err == nil && n != s.Length {
		err = fmt.Errorf("a stream of %d numbers has %d", s.Length, n)
	}
	return err
}

// readData reads n numbers of the given dtype, through buffer.
func readData(r io.Reader, buffer []byte, kind dtype, n int) (any, error) {
	if kind.list == reflect.TypeFor[[]Half]() {
		return readHalves(r, buffer, n)
	}
	numbers, most := reflect.MakeSlice(kind.list, n, n), len(buffer)/kind.size
	for at := 0; at < n; at += most {
		end := min(at+most, n)
		raw := buffer[:(end-at)*kind.size]
		if _, err := io.ReadFull(r, raw); err != nil {
			return nil, err
		}
		if _, err := binary.Decode(raw, binary.LittleEndian, numbers.Slice(at, end).Interface()); err != nil {
			return nil, err
		}
	}
	return numbers.Interface(), nil
}
