package corpora

import (
	"fmt"
	"slices"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// fit is a file's way of holding records, and the shape of those.
type fit struct {
	kind  record.Kind
	shape Shape
}

// format is the one that reads the fit: formats of lines and of Parquet leave other JSON
// to format records.
func (f fit) format() string {
	switch {
	case f.kind.Binary && f.shape.Format != records:
		return "huggingface"
	case f.kind.Lines, f.shape.Format == "sharegpt":
		return f.shape.Format
	}
	return records
}

// formatIn is format, but for folders: files that are not named like splits, or lie
// deeper, are read as a data set of the Hub where that has the shape.
func (f fit) formatIn(s site.Site, file string) string {
	name := f.format()
	if !s.Dir || name != "jsonl" && name != "sharegpt" || len(s.SplitFiles("jsonl", "json", "ndjson")) > 0 {
		return name
	}
	if _, ok := fitOf(file, shapesOf("huggingface")); ok {
		return "huggingface"
	}
	return ""
}

// fitOf finds out how a file holds records of one of the shapes.
func fitOf(path string, shapes []Shape) (best fit, found bool) {
	var columns []string
	for _, s := range shapes {
		columns = append(columns, s.parsed.Columns()...)
		if s.tabled != nil {
			columns = append(columns, s.tabled.Columns()...)
		}
	}
	kinds := append(logsIn(path, shapes), kindsIn(path, shapes)...)
	if len(kinds) > 1 && kinds[0].Lines && kinds[0].Unlikely(path) {
		kinds = append(kinds[1:], kinds[0])
	}
	var capitals []record.Kind // of JSON, with their records
	heads := map[int][]record.Record{}
	for _, k := range kinds {
		head := k.Head(path, columns)
		if shapes[0].Corpus && k.Table {
			head = header(k, path) // which says enough
		}
		if best, found = mostTurns(k, head, shapes); found {
			return best, true
		}
		if low, differ := record.Lowered(head); differ && !k.Table {
			heads[len(capitals)], capitals = low, append(capitals, k.Lowered())
		}
	}
	for i, k := range capitals {
		if best, found = mostTurns(k, heads[i], shapes); found {
			return best, true
		}
	}
	return fit{}, false
}

// mostTurns is the fit with the shape that finds most turns in records, the first of several.
func mostTurns(k record.Kind, head []record.Record, shapes []Shape) (best fit, found bool) {
	most := 0
	for _, s := range shapes {
		if n := s.turns(k, head); n > most {
			most, best = n, fit{k, s}
		}
	}
	return best, most > 0
}

// logsIn are the ways in which a file may hold messages of chats, where one of the
// shapes is that of a log.
func logsIn(path string, shapes []Shape) []record.Kind {
	if !slices.ContainsFunc(shapes, func(s Shape) bool { return s.log }) {
		return nil
	}
	return record.Logs(path)
}

// kindsIn are the ways in which a file may hold records of the shapes.
func kindsIn(path string, shapes []Shape) []record.Kind {
	if kinds := slices.Clone(shapes[0].kinds); len(kinds) > 0 {
		if len(kinds) > 1 && !jsontext.IsArray(path) {
			slices.Reverse(kinds)
		}
		return kinds
	}
	if kinds := record.Kinds(path); !shapes[0].parsed.Numbered() || len(kinds) > 0 && !kinds[0].Table {
		return kinds
	}
	return record.Unnamed(path)
}

// header is a record with the names of the columns of a table as their values.
func header(k record.Kind, path string) []record.Record {
	columns, err := k.Columns(path)
	if err != nil {
		return nil
	}
	row := map[string]any{}
	for _, name := range columns {
		row[record.Folded(name)] = name
	}
	return []record.Record{{Value: row}}
}

// turns counts the turns that the shape finds in records; none where it does not fit.
func (s Shape) turns(k record.Kind, head []record.Record) int {
	if s.table && !k.Table || s.log != k.Log {
		return 0
	}
	n, turns := 0, 0
	for _, r := range head {
		if !s.in(k).Fits(r.Value) || !isRecord(r.Value) || k.Whole && hasDialogues(r.Value) {
			continue
		}
		said, err := s.in(k).Said(r.Value)
		if err != nil || said == 0 {
			continue
		}
		n++
		turns += said
	}
	if turns < n*s.least || 2*n <= len(head) && n < 2 && (len(head) > 4 || !k.Lines && len(head) > 2) {
		return 0
	}
	return turns
}

// isRecord tells records from lists of several dialogues.
func isRecord(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return true
	case []any:
		if len(v) == 1 {
			return true
		}
		return len(v) > 0 && (shape.IsPairs(v) || !slices.ContainsFunc(v, func(e any) bool { _, isList := e.([]any); return isList }))
	}
	return false
}

// hasDialogues tells whether a member of an object is a list of lists, which are
// dialogues of their own.
func hasDialogues(value any) bool {
	members, _ := value.(map[string]any)
	for _, v := range members {
		list, _ := v.([]any)
		if !shape.IsPairs(list) && slices.ContainsFunc(list, func(e any) bool { _, isList := e.([]any); return isList }) {
			return true
		}
	}
	return false
}

// shapesOf are the shapes that a format reads: records has all but those of one corpus.
func shapesOf(format string) []Shape {
	return slices.DeleteFunc(Shapes(), func(s Shape) bool { return s.Format != format && (format != records || s.Corpus) })
}

// recordMatch says why a file is in a format of records.
func recordMatch(format string) func(site.Site) string {
	return func(s site.Site) string {
		file, f := recordSample(s, shapesOf(records))
		if file == "" || f.formatIn(s, file) != format || f.kind.Table && isTSVHeader(file) {
			return "" // the last has the header of format tsv
		}
		return fmt.Sprintf("%s is %s in the shape %q", fault.BaseName(file), f.kind.Name, f.shape.Name)
	}
}

// isRecords tells whether a file holds records: of JSON, or of a table whose header has not the sign of a format of
// lines. What has the sign is then the content of records.
func isRecords(file string, sign func(line string) bool) bool {
	for _, k := range record.Kinds(file) {
		if k.Table && sign(textfile.Head(file)[0]) {
			continue
		}
		if len(k.Head(file, nil)) > 0 && !k.Unlikely(file) {
			return true
		}
	}
	return false
}

// isTSVHeader tells whether a file begins with the header of format tsv.
func isTSVHeader(file string) bool {
	first := textfile.Head(file)
	return len(first) > 0 && isHeader(first[0])
}

// recordExtensions are those of files with records, the preferred ones first: a
// folder may hold the same in several.
var recordExtensions = []string{"parquet", "arrow", "jsonl", "ndjson", "json", "csv", "tsv", "txt", ""}

// recordSample finds the first file of a site with records of a known shape.
func recordSample(s site.Site, shapes []Shape) (string, fit) {
	if !s.Dir {
		if f, ok := fitOf(s.File(), shapes); ok {
			return s.File(), f
		}
		return "", fit{}
	}
	for _, ext := range recordExtensions {
		for _, name := range recordFiles(s, ext) {
			if f, ok := fitOf(s.At(name), shapes); ok {
				return s.At(name), f
			}
		}
	}
	return "", fit{}
}
