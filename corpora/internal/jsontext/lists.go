package jsontext

import (
	"encoding/json"
	"iter"
	"strconv"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// mostDepth is how deep lists of messages may lie in an object.
const mostDepth = 8

// Lists is elements for every list that is a member of one name in the JSON object in an open file, at any depth
// outside such lists. Each element stands after the number of its list: "1": element.
func Lists(member string) textfile.Cut {
	return func(f *textfile.File, path string) iter.Seq2[textfile.Line, error] {
		return func(yield func(textfile.Line, error) bool) {
			top := &array{file: f, number: 1, opening: '{', closing: '}', noun: "object"}
			w := &lists{member: member, path: path, yield: yield}
			err := top.open()
			if err == nil {
				err = w.object(top, 0)
			}
			if err != nil && !w.stopped {
				yield(textfile.Line{}, top.fault(path, err))
			}
		}
	}
}

// lists walks an object.
type lists struct {
	member  string
	path    string
	yield   func(textfile.Line, error) bool
	count   int
	stopped bool // nobody listens any more, or was told the error
}

// object walks the members of an object whose bracket is read.
func (w *lists) object(a *array, depth int) error {
	for !a.closed && !w.stopped {
		quoted, c, err := a.name()
		if err != nil || a.closed {
			return err
		}
		var name string
		_ = json.Unmarshal([]byte(quoted), &name) // what is no name is no name of a list
		if err := w.value(a, c, name == w.member, depth); err != nil || w.stopped {
			return err
		}
		if _, _, err := a.next(); err != nil { // up to the comma
			return err
		}
	}
	return nil
}

// value walks a value that begins with c, which is read where it is a bracket.
func (w *lists) value(a *array, c byte, wanted bool, depth int) error {
	in := &array{file: a.file, number: a.number, opening: c, closing: '}', noun: "object"}
	if c == '[' {
		in.closing, in.noun = ']', "array"
	}
	var err error
	switch {
	case c != '[' && c != '{':
		return nil // next reads it
	case c == '[' && wanted:
		w.elements(in)
	case depth == mostDepth:
		for err == nil && !in.closed {
			_, _, err = in.next()
		}
	case c == '{':
		err = w.object(in, depth+1)
	default:
		err = w.each(in, depth+1)
	}
	a.number = in.number
	return err
}

// each walks the elements of an array that is no list of messages.
func (w *lists) each(a *array, depth int) error {
	for !a.closed && !w.stopped {
		c, err := a.read()
		switch {
		case err != nil:
			return err
		case isSpace(c):
			continue
		case c == a.closing:
			a.closed = true
			return nil
		case c == '[' || c == '{':
			err = w.value(a, c, false, depth)
		default:
			err = a.file.UnreadByte()
		}
		if err == nil && !w.stopped {
			_, _, err = a.next()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// elements streams a list.
func (w *lists) elements(in *array) {
	w.count++
	for l, err := range in.contents(w.path) {
		if err == nil {
			l.Text = strconv.Quote(strconv.Itoa(w.count)) + ":" + l.Text
		}
		if !w.yield(l, err) {
			w.stopped = true
			return
		}
	}
	w.stopped = !in.closed // the error was yielded
}
