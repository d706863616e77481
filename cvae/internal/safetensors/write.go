package safetensors

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// bufferSize is how many bytes of numbers are converted at a time.
const bufferSize = 64 << 10

// Write writes tensors and metadata as one safetensors file. The order of
// tensors does not matter: wide dtypes come first, which keeps every tensor
// aligned, then names in byte order, so equal content gives equal bytes.
// It refuses names that come twice, text that is not UTF-8, and data that do
// not fill their shape; nothing is written then.
func Write(w io.Writer, tensors []Tensor, metadata map[string]string) error {
	return WriteBoth(w, metadata, io.Discard, nil, tensors)
}

// WriteBoth writes two files at once, of the same tensors and other metadata: streams are
// made once.
func WriteBoth(w io.Writer, metadata map[string]string, other io.Writer, otherMetadata map[string]string, tensors []Tensor) error {
	sorted := slices.Clone(tensors)
	slices.SortFunc(sorted, byFilePlace)
	header, err := encodeHeader(sorted, metadata)
	if err != nil {
		return fmt.Errorf("write safetensors: %w", err)
	}
	otherHeader, err := encodeHeader(sorted, otherMetadata)
	if err != nil {
		return fmt.Errorf("write safetensors: %w", err)
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("write safetensors header: %w", err)
	}
	if _, err := other.Write(otherHeader); err != nil {
		return fmt.Errorf("write safetensors header: %w", err)
	}
	return writeTensors(io.MultiWriter(w, other), sorted)
}

// writeTensors writes the numbers of all.
func writeTensors(w io.Writer, sorted []Tensor) error {
	buffer := make([]byte, bufferSize)
	for _, t := range sorted {
		if err := writeData(w, buffer, t.Data); err != nil {
			return fmt.Errorf("write tensor %q: %w", t.Name, err)
		}
	}
	return nil
}

// Consume makes the streams among tensors in the order of Write, and keeps nothing: a
// process has its part in making those that another one writes.
func Consume(tensors []Tensor) error {
	sorted := slices.Clone(tensors)
	slices.SortFunc(sorted, byFilePlace)
	for _, t := range sorted {
		if s, ok := t.Data.(Stream); ok {
			if err := s.Write(func([]float32) error { return nil }); err != nil {
				return fmt.Errorf("make tensor %q: %w", t.Name, err)
			}
		}
	}
	return nil
}

func byFilePlace(a, b Tensor) int {
	first, _, _ := dtypeOf(a.Data) // a type that cannot be stored is refused by encodeHeader
	second, _, _ := dtypeOf(b.Data)
	return cmp.Or(cmp.Compare(first, second), cmp.Compare(a.Name, b.Name))
}

// encodeHeader returns the header with its length in front, padded with spaces
// to a multiple of eight bytes.
func encodeHeader(sorted []Tensor, metadata map[string]string) ([]byte, error) {
	b := append(make([]byte, 8), '{')
	b, err := appendMetadata(b, metadata)
	if err != nil {
		return nil, err
	}
	offset, seen := 0, map[string]bool{metadataKey: true}
	for _, t := range sorted {
		if seen[t.Name] {
			return nil, fmt.Errorf("the name %q is taken", t.Name)
		}
		seen[t.Name] = true
		if b, offset, err = appendEntry(b, t, offset); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", t.Name, err)
		}
	}
	b = append(b, '}')
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	if len(b)-8 > maxHeader {
		return nil, fmt.Errorf("the header would have %d bytes, and %d are allowed", len(b)-8, maxHeader)
	}
	binary.LittleEndian.PutUint64(b, uint64(len(b)-8))
	return b, nil
}

func appendMetadata(b []byte, metadata map[string]string) ([]byte, error) {
	if len(metadata) == 0 {
		return b, nil
	}
	for key, value := range metadata {
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, fmt.Errorf("metadata %q is not UTF-8", key)
		}
	}
	text, err := json.Marshal(metadata) // sorts the keys
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	b = append(b, `"`+metadataKey+`":`...)
	return append(b, text...), nil
}

// appendEntry adds one tensor that starts at offset, and returns where it ends.
func appendEntry(b []byte, t Tensor, offset int) ([]byte, int, error) {
	place, length, err := dtypeOf(t.Data)
	if err != nil {
		return nil, 0, err
	}
	want, err := elements(t.Shape)
	if err != nil {
		return nil, 0, err
	}
	if length != want {
		return nil, 0, fmt.Errorf("shape %v asks for %d numbers, but there are %d", t.Shape, want, length)
	}
	if !utf8.ValidString(t.Name) {
		return nil, 0, fmt.Errorf("the name is not UTF-8")
	}
	name, err := json.Marshal(t.Name)
	if err != nil {
		return nil, 0, err
	}
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	end := offset + length*dtypes[place].size
	text, err := json.Marshal(struct {
		DType   string `json:"dtype"`
		Shape   []int  `json:"shape"`
		Offsets []int  `json:"data_offsets"`
	}{dtypes[place].name, append([]int{}, t.Shape...), []int{offset, end}})
	return append(append(append(b, name...), ':'), text...), end, err
}
