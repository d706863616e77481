package safetensors

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Read reads a whole safetensors file of size bytes. The tensors come in the
// byte order of their names; metadata is nil if the file has none. Everything
// is checked before memory is taken for data: the header's length and syntax,
// names, dtypes, shapes, and that the tensors cover the data exactly, without
// overlaps or holes. An error is one sentence about the fault; the caller adds
// the file's name.
func Read(r io.ReaderAt, size int64) ([]Tensor, map[string]string, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, nil, err
	}
	tensors := make([]Tensor, 0, len(h.entries))
	buffer := make([]byte, bufferSize)
	for _, e := range h.entries {
		section := io.NewSectionReader(r, h.dataStart+e.begin, e.end-e.begin)
		data, err := readData(section, buffer, e.kind, e.length)
		if err != nil {
			return nil, nil, fmt.Errorf("read tensor %q: %w", e.name, err)
		}
		tensors = append(tensors, Tensor{Name: e.name, Shape: e.shape, Data: data})
	}
	slices.SortFunc(tensors, func(a, b Tensor) int { return strings.Compare(a.Name, b.Name) })
	return tensors, h.metadata, nil
}

// ReadMetadata reads the metadata alone, with the checks of [Read] on the
// header. It is nil if the file has none.
func ReadMetadata(r io.ReaderAt, size int64) (map[string]string, error) {
	h, err := readHeader(r, size)
	return h.metadata, err
}

// readHeader reads and checks everything but the data.
func readHeader(r io.ReaderAt, size int64) (header, error) {
	text, err := headerText(r, size)
	if err != nil {
		return header{}, err
	}
	h, err := parseHeader(text)
	if err != nil {
		return header{}, err
	}
	h.dataStart = 8 + int64(len(text))
	if err := checkLayout(h.entries, size-h.dataStart); err != nil {
		return header{}, err
	}
	return h, nil
}

func headerText(r io.ReaderAt, size int64) ([]byte, error) {
	if size < 8 {
		return nil, fmt.Errorf("the file is cut off: %d bytes are too few for a safetensors file", size)
	}
	var prefix [8]byte
	if _, err := r.ReadAt(prefix[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the header's length: %w", err)
	}
	length := binary.LittleEndian.Uint64(prefix[:])
	if length > maxHeader {
		return nil, fmt.Errorf("not a safetensors file: its header would have %d bytes, and %d are allowed", length, maxHeader)
	}
	if length > uint64(size-8) {
		return nil, fmt.Errorf("the file is cut off: the header has %d bytes, but only %d are there", length, size-8)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(io.NewSectionReader(r, 8, int64(length)), text); err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	if !utf8.Valid(text) {
		return nil, errors.New("the header is not UTF-8")
	}
	return text, nil
}

// checkLayout sorts entries by their place and checks that they cover the
// data's size bytes exactly.
func checkLayout(entries []entry, size int64) error {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	covered := int64(0)
	for _, e := range entries {
		switch {
		case e.begin < covered:
			return fmt.Errorf("tensor %q overlaps the one before it", e.name)
		case e.begin > covered:
			return fmt.Errorf("there are %d bytes before tensor %q that belong to no tensor", e.begin-covered, e.name)
		case e.end > size:
			return fmt.Errorf("the file is cut off: tensor %q ends at byte %d of the data, but only %d are there", e.name, e.end, size)
		}
		covered = e.end
	}
	if covered < size {
		return fmt.Errorf("the last %d bytes belong to no tensor", size-covered)
	}
	return nil
}

// toInt converts a number of the header, which may come from a machine with
// wider integers.
func toInt(v *int64) (int, error) {
	if v == nil || *v < 0 || *v > math.MaxInt {
		return 0, errors.New("a length or offset is not a whole number in range")
	}
	return int(*v), nil
}
