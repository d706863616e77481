package shape

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// TextOf returns a value that is a string, or a number as it is written.
func TextOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, utf8.ValidString(v)
	case []byte:
		return string(v), utf8.Valid(v)
	}
	return "", false
}

// ValueOf is TextOf for strings, numbers and truth values, which labels may be.
func ValueOf(value any) (string, bool) {
	switch v := value.(type) {
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	case int32:
		return strconv.Itoa(int(v)), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return TextOf(value)
}

// saidIn returns what a value says: a string, or the texts among the parts of a
// message, each on lines of its own. ok is false where the value is something else.
func saidIn(value any) (text string, ok bool) {
	parts, isList := value.([]any)
	if !isList {
		return TextOf(value)
	}
	var said []string
	for _, p := range parts {
		if part, isMap := p.(map[string]any); isMap {
			p = part["text"]
			if p == nil {
				continue // an image, a file
			}
		}
		text, ok := TextOf(p)
		if !ok {
			return "", false
		}
		said = append(said, text)
	}
	return strings.Join(said, "\n"), true
}

// runsIn is saidIn for parts that follow each other in one line, such as words and links.
func runsIn(value any) (text string, ok bool) {
	parts, isList := value.([]any)
	if !isList {
		return TextOf(value)
	}
	for _, p := range parts {
		if part, isMap := p.(map[string]any); isMap {
			p = part["text"]
		}
		run, _ := TextOf(p)
		text += run
	}
	return text, true
}

// scalars are the values of a list that labels may be; nil when one is none.
func scalars(list any) []string {
	elements, isList := list.([]any)
	if !isList {
		return nil
	}
	all := make([]string, len(elements))
	for i, e := range elements {
		var ok bool
		if all[i], ok = ValueOf(e); !ok {
			return nil
		}
	}
	return all
}
