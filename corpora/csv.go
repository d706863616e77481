package corpora

import (
	"errors"
	"iter"
	"slices"
	"strings"
)

// A record is one row of a table of comma-separated values (RFC 4180).
type record struct {
	number int // of the line on which it begins
	fields []string
}

// records streams the records of a file, the header first. It goes on after a
// malformed one; any other error is its last element. Blank lines are passed
// over. A quote inside a field that does not begin with one is a letter.
func records(path string) iter.Seq2[record, error] { return recordsOf(path, lines(path)) }

// recordsOf is records for lines that are read otherwise.
func recordsOf(path string, lines iter.Seq2[line, error]) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		var r row
		for l, err := range lines {
			switch {
			case err != nil:
				r.start(l.number)
			case r.number == 0 && strings.TrimSpace(l.text) == "":
				continue
			default:
				if r.add(l); r.quoted && r.size <= maxLine {
					continue
				}
				err = r.fault(path)
			}
			done := record{r.number, r.fields}
			r = row{}
			if !yield(done, err) {
				return
			}
		}
		if r.number > 0 {
			yield(record{number: r.number}, r.fault(path))
		}
	}
}

// fields takes apart a record on one line.
func fields(text string) ([]string, error) {
	var r row
	if r.add(line{1, text}); r.quoted {
		return nil, errUnquoted
	}
	return r.fields, nil
}

var errUnquoted = errors.New("a quoted field of the row that begins here has no quote at its end")

// row gathers the fields of a record line by line.
type row struct {
	number int
	size   int // bytes of its lines
	fields []string
	field  strings.Builder
	quoted bool // the line ended inside quotes
}

func (r *row) start(number int) {
	if r.number == 0 {
		r.number = number
	}
}

// fault is the error of a record that ends here.
func (r *row) fault(path string) error {
	if r.quoted {
		return &malformed{path, r.number, errUnquoted.Error()}
	}
	return nil
}

func (r *row) add(l line) {
	if r.quoted {
		r.field.WriteByte('\n') // of the line before
	}
	r.start(l.number)
	r.size += len(l.text)
	for text, more := l.text, true; more; {
		if !r.quoted && strings.HasPrefix(text, `"`) {
			r.quoted, text = true, text[1:]
		}
		if r.quoted {
			if text = r.unquote(text); r.quoted {
				return
			}
		}
		var rest string
		rest, text, more = strings.Cut(text, ",")
		r.field.WriteString(rest)
		r.fields = append(r.fields, r.field.String())
		r.field.Reset()
	}
}

// unquote reads on to the quote that ends a field and returns what follows.
func (r *row) unquote(text string) string {
	for {
		before, after, found := strings.Cut(text, `"`)
		r.field.WriteString(before)
		if !found {
			return ""
		}
		if !strings.HasPrefix(after, `"`) {
			r.quoted = false
			return after
		}
		r.field.WriteByte('"')
		text = after[1:]
	}
}

// column returns the number of a column by its name; -1: there is none.
func column(header []string, name string) int {
	return slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(h) == name })
}
