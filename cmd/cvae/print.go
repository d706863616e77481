package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// printable shows s on one line of a terminal: what is not printable is
// escaped, so that no text can move the cursor or change a colour.
func printable(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

// output writes a result as JSON where that is asked for, or as print shows it.
func output[T any](w io.Writer, asJSON bool, result T, print func(io.Writer, T) error) error {
	if asJSON {
		return printJSON(w, result)
	}
	return print(w, result)
}

// printJSON writes v as one line of JSON in which everything that is not
// printable is escaped.
func printJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("encoding the result: %w", err)
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// escaped writes control and format characters of a JSON text, which can stand
// only inside strings, as \u escapes.
func escaped(text []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(bytes.TrimSuffix(text, []byte("\n"))) {
		if !unicode.Is(unicode.Cc, r) && !unicode.Is(unicode.Cf, r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return append(b.Bytes(), '\n')
}
