package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/cvae-go/cvae/dialog"
)

// eachElement is the source of a file with a JSON array of dialogues. A fault
// of an element names the line where it is or, when that is not known, where
// the element begins. A dialogue without turns and without an error is an
// element to pass over.
func eachElement(path string, parse func(text string) (dialog.Dialogue, error)) source {
	return eachPiece(path, elements, parse)
}

// pieces cuts an open file into texts, each with the number of its first line.
type pieces func(f *textFile, path string) iter.Seq2[line, error]

// eachPiece is eachElement for the pieces that cut makes of a file.
func eachPiece(path string, cut pieces, parse func(text string) (dialog.Dialogue, error)) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		f, err := openText(path)
		if err != nil {
			yield(dialog.Dialogue{}, err)
			return
		}
		defer f.Close()
		for e, err := range cut(f, path) {
			var d dialog.Dialogue
			if err == nil {
				if d, err = parse(e.text); err != nil {
					err = &malformed{path, e.number + breaksBefore(e.text, err), err.Error()}
				} else if len(d.Turns) == 0 {
					continue
				}
			}
			d.ID = lineID(path, e.number)
			if !yield(d, err) {
				return
			}
		}
	}
}

// breaksBefore counts the line breaks of a JSON text before its fault.
func breaksBefore(text string, err error) int {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return 0
	}
	return strings.Count(text[:min(int(syntax.Offset), len(text))], "\n")
}

// elements streams the elements of the JSON array in an open file, each with
// the number of the line on which it begins. It goes on after an element that
// is too long or not UTF-8; any other error is its last element. Only the
// brackets and strings of an element are looked at, not its grammar.
func elements(f *textFile, path string) iter.Seq2[line, error] {
	return (&array{file: f, number: 1, opening: '[', closing: ']', noun: "array"}).pieces(path)
}

// members is elements for the members of the JSON object in an open file, each
// with its name: "name": value.
func members(f *textFile, path string) iter.Seq2[line, error] {
	return (&array{file: f, number: 1, opening: '{', closing: '}', noun: "object"}).pieces(path)
}

// whole is elements for a file that is one JSON value, the only piece.
func whole(f *textFile, path string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		content, err := io.ReadAll(io.LimitReader(f, maxLine+1))
		switch {
		case err != nil:
			yield(line{}, cannotRead(path, err))
			return
		case len(content) > maxLine:
			err = &malformed{path, 1, "the JSON of the file is longer than 1 MiB and no array"}
		case !utf8.Valid(content):
			err = &malformed{path, 1, "the file is not UTF-8"}
		}
		yield(line{text: string(content), number: 1}, err)
	}
}

func (a *array) pieces(path string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		err := a.open()
		for err == nil && !a.closed {
			var e line
			var tooLong bool
			if e, tooLong, err = a.next(); err != nil || a.closed && a.count == 1 && e.text == "" && !tooLong {
				break // of an empty array, or with an error
			}
			var bad error
			switch {
			case tooLong:
				bad = &malformed{path, e.number, "the element of the " + a.noun + " that begins here is longer than 1 MiB"}
			case !utf8.ValidString(e.text):
				bad = &malformed{path, e.number, "the element of the " + a.noun + " that begins here is not UTF-8"}
			}
			if !yield(e, bad) {
				return
			}
		}
		if err == nil {
			err = a.end()
		}
		if err != nil {
			yield(line{}, a.fault(path, err))
		}
	}
}

// fault makes a sentence of an error of the array itself.
func (a *array) fault(path string, err error) error {
	switch {
	case errors.Is(err, errUnfinished):
		return fmt.Errorf("corpora: %s:%d: %w its JSON %s, inside what begins here; get the whole file, or close its brackets", shown(path), a.start, err, a.noun)
	case errors.Is(err, errNone), errors.Is(err, errMore):
		return fmt.Errorf("corpora: %s:%d: %w JSON %s; mend the file", shown(path), a.number, err, a.noun)
	}
	return cannotRead(path, err)
}

var (
	errNone       = errors.New("there is no")
	errUnfinished = errors.New("the file ends before")
	errMore       = errors.New("something follows the")
)

// array cuts a JSON array into elements, or an object into members.
type array struct {
	file             *textFile
	opening, closing byte   // its brackets
	noun             string // for messages
	number           int    // of the line that is being read
	start            int    // of the line on which the element begins
	count            int    // elements begun
	closed           bool   // the bracket that ends the array is read
}

// read returns the next character.
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

// open reads the bracket that opens the array.
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
func (a *array) next() (e line, tooLong bool, err error) {
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
			if e.number == 0 {
				e.number = a.number
			}
			e.text = strings.TrimRight(string(text), " \t\r\n")
			return e, tooLong, nil
		}
		if e.number == 0 && isSpace(c) {
			continue
		}
		if e.number == 0 {
			e.number, a.start = a.number, a.number
		}
		n.see(c)
		if tooLong = tooLong || len(text) == maxLine; tooLong {
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
