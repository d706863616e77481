package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// writeData writes the numbers of one tensor, little-endian, through buffer.
func writeData(w io.Writer, buffer []byte, data any) error {
	switch d := data.(type) {
	case []int64:
		return writeNumbers(w, buffer, d)
	case []float64:
		return writeNumbers(w, buffer, d)
	case []float32:
		return writeNumbers(w, buffer, d)
	case []uint8:
		_, err := w.Write(d)
		return err
	}
	return fmt.Errorf("data of type %T cannot be stored", data)
}

func writeNumbers[T int64 | float64 | float32](w io.Writer, buffer []byte, data []T) error {
	for part := range slices.Chunk(data, len(buffer)/8) {
		n, err := binary.Encode(buffer, binary.LittleEndian, part)
		if err != nil {
			return err
		}
		if _, err := w.Write(buffer[:n]); err != nil {
			return err
		}
	}
	return nil
}

// readData reads n numbers of the given dtype, through buffer.
func readData(r io.Reader, buffer []byte, kind dtype, n int) (any, error) {
	switch kind.name {
	case "I64":
		return readNumbers[int64](r, buffer, kind.size, n)
	case "F64":
		return readNumbers[float64](r, buffer, kind.size, n)
	case "F32":
		return readNumbers[float32](r, buffer, kind.size, n)
	}
	data := make([]uint8, n)
	_, err := io.ReadFull(r, data)
	return data, err
}

func readNumbers[T int64 | float64 | float32](r io.Reader, buffer []byte, size, n int) ([]T, error) {
	data := make([]T, n)
	for part := range slices.Chunk(data, len(buffer)/size) {
		raw := buffer[:len(part)*size]
		if _, err := io.ReadFull(r, raw); err != nil {
			return nil, err
		}
		if _, err := binary.Decode(raw, binary.LittleEndian, part); err != nil {
			return nil, err
		}
	}
	return data, nil
}
