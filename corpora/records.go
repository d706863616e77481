package corpora

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// recordFormats read records in one of the shapes of the table Shapes, whatever
// holds them. They are general: a format of one corpus goes before.
func recordFormats() []Format {
	return []Format{
		{
			Name: "jsonl", Title: "JSON Lines: context and response, turns, or chat messages", general: true,
			Layout: "one file; or a folder with train.jsonl valid.jsonl test.jsonl, or .json of arrays",
			exts:   []string{"jsonl", "json", "ndjson"}, read: readShapes("jsonl"), why: recordMatch("jsonl"),
		},
		{
			Name: "sharegpt", Title: `ShareGPT: JSON, or JSON Lines, of "conversations" with "from" and "value"`, general: true,
			Layout: "one file; or a folder with train.json valid.json test.json, or .jsonl",
			exts:   []string{"json", "jsonl"}, read: readShapes("sharegpt"), why: recordMatch("sharegpt"),
		},
		{
			Name: "huggingface", Title: "Hugging Face data sets: Parquet, Arrow or JSON Lines with a column dialog, utterances, messages or conversations", general: true,
			Layout: "a folder, or data/ in it, with files such as train-00000-of-00002.parquet, validation.parquet, test/0000.parquet, or as saved to disk, train/data-00000-of-00001.arrow; .jsonl where there are neither; or one file",
			place:  recordPlace(shapesOf("huggingface")), read: readShapes("huggingface"), why: recordMatch("huggingface"),
		},
		{
			Name: records, Title: "Records of JSON, Parquet, Arrow or a table with a header, in one of the shapes below, or as --map says", general: true,
			Layout: "one file, whose JSON may name the splits; or a folder of files with train, valid and test in their names, or in those of their folders",
			read:   readShapes(records), why: recordMatch(records),
			split: recordParts(shapesOf(records)),
		},
	}
}

// mappedFormat reads records in the shape that --map says.
func mappedFormat(text string) (Format, error) {
	s, err := shapeOf(text)
	if err != nil {
		return Format{}, err
	}
	shapes := []Shape{s}
	return Format{
		Name: records, Title: "Records as --map says", Licence: yours, Turns: dialogues, timed: s.parsed.Timed(),
		read:  reader{shapes: shapes}.read,
		split: recordParts(shapes),
	}, nil
}

// readShapes reads a file of records in one of the shapes of a format.
func readShapes(format string) func(path string) source.Dialogues {
	return reader{shapes: shapesOf(format)}.read
}

// A reader reads files of records in one of its shapes.
type reader struct {
	shapes []Shape
	// mine says which records are read: by the value of the shape's id, where it has
	// one, or else by the member of the JSON object of the file that they are in. nil: all.
	mine func(id string) bool
	// then adds to a dialogue what no map says of its record. nil: nothing.
	then func(r record.Record, d *dialog.Dialogue)
}

func (r reader) read(path string) source.Dialogues {
	var once sync.Once // for all passes over the file
	var apart bool
	return func(yield func(dialog.Dialogue, error) bool) {
		f, ok := fitOf(path, r.shapes)
		if !ok { // what is wrong shows record by record
			f = fit{shape: r.shapes[0], kind: record.Lines}
			kinds := kindsIn(path, r.shapes)
			if logs := record.Logs(path); f.shape.log && len(logs) > 0 {
				kinds = logs
			}
			if len(kinds) > 0 {
				f.kind = kinds[0]
			}
			if f.kind.Table {
				yield(dialog.Dialogue{}, noShape(path, f.kind, r.shapes))
				return
			}
		}
		m := f.shape.in(f.kind)
		rows := r.only(f.kind.Records(path, m.Columns()), m)
		if m.Timed() {
			chat{path: path, shape: m}.read(rows, yield)
			return
		}
		if m.Rows() {
			groups{path: path, shape: m, apart: func() bool {
				once.Do(func() { apart = !f.shape.Corpus && scattered(m, rows) }) // MELD has IDs twice
				return apart
			}}.read(rows, yield)
			return
		}
		maps := []*shape.Map{m}
		for _, s := range r.shapes {
			maps = append(maps, s.in(f.kind))
		}
		r.dialogues(path, rows, maps, yield)
	}
}

