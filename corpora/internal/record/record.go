// Package record reads the records of a file, whatever holds them: lines of
// JSON, a JSON array or object, a table of comma-separated values, Parquet or Arrow.
package record

import (
	"encoding/json"
	"io"
	"iter"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/arrow"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// A Record is a JSON value, or a row of a table as a map[string]any.
type Record struct {
	Number int // of its line or row, from 1
	Same   int // how many records before it have the same number
	Value  any
	Text   string // of JSON, for the line of a fault
	Size   int    // bytes, about
	Member string // of the JSON object whose value this is, or is in
}

// A Kind is a way in which a file holds records.
type Kind struct {
	Name    string // for messages
	Table   bool   // has columns, whose names are folded
	Lines   bool   // of JSON
	Whole   bool   // the file is one record
	Log     bool   // the records are the elements of lists named messages
	Binary  bool   // of Parquet or Arrow, whose columns have types
	columns func(path string) ([]string, error)
	read    func(path string, columns []string, open opener) iter.Seq2[Record, error]
}

// An opener makes texts of a file, or of the beginning of one.
type opener func(path string, cut textfile.Cut) iter.Seq2[textfile.Line, error]

// Records streams the records of a file, of a table perhaps without other
// columns than these. It goes on after a malformed one; any other error is its last element.
func (k Kind) Records(path string, columns []string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		last, same := 0, 0
		for r, err := range k.read(path, columns, textfile.Texts) {
			if same++; r.Number != last {
				last, same = r.Number, 0
			}
			if r.Same = same; !yield(r, err) {
				return
			}
		}
	}
}

// Columns are the names of the columns of a table, as they stand in the file.
func (k Kind) Columns(path string) ([]string, error) {
	if k.columns == nil {
		return nil, nil
	}
	return k.columns(path)
}

// Head returns the first sound records of a file, of which detection needs a few.
func (k Kind) Head(path string, columns []string) []Record {
	first, _ := k.head(path, columns)
	return first
}

// Lowered is the kind with the names of the members of JSON objects in lower case.
func (k Kind) Lowered() Kind {
	read := k.read
	k.read = func(path string, columns []string, open opener) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			for r, err := range read(path, columns, open) {
				r.Value, _ = lowered(r.Value)
				if !yield(r, err) {
					return
				}
			}
		}
	}
	return k
}

// Lowered are records with the names of the members of JSON objects in lower case, and whether any was not.
func Lowered(all []Record) (low []Record, differ bool) {
	for _, r := range all {
		var changed bool
		r.Value, changed = lowered(r.Value)
		low, differ = append(low, r), differ || changed
	}
	return low, differ
}

// lowered is a value with the names of its members in lower case, and whether any was not. Where several would have one
// name all stay.
func lowered(value any) (low any, differs bool) {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			var changed bool
			list[i], changed = lowered(v[i])
			differs = differs || changed
		}
		if differs {
			return list, true
		}
	case map[string]any:
		members := make(map[string]any, len(v))
		for name, e := range v {
			small := strings.ToLower(name)
			inside, changed := lowered(e)
			members[small], differs = inside, differs || changed || small != name
		}
		if differs && len(members) == len(v) {
			return members, true
		}
	}
	return value, false
}

// Unlikely tells whether most of the first records of a file are malformed: lines of JSON that are parts of one value.
func (k Kind) Unlikely(path string) bool {
	first, seen := k.head(path, nil)
	return 2*len(first) < seen
}

func (k Kind) head(path string, columns []string) (first []Record, seen int) {
	const most = 100
	for r, err := range k.read(path, columns, textfile.HeadTexts) {
		if err == nil {
			first = append(first, r)
		}
		if seen++; len(first) == most || seen == 2*most {
			break
		}
	}
	return first, seen
}

