package jsontext

import (
	"encoding/json"
	"iter"
	"strconv"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// mostDepth is how deep a walk goes into an object.
const mostDepth = 8

// Nested is elements for the JSON object in an open file whose members are arrays
// or objects, of which it streams the elements or members, each after the name of
// the member of the file that it is in: "name": value. Other members are passed over.
func Nested(f *textfile.File, path string) iter.Seq2[textfile.Line, error] {
	return func(yield func(textfile.Line, error) bool) {
		w := &walk{path: path, yield: yield, choose: func(quoted string, _ byte, _ int) (choice, string) { return take, quoted }}
		w.file(f)
	}
}

// Lists is elements for every list that is a member of one of these names in the JSON object in an open file, at any
// depth outside such lists. Each element stands after the number of its list: "1": element.
func Lists(members ...string) textfile.Cut {
	return func(f *textfile.File, path string) iter.Seq2[textfile.Line, error] {
		return func(yield func(textfile.Line, error) bool) {
			count := 0
			w := &walk{path: path, yield: yield, choose: func(quoted string, opening byte, _ int) (choice, string) {
				for _, m := range members {
					if opening == '[' && quoted == strconv.Quote(m) {
						count++
						return take, strconv.Quote(strconv.Itoa(count))
					}
				}
				return descend, ""
			}}
			w.file(f)
		}
	}
}

// Names are those of the first members of the JSON object in a file.
func Names(path string) (names []string, err error) {
	f, err := textfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	w := &walk{path: path, yield: func(_ textfile.Line, bad error) bool { err = bad; return false }}
	w.choose = func(quoted string, _ byte, _ int) (choice, string) {
		var name string
		if json.Unmarshal([]byte(quoted), &name) == nil {
			names = append(names, name)
		}
		const most = 8 // more are no splits
		w.stopped = len(names) == most
		return pass, ""
	}
	w.file(f)
	return names, err
}

// A choice says what is done with a list or an object.
type choice int

const (
	pass    choice = iota // over it
	descend               // look at what is in it
	take                  // stream what is in it
)

// A walk goes through the JSON object in a file.
type walk struct {
	path  string
	yield func(textfile.Line, error) bool
	// choose is asked for every value of an object: its name as it is written, its first character and how deep
	// it lies. What is taken stands after a text and a colon.
	choose  func(quoted string, opening byte, depth int) (choice, string)
	stopped bool // nobody listens any more, or was told the error
}

func (w *walk) file(f *textfile.File) {
	top := &array{file: f, number: 1, opening: '{', closing: '}', noun: "object"}
	err := top.open()
	if err == nil {
		err = w.object(top, 0)
	}
	if err != nil && !w.stopped {
		w.yield(textfile.Line{}, top.fault(w.path, err))
	}
}

// object walks the members of an object whose bracket is read.
func (w *walk) object(a *array, depth int) error {
	for !a.closed && !w.stopped {
		quoted, c, err := a.name()
		if err != nil || a.closed {
			return err
		}
		how, before := w.choose(quoted, c, depth)
		if w.stopped {
			return nil
		}
		if err := w.value(a, c, how, before, depth); err != nil || w.stopped {
			return err
		}
		if _, _, err := a.next(); err != nil { // up to the comma
			return err
		}
	}
	return nil
}

// value walks a value that begins with c, which is read where it is a bracket.
func (w *walk) value(a *array, c byte, how choice, before string, depth int) error {
	in := &array{file: a.file, number: a.number, opening: c, closing: '}', noun: "object"}
	if c == '[' {
		in.closing, in.noun = ']', "array"
	}
	var err error
	switch {
	case c != '[' && c != '{':
		return nil // next reads it
	case how == take:
		w.contents(in, before)
	case how == pass, depth == mostDepth:
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

// each walks the elements of an array.
func (w *walk) each(a *array, depth int) error {
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
			err = w.value(a, c, descend, "", depth)
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

// contents streams what is in a list or an object, whose members lose their own names.
func (w *walk) contents(in *array, before string) {
	for l, err := range in.contents(w.path) {
		if err == nil {
			if in.opening == '{' {
				l.Text = valueIn(l.Text)
			}
			l.Text = before + ":" + l.Text
		}
		if !w.yield(l, err) {
			w.stopped = true
			return
		}
	}
	w.stopped = !in.closed // the error was yielded
}

// valueIn is what stands after the name of a member.
func valueIn(member string) string {
	var n nesting
	for i := range len(member) {
		if n.see(member[i]); member[i] == ':' && !n.quoted {
			return member[i+1:]
		}
	}
	return ""
}
