package dialog

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A file of a Set is, in little endian: setMagic, the length of the header as
// uint64, the header in JSON, the arrays first, examples, speaker, label and
// ids, and the SHA-256 of all that.
const setMagic = "cvae tokens 1\n\x00\x00"

type setHeader struct {
	Window   Window              `json:"window"`
	Turns    int                 `json:"turns"`
	Examples int                 `json:"examples"`
	IDs      int                 `json:"ids"`
	Skipped  int                 `json:"skipped"`
	Labels   []map[string]string `json:"labels"`
}

// bytes is the size of the arrays.
func (h setHeader) bytes() int {
	return 8*(h.Turns+1) + 8*h.Examples + 4*h.Turns + 4*h.Turns + 4*h.IDs
}

// errSetFile is the one fault of a file of tokens that a reader can act on.
var errSetFile = errors.New("the file of tokens is damaged")

// Write writes s so that ReadSet gives it back.
func (s *Set) Write(w io.Writer) error {
	header, err := json.Marshal(setHeader{s.window, len(s.speaker), len(s.examples), len(s.ids), s.skipped, s.labels})
	if err != nil {
		return fmt.Errorf("encoding the labels: %w", err)
	}
	sum := sha256.New()
	both := io.MultiWriter(w, sum)
	for _, part := range []any{[]byte(setMagic), uint64(len(header)), header, s.first, s.bounds(), s.speaker, s.label, s.ids} {
		if err := binary.Write(both, binary.LittleEndian, part); err != nil {
			return err
		}
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

// ReadSet reads what Write wrote; v is the number of token ids. Anything else
// is an error.
func ReadSet(file []byte, v int) (*Set, error) {
	body := len(file) - sha256.Size
	if body < len(setMagic)+8 || string(file[:len(setMagic)]) != setMagic {
		return nil, errSetFile
	}
	if sum := sha256.Sum256(file[:body]); !bytes.Equal(sum[:], file[body:]) {
		return nil, errSetFile
	}
	rest := file[len(setMagic):body]
	length := binary.LittleEndian.Uint64(rest)
	if rest = rest[8:]; length > uint64(len(rest)) {
		return nil, errSetFile
	}
	var h setHeader
	if err := json.Unmarshal(rest[:length], &h); err != nil {
		return nil, fmt.Errorf("%w: %w", errSetFile, err)
	}
	rest = rest[length:]
	if most := len(rest); h.Turns < 0 || h.Examples < 0 || h.IDs < 0 || max(h.Turns, h.Examples, h.IDs) > most || h.bytes() != most {
		return nil, errSetFile
	}
	s := &Set{
		window: h.Window, skipped: h.Skipped, labels: h.Labels,
		first: make([]int64, h.Turns+1), examples: make([]window, h.Examples),
		speaker: make([]uint32, h.Turns), label: make([]uint32, h.Turns), ids: make([]int32, h.IDs),
	}
	bounds, r := make([]int32, 2*h.Examples), bytes.NewReader(rest)
	for _, array := range []any{s.first, bounds, s.speaker, s.label, s.ids} {
		if err := binary.Read(r, binary.LittleEndian, array); err != nil {
			return nil, fmt.Errorf("%w: %w", errSetFile, err)
		}
	}
	for i := range s.examples {
		s.examples[i] = window{bounds[2*i], bounds[2*i+1]}
	}
	if !s.sound(v) {
		return nil, errSetFile
	}
	return s, nil
}

// bounds are the windows of the examples, flat.
func (s *Set) bounds() []int32 {
	flat := make([]int32, 0, 2*len(s.examples))
	for _, w := range s.examples {
		flat = append(flat, w.context, w.response)
	}
	return flat
}

// sound reports whether every number of s is in range.
func (s *Set) sound(v int) bool {
	turns := int32(len(s.speaker))
	return s.first[0] == 0 && slices.IsSorted(s.first) && s.first[turns] == int64(len(s.ids)) &&
		!slices.ContainsFunc(s.ids, func(id int32) bool { return id < 0 || int(id) >= v }) &&
		!slices.ContainsFunc(s.label, func(l uint32) bool { return int(l) >= len(s.labels) }) &&
		!slices.ContainsFunc(s.examples, func(w window) bool {
			return w.context < 0 || w.context > w.response || w.response >= turns
		})
}
