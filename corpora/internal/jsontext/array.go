// Package jsontext cuts JSON files of any size into the elements of their array
// or the members of their object, and says what is wrong with a text that is no
// JSON.
package jsontext

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// Elements streams the elements of the JSON array in an open file, each with
// the number of the line on which it begins. It goes on after an element that
// is too long or not UTF-8; any other error is its last element. Only the
// brackets and strings of an element are looked at, not its grammar.
func Elements(f *textfile.File, path string) iter.Seq2[textfile.Line, error] {
	return (&array{file: f, number: 1, opening: '[', closing: ']', noun: "array"}).pieces(path)
}

// Members is elements for the members of the JSON object in an open file, each
// with its name: "name": value.
func Members(f *textfile.File, path string) iter.Seq2[textfile.Line, error] {
	return (&array{file: f, number: 1, opening: '{', closing: '}', noun: "object"}).pieces(path)
}

// name reads the name of a member and the character with which its value begins.
func (a *array) name() (name string, first byte, err error) {
	var text []byte
	var n nesting
	for {
		c, err := a.read()
		switch {
		case err != nil:
			return "", 0, err
		case !n.quoted && c == a.closing:
			a.closed = true
			return "", 0, nil
		case !n.quoted && c == ':':
			for {
				if c, err = a.read(); err != nil || !isSpace(c) {
					break
				}
			}
			if err == nil && c != '[' && c != '{' {
				err = a.file.UnreadByte()
			}
			return strings.TrimSpace(string(text)), c, err
		case len(text) >= textfile.MaxLine:
			return "", 0, errNone
		}
		n.see(c)
		if a.start = a.number; !isSpace(c) || n.quoted {
			text = append(text, c)
		}
	}
}

// Whole is elements for a file that is one JSON value, the only piece.
func Whole(f *textfile.File, path string) iter.Seq2[textfile.Line, error] {
	return func(yield func(textfile.Line, error) bool) {
		content, err := io.ReadAll(io.LimitReader(f, textfile.MaxLine+1))
		switch {
		case err != nil:
			yield(textfile.Line{}, fault.CannotRead(path, err))
			return
		case len(content) > textfile.MaxLine:
			err = fault.At(path, 1, "the JSON of the file is longer than 1 MiB and no array")
		case !utf8.Valid(content):
			err = fault.At(path, 1, "the file is not UTF-8"+textfile.Advice(content))
		}
		yield(textfile.Line{Text: string(content), Number: 1}, err)
	}
}

func (a *array) pieces(path string) iter.Seq2[textfile.Line, error] {
	return func(yield func(textfile.Line, error) bool) {
		err := a.open()
		if err == nil {
			for l, err := range a.contents(path) {
				if !yield(l, err) {
					return
				}
			}
			if !a.closed {
				return // the error was yielded
			}
			err = a.end()
		}
		if err != nil {
			yield(textfile.Line{}, a.fault(path, err))
		}
	}
}

// contents streams what is between the brackets, of which the first is read.
func (a *array) contents(path string) iter.Seq2[textfile.Line, error] {
	return func(yield func(textfile.Line, error) bool) {
		var err error
		for err == nil && !a.closed {
			var e textfile.Line
			var tooLong bool
			if e, tooLong, err = a.next(); err != nil || a.closed && a.count == 1 && e.Text == "" && !tooLong {
				break // of an empty array, or with an error
			}
			var bad error
			switch {
			case tooLong:
				bad = fault.At(path, e.Number, "the element of the "+a.noun+" that begins here is longer than 1 MiB")
			case !utf8.ValidString(e.Text):
				bad = fault.At(path, e.Number, "the element of the "+a.noun+" that begins here is not UTF-8"+textfile.Advice([]byte(e.Text)))
			}
			if !yield(e, bad) {
				return
			}
		}
		if err != nil {
			yield(textfile.Line{}, a.fault(path, err))
		}
	}
}

