package record

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/csv"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// Folded is the name of a column without regard to case and to the marks between
// its words.
func Folded(name string) string {
	reversed := strings.HasPrefix(strings.TrimSpace(name), "-")
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_", r) {
			return '_'
		}
		return r
	}, strings.ToLower(strings.TrimSpace(name)))
	if reversed { // as a map says it of numbered columns
		return "-" + name[1:]
	}
	return name
}

// foldedRow folds the names of the columns of a row.
func foldedRow(row map[string]any) map[string]any {
	for name, v := range row {
		if f := Folded(name); f != name {
			delete(row, name)
			row[f] = v
		}
	}
	return row
}

// marks may stand between the columns of a table.
const marks = "\t,;|"

// markOf is the mark between the columns of a table, the one that its header has
// most. A table has a header: words, each once.
func markOf(path string) (mark byte, ok bool) {
	first := textfile.Head(path)
	if len(first) == 0 {
		return 0, false
	}
	var header []string
	for _, m := range []byte(marks) {
		if names, err := csv.Fields(first[0], m); err == nil && len(names) > max(1, len(header)) {
			mark, header = m, names
		}
	}
	return mark, isHeader(header)
}

func isHeader(names []string) bool {
	blank := 0
	var all []string
	for _, n := range names {
		n = Folded(n)
		if n == "" {
			blank++
			continue
		}
		const longest = 48
		if len(n) > longest || strings.Count(n, "_") > 6 || strings.ContainsAny(n, "?!<>{}=;\"") || slices.Contains(all, n) {
			return false
		}
		all = append(all, n)
	}
	return len(all) > 1 && blank <= 1
}

// Unnamed are the ways in which a file may be a table without a header: its rows are lists. The mark between its columns is that
// by which most rows have equally many.
func Unnamed(path string) []Kind {
	var mark byte
	most, agree := 1, 0
	for _, m := range []byte(marks) {
		columns := map[int]int{} // how many rows have so many
		head := textfile.Head(path)
		for _, text := range head {
			if fields, err := csv.Fields(text, m); err == nil {
				columns[len(fields)]++
			}
		}
		for n, rows := range columns {
			if n > 1 && 2*rows > len(head) && (rows > agree || rows == agree && n > most) {
				mark, most, agree = m, n, rows
			}
		}
	}
	if mark == 0 {
		return nil
	}
	name := tableName(mark) + " without a header"
	return []Kind{{Name: name, read: func(path string, _ []string, open opener) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			for r, err := range csv.Records(path, open(path, textfile.UTF8), mark) {
				row := Record{Number: r.Number}
				var fields []any
				for _, f := range r.Fields {
					fields = append(fields, strings.TrimSpace(f))
					row.Size += len(f)
				}
				if row.Value = fields; !yield(row, err) {
					return
				}
			}
		}
	}}}
}

func tableName(mark byte) string {
	return map[byte]string{'\t': "a table with TABs", ',': "a table with commas", ';': "a table with semicolons", '|': "a table with bars"}[mark]
}

// Table reads rows of columns with a mark between them, the header first. With
// western, bytes that are not UTF-8 are Windows-1252.
func Table(mark byte, western bool) Kind {
	cut := textfile.UTF8
	if western {
		cut = textfile.Western
	}
	columns := func(path string) ([]string, error) {
		for _, first := range textfile.HeadOf(path, cut) {
			return csv.Fields(first, mark)
		}
		return nil, nil
	}
	return Kind{Name: tableName(mark), Table: true, columns: columns, read: func(path string, _ []string, open opener) iter.Seq2[Record, error] {
		return func(yield func(Record, error) bool) {
			var header []string
			for r, err := range csv.Records(path, open(path, cut), mark) {
				if err == nil && header == nil {
					for _, n := range r.Fields {
						header = append(header, Folded(n))
					}
					continue
				}
				row := Record{Number: r.Number}
				if err == nil && len(r.Fields) != len(header) {
					err = fault.At(path, r.Number, fmt.Sprintf("the row has %d columns, and the header names %d", len(r.Fields), len(header)))
				}
				if err == nil {
					members := map[string]any{}
					for i, n := range header {
						members[n] = strings.TrimSpace(r.Fields[i])
						row.Size += len(r.Fields[i])
					}
					row.Value = members
				}
				if !yield(row, err) {
					return
				}
			}
		}
	}}
}
