package openai

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A field takes in the value of one key; its message says what is wrong with it, after
// the key's name: "n must be a whole number". Nil is a value that nothing depends on.
type field[T any] func(into *T, value json.RawMessage) error

// fields are those of an object, by their exact key.
type fields[T any] map[string]field[T]

// errParam names the parameter inside a value that is at fault.
type errParam struct {
	param string // follows the key: [0].content
	error
}

// read reads one JSON object, and names what it cannot use. Keys with null are absent.
func read[T any](text []byte, known fields[T], into *T) *Error {
	var object map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(text))
	err := d.Decode(&object)
	if err == nil {
		if err = Unique(text); err != nil {
			return badf(param(err), "the request is not one JSON object: %v", err)
		}
	}
	if err == nil && object == nil {
		err = errors.New("it is null")
	}
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the object")
		}
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		err = errors.New("it is of kind " + kind.Value)
	}
	if err != nil {
		return badf("", "the request is not one JSON object: %v", err)
	}
	return keys(object, "", known, into)
}

// Unique refuses an object, at any depth, that has one key twice: readers of JSON take
// one or the other of them.
func Unique(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()              // of any size, which is for those that read them to refuse
	var open []map[string]bool // nil: a list
	isKey, top := false, ""    // the key of the request that we are inside of
	for {
		token, err := d.Token()
		if err == io.EOF || err == nil && len(open) == 0 && token != json.Delim('{') {
			return nil
		}
		if err != nil {
			return err
		}
		switch key, isText := token.(string); {
		case token == json.Delim('{'):
			open = append(open, map[string]bool{})
		case token == json.Delim('['):
			open = append(open, nil)
		case token == json.Delim('}') || token == json.Delim(']'):
			open = open[:len(open)-1]
		case isKey && isText:
			within := open[len(open)-1]
			if len(open) == 1 {
				top = key
			}
			if within[key] {
				return errParam{top, fmt.Errorf("the key %q stands in it twice", key)}
			}
			within[key] = true
			isKey = false
			continue
		}
		if len(open) == 0 {
			return nil
		}
		isKey = open[len(open)-1] != nil
	}
}

// param is the parameter that an error names; empty: none.
func param(err error) string {
	var named errParam
	if errors.As(err, &named) {
		return named.param
	}
	return ""
}

// keys takes in the keys of an object, in order; prefix stands before their names.
func keys[T any](object map[string]json.RawMessage, prefix string, known fields[T], into *T) *Error {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		take, ok := known[key]
		if !ok {
			fault := badf(prefix+key, "%s%s is not known here; the keys are %s", prefix, cmp.Or(key, `""`), strings.Join(slices.Sorted(maps.Keys(known)), ", "))
			fault.Param = new(prefix + key) // an empty key too has a name
			return fault
		}
		if take == nil || isNull(object[key]) {
			continue
		}
		err := take(into, object[key])
		var inner errParam
		switch {
		case errors.As(err, &inner):
			return badf(prefix+key+inner.param, "%s%s%s %v", prefix, key, inner.param, inner.error)
		case err != nil:
			return badf(prefix+key, "%s%s %v", prefix, key, err)
		}
	}
	return nil
}

func isNull(value json.RawMessage) bool { return string(value) == "null" }

// value is the field of a JSON value of one kind, which set takes in.
func value[T, V any](kind string, set func(into *T, v V) error) field[T] {
	return func(into *T, text json.RawMessage) error {
		var v V
		if json.Unmarshal(Whole(text), &v) != nil {
			return errors.New("must be " + kind)
		}
		return set(into, v)
	}
}

// Whole is a number without a fraction as an integer, 2 for 2.0 or 2e0, as clients of
// languages with one kind of number write it, and all else as it is.
func Whole(text json.RawMessage) json.RawMessage {
	if v, err := strconv.ParseFloat(string(text), 64); err == nil && v == math.Trunc(v) && math.Abs(v) < 1<<53 && bytes.ContainsAny(text, ".eE") {
		return strconv.AppendInt(nil, int64(v), 10)
	}
	return text
}

// only is the field of a parameter of which a few values mean what the server does
// anyway. Others are refused, for they would change nothing.
func only[T any](why string, harmless ...string) field[T] {
	return func(_ *T, text json.RawMessage) error {
		var compact bytes.Buffer
		if json.Compact(&compact, text) == nil && slices.Contains(harmless, compact.String()) {
			return nil
		}
		return errors.New(why)
	}
}