var (
	// Lines are JSON values, one a line.
	Lines = Kind{Name: "JSON Lines", Lines: true, read: jsonPieces(textfile.UTF8, true, valueOf)}
	// Elements are those of a JSON array.
	Elements = Kind{Name: "a JSON array", read: jsonPieces(jsontext.Elements, false, valueOf)}
	// Members are those of a JSON object.
	Members = Kind{Name: "a JSON object", read: jsonPieces(jsontext.Members, false, memberOf)}
	nested  = Kind{Name: "a JSON object of lists", read: jsonPieces(jsontext.Nested, false, memberOf)}
	logs    = Kind{Name: "a JSON object with lists of messages", Log: true, read: jsonPieces(jsontext.Lists("messages", "MessageList"), false, memberOf)}
	// Whole is the one JSON value of a file.
	Whole    = Kind{Name: "a JSON value", Whole: true, read: jsonPieces(jsontext.Whole, false, valueOf)}
	parquets = typed("Parquet", openParquet)
	arrows   = typed("Arrow", openArrow)
)

// Kinds are the ways in which a file may hold records, by its first bytes, the
// likely ones first.
func Kinds(path string) []Kind {
	switch {
	case parquet.Is(path):
		return []Kind{parquets}
	case strings.HasSuffix(textfile.Bare(path), ".parquet"): // a pointer to one, as a rule
		return []Kind{parquets}
	case arrow.Is(path):
		return []Kind{arrows}
	}
	first := jsontext.First(path)
	switch lines := (first == '[' || first == '{') && linewise(path); {
	case first == '[' && lines:
		return []Kind{Lines, Elements}
	case first == '[':
		return []Kind{Elements, Lines}
	case lines:
		return []Kind{Lines}
	case first == '{':
		return []Kind{Lines, Whole, Members, nested}
	}
	if mark, ok := markOf(path); ok {
		return []Kind{Table(mark, false)}
	}
	return nil
}

// linewise tells whether each of the first two lines of a file is a JSON list or object.
func linewise(path string) bool {
	const enough = 2
	n := 0
	for _, line := range textfile.Head(path) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if !strings.ContainsAny(line[:1], "[{") || !json.Valid([]byte(line)) {
			return false
		}
		if n++; n == enough {
			return true
		}
	}
	return false
}

// Logs are the ways in which a file may hold messages of chats, before those in which
// it may hold dialogues.
func Logs(path string) []Kind {
	if jsontext.First(path) == '{' {
		return []Kind{logs}
	}
	return nil
}

// jsonPieces reads what cut makes of a file; blank says that blank pieces are none.
func jsonPieces(cut textfile.Cut, blank bool, parse func(text string) (member string, value any, err error)) func(string, []string, opener) iter.Seq2[Record, error] {
	return func(path string, _ []string, open opener) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			for l, err := range open(path, cut) {
				r := Record{Number: l.Number, Text: l.Text, Size: len(l.Text)}
				if err == nil && blank && strings.TrimSpace(l.Text) == "" {
					continue
				}
				if err == nil {
					if r.Member, r.Value, err = parse(l.Text); err != nil {
						err = fault.At(path, l.Number+jsontext.BreaksBefore(l.Text, err), err.Error())
					}
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// valueOf decodes a JSON text. Numbers keep their digits.
func valueOf(text string) (member string, value any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err = d.Decode(&value)
	if _, more := d.Token(); err != nil || more != io.EOF {
		return "", nil, jsontext.Problem(json.Unmarshal([]byte(text), &value)) // with its place
	}
	return "", value, nil
}

// Value decodes the text of one record.
func Value(text string) (any, error) {
	_, value, err := valueOf(text)
	return value, err
}

// memberOf decodes "name": value.
func memberOf(text string) (member string, value any, err error) {
	_, object, err := valueOf("{" + text + "}")
	if err != nil {
		return "", nil, err
	}
	for name, value := range object.(map[string]any) {
		return name, value, nil
	}
	return "", nil, jsontext.ErrNoMember
}
