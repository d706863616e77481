// Package csv reads tables of comma-separated values.
package csv

import (
	"cmp"
	"errors"
	"iter"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// A Record is one row of a table of comma-separated values (RFC 4180).
type Record struct {
	Number int // of the line on which it begins
	Fields []string
}

// Records streams the records of lines with a mark between the fields, the header
// first. It goes on after a malformed one; any other error is its last element. Blank
// lines are passed over. A quote inside a field that does not begin with one is a
// letter, as every quote is where the mark is a TAB.
func Records(path string, lines iter.Seq2[textfile.Line, error], mark byte) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		r := row{mark: mark}
		for l, err := range lines {
			switch {
			case err != nil:
				r.number = cmp.Or(r.number, l.Number)
			case r.number == 0 && strings.TrimSpace(l.Text) == "":
				continue
			default:
				if r.add(l); r.quoted && r.size <= textfile.MaxLine {
					continue
				}
				err = r.fault(path)
			}
			done := Record{r.number, r.fields}
			r = row{mark: mark}
			if !yield(done, err) {
				return
			}
		}
		if r.number > 0 {
			yield(Record{Number: r.number}, r.fault(path))
		}
	}
}

// Fields takes apart a record on one line, with a mark between its fields.
func Fields(text string, mark byte) ([]string, error) {
	r := row{mark: mark}
	if r.add(textfile.Line{Number: 1, Text: text}); r.quoted {
		return nil, errUnquoted
	}
	return r.fields, nil
}

var errUnquoted = errors.New("a quoted field of the row that begins here has no quote at its end")

// row gathers the fields of a record line by line.
type row struct {
	mark   byte // between fields
	number int
	size   int // bytes of its lines
	fields []string
	field  strings.Builder
	quoted bool // the line ended inside quotes
}

func (r *row) fault(path string) error {
	if r.quoted {
		return fault.At(path, r.number, errUnquoted.Error())
	}
	return nil
}

func (r *row) add(l textfile.Line) {
	if r.quoted {
		r.field.WriteByte('\n') // of the line before
	}
	r.number = cmp.Or(r.number, l.Number)
	r.size += len(l.Text)
	for text, more := l.Text, true; more; {
		if !r.quoted && r.mark != '\t' && strings.HasPrefix(text, `"`) {
			r.quoted, text = true, text[1:]
		}
		if r.quoted {
			if text = r.unquote(text); r.quoted {
				return
			}
		}
		var rest string
		rest, text, more = strings.Cut(text, string(r.mark))
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
