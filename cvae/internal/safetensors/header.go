package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A header is what stands before the data.
type header struct {
	entries   []entry
	metadata  map[string]string
	dataStart int64 // bytes from the start of the file
}

// An entry is the header's description of one tensor.
type entry struct {
	name       string
	kind       dtype
	shape      []int
	length     int   // numbers, the product of shape
	begin, end int64 // bytes from the start of the data
}

// rawEntry is an entry as it is spelt. Pointers tell null from zero.
type rawEntry struct {
	dtype   *string
	shape   []*int64
	offsets []*int64
}

func parseHeader(text []byte) (header, error) {
	if len(text) == 0 || text[0] != '{' {
		return header{}, errors.New("not a safetensors file: the header does not start with {")
	}
	var h header
	dec := json.NewDecoder(bytes.NewReader(text))
	err := walkObject(dec, func(key string) error {
		if key == metadataKey {
			return parseMetadata(dec, &h)
		}
		e, err := parseEntry(dec, key)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", key, err)
		}
		h.entries = append(h.entries, e)
		return nil
	})
	if err != nil {
		return header{}, fmt.Errorf("bad header: %w", err)
	}
	if rest := bytes.Trim(text[dec.InputOffset():], " "); len(rest) > 0 {
		return header{}, errors.New("bad header: text follows the JSON object")
	}
	return h, nil
}

func parseMetadata(dec *json.Decoder, h *header) error {
	h.metadata = map[string]string{}
	return walkObject(dec, func(key string) error {
		value, err := decode[*string](dec)
		if err != nil || value == nil {
			return fmt.Errorf("metadata %q is not a string", key)
		}
		h.metadata[key] = *value
		return nil
	})
}

func parseEntry(dec *json.Decoder, name string) (entry, error) {
	var raw rawEntry
	err := walkObject(dec, func(key string) (err error) {
		switch key {
		case "dtype":
			raw.dtype, err = decode[*string](dec)
		case "shape":
			raw.shape, err = decode[[]*int64](dec)
		case "data_offsets":
			raw.offsets, err = decode[[]*int64](dec)
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		return err
	})
	if err != nil {
		return entry{}, err
	}
	return raw.check(name)
}

// check turns the spelling into an entry whose dtype, shape and byte count
// agree; where the bytes lie is checkLayout's business.
func (raw rawEntry) check(name string) (entry, error) {
	if raw.dtype == nil || raw.shape == nil || len(raw.offsets) != 2 {
		return entry{}, errors.New("dtype, shape and two data_offsets are needed")
	}
	place := slices.IndexFunc(dtypes, func(d dtype) bool { return d.name == *raw.dtype })
	if place < 0 {
		return entry{}, fmt.Errorf("dtype %q is none that is read here; save it as float32 (F32)", *raw.dtype)
	}
	shape := make([]int, len(raw.shape))
	for i, length := range raw.shape {
		var err error
		if shape[i], err = toInt(length); err != nil {
			return entry{}, err
		}
	}
	length, err := elements(shape)
	if err != nil {
		return entry{}, err
	}
	return raw.place(entry{name: name, kind: dtypes[place], shape: shape, length: length})
}

func (raw rawEntry) place(e entry) (entry, error) {
	begin, err := toInt(raw.offsets[0])
	if err != nil {
		return entry{}, err
	}
	end, err := toInt(raw.offsets[1])
	if err != nil {
		return entry{}, err
	}
	if begin > end || end-begin != e.length*e.kind.size {
		return entry{}, fmt.Errorf("bytes %d to %d do not hold shape %v of %s", begin, end, e.shape, e.kind.name)
	}
	e.begin, e.end = int64(begin), int64(end)
	return e, nil
}

// walkObject calls visit at every key of the JSON object that comes next;
// visit reads the value. A key that comes twice is an error: encoding/json
// alone would let the second one win.
func walkObject(dec *json.Decoder, visit func(key string) error) error {
	start, err := dec.Token()
	if err != nil {
		return fmt.Errorf("invalid JSON: %v", err) // %v: an io.EOF in here is not the file's end
	}
	if start != json.Delim('{') {
		return errors.New("a JSON object is needed")
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return fmt.Errorf("invalid JSON: %v", err)
		}
		key, _ := token.(string) // the decoder lets nothing else be a key
		if seen[key] {
			return fmt.Errorf("%q comes twice", key)
		}
		seen[key] = true
		if err := visit(key); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("invalid JSON: %v", err)
	}
	return nil
}

// decode reads the JSON value that comes next.
func decode[T any](dec *json.Decoder) (T, error) {
	var value T
	if err := dec.Decode(&value); err != nil {
		return value, fmt.Errorf("invalid JSON: %v", err)
	}
	return value, nil
}