// noShape says which columns a table has, none of which are turns.
func noShape(path string, k record.Kind, shapes []Shape) error {
	columns, err := k.Columns(path)
	if err != nil {
		return err
	}
	if shapes[0].Corpus {
		return fmt.Errorf("corpora: %s:1: the header has the columns %s, and lacks %s; put the header back", fault.Shown(path), namesOfKeys(columns), shapes[0].parsed.Needs())
	}
	return fmt.Errorf("corpora: %s is %s with the columns %s, and none of them are known as turns; say where the turns are, as in --map %s",
		fault.Shown(path), k.Name, namesOfKeys(columns), suggestion(k, path))
}

// only are the records that are mine, and any fault of the file. A malformed record has
// no id.
func (r reader) only(all iter.Seq2[record.Record, error], m *shape.Map) iter.Seq2[record.Record, error] {
	if r.mine == nil {
		return all
	}
	return func(yield func(record.Record, error) bool) {
		for one, err := range all {
			id, has := m.ID(one.Value)
			if !has {
				id = one.Member
			}
			var bad *fault.Malformed
			if (r.mine(id) || err != nil && !errors.As(err, &bad)) && !yield(one, err) {
				return
			}
		}
	}
}

// dialogues makes the dialogues of each record. Those on one line are told apart by their number on it.
func (r reader) dialogues(path string, rows iter.Seq2[record.Record, error], shapes []*shape.Map, yield func(dialog.Dialogue, error) bool) {
	var left LeftOut
	line, more := 0, 0 // dialogues on the line, beyond one of each record
	for one, err := range rows {
		all := []dialog.Dialogue{{}}
		if err == nil {
			if all, err = dialoguesOf(one.Value, shapes); err != nil {
				all, err = []dialog.Dialogue{{}}, fault.At(path, one.Number, err.Error())
			} else if len(all) == 0 {
				left.Unwanted++
			}
		}
		if line != one.Number {
			line, more = one.Number, 0
		}
		for i, d := range all {
			if err == nil && r.then != nil {
				r.then(one, &d)
			}
			if d.ID = source.ID(path, one.Number); one.Same+more+i > 0 {
				d.ID += "." + strconv.Itoa(one.Same+more+i+1)
			}
			if !yield(d, err) {
				return
			}
		}
		more += max(0, len(all)-1)
	}
	if left.Unwanted > 0 {
		yield(dialog.Dialogue{}, &left)
	}
}

// dialoguesOf makes the dialogues of a record in the first shape that fits.
func dialoguesOf(value any, shapes []*shape.Map) ([]dialog.Dialogue, error) {
	for _, m := range shapes {
		if m.Fits(value) && isRecord(value) {
			return m.Dialogues(value)
		}
	}
	return nil, fmt.Errorf("%s; it lacks %s", described(value), lacking(shapes))
}

// lacking says what a record would have in one of the shapes.
func lacking(shapes []*shape.Map) string {
	var needs []string
	for _, m := range shapes {
		if n := m.Needs(); n != "" && !slices.Contains(needs, n) {
			needs = append(needs, n)
		}
	}
	const most = 4
	if len(needs) > most {
		return "what any shape of cvae corpus formats needs: say where the turns are with --map"
	}
	return cmp.Or(strings.Join(needs, ", or "), "a list of turns")
}

// described says in a few words what a record is.
func described(value any) string {
	switch v := value.(type) {
	case map[string]any:
		return "the object has " + namesOfKeys(slices.Sorted(maps.Keys(v)))
	case []any:
		return "there is a JSON array, not an object"
	case nil:
		return "there is nothing"
	}
	return "there is a JSON value, not an object"
}

// namesOfKeys lists the first names for a message.
func namesOfKeys(keys []string) string {
	const most = 12
	if len(keys) == 0 {
		return "no members"
	}
	var shown []string
	for _, k := range keys[:min(most, len(keys))] {
		shown = append(shown, fault.Excerpt(k))
	}
	text := strings.Join(shown, ", ")
	if more := len(keys) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// parseRecord parses the text of one record in a shape of the format.
func parseRecord(format string) func(text string) (dialog.Dialogue, error) {
	var shapes []*shape.Map
	for _, s := range shapesOf(format) {
		shapes = append(shapes, s.parsed)
	}
	return func(text string) (dialog.Dialogue, error) {
		value, err := record.Value(text)
		if err != nil {
			return dialog.Dialogue{}, err
		}
		all, err := dialoguesOf(value, shapes)
		if len(all) == 0 {
			return dialog.Dialogue{}, err
		}
		return all[0], err
	}
}

// isShape tells whether a file holds records in a shape that a format of one corpus has.
func isShape(format string) func(file string) bool {
	shapes := shapesOf(format)
	return func(file string) bool {
		_, ok := fitOf(file, shapes)
		return file != "" && ok
	}
}