func (a *array) fault(path string, err error) error {
	switch {
	case errors.Is(err, errUnfinished):
		return fmt.Errorf("corpora: %s:%d: %w its JSON %s, inside what begins here; get the whole file, or close its brackets", fault.Shown(path), a.start, err, a.noun)
	case errors.Is(err, errNone), errors.Is(err, errMore):
		return fmt.Errorf("corpora: %s:%d: %w JSON %s; mend the file", fault.Shown(path), a.number, err, a.noun)
	}
	return fault.CannotRead(path, err)
}

var (
	errNone       = errors.New("there is no")
	errUnfinished = errors.New("the file ends before")
	errMore       = errors.New("something follows the")
)

// array cuts a JSON array into elements, or an object into members.
type array struct {
	file             *textfile.File
	opening, closing byte   // its brackets
	noun             string // for messages
	number           int    // of the line that is being read
	start            int    // of the line on which the element begins
	count            int    // elements begun
	closed           bool   // the bracket that ends the array is read
}

func (a *array) read() (byte, error) {
	c, err := a.file.ReadByte()
	if c == '\n' && err == nil {
		a.number++
	}
	if err == io.EOF {
		err = errUnfinished
	}
	return c, err
}

func (a *array) open() error {
	for {
		c, err := a.read()
		switch a.start = a.number; {
		case err != nil:
			return err
		case c == a.opening:
			return nil
		case !isSpace(c):
			return errNone
		}
	}
}

// next reads one element, and the comma or bracket after it.
func (a *array) next() (e textfile.Line, tooLong bool, err error) {
	a.count++
	var n nesting
	var text []byte
	for {
		c, err := a.read()
		if err != nil {
			return e, false, err
		}
		if n.depth == 0 && !n.quoted && (c == ',' || c == a.closing) {
			a.closed = c == a.closing
			if e.Number == 0 {
				e.Number = a.number
			}
			e.Text = strings.TrimRight(string(text), " \t\r\n")
			return e, tooLong, nil
		}
		if e.Number == 0 && isSpace(c) {
			continue
		}
		if e.Number == 0 {
			e.Number, a.start = a.number, a.number
		}
		n.see(c)
		if tooLong = tooLong || len(text) == textfile.MaxLine; tooLong {
			text = text[:0]
		} else {
			text = append(text, c)
		}
	}
}

// end checks that only white space follows the array.
func (a *array) end() error {
	for {
		c, err := a.read()
		switch {
		case errors.Is(err, errUnfinished):
			return nil
		case err != nil:
			return err
		case !isSpace(c):
			return errMore
		}
	}
}

// nesting follows brackets and strings.
type nesting struct {
	depth           int
	quoted, escaped bool
}

func (n *nesting) see(c byte) {
	switch {
	case n.escaped:
		n.escaped = false
	case n.quoted:
		n.quoted, n.escaped = c != '"', c == '\\'
	case c == '"':
		n.quoted = true
	case c == '[', c == '{':
		n.depth++
	case (c == ']' || c == '}') && n.depth > 0:
		n.depth--
	}
}

// isSpace tells whether JSON allows c between values.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// IsArray tells whether the first character of a file opens a JSON array.
func IsArray(path string) bool { return First(path) == '[' }

// First is the first character of a file that is no white space; 0: there is none.
func First(path string) byte {
	f, err := textfile.OpenHead(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	for {
		c, err := f.ReadByte()
		if err != nil {
			return 0
		}
		if !isSpace(c) {
			return c
		}
	}
}

// ErrNoMember says that nothing stands between two commas of an object.
var ErrNoMember = errors.New("there is nothing between two commas")

// BreaksBefore counts the line breaks of a JSON text before its fault.
func BreaksBefore(text string, err error) int {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return 0
	}
	return strings.Count(text[:min(int(syntax.Offset), len(text))], "\n")
}
