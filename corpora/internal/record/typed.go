package record

import (
	"encoding/json"
	"io"
	"iter"
	"slices"

	"github.com/cvae-go/cvae/corpora/internal/arrow"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
)

// typedFile is an open table whose columns have types.
type typedFile struct {
	names []string
	about string // what the library datasets says of the columns, in JSON
	next  func() (map[string]any, error)
	io.Closer
}

// typed reads the rows of such tables. columns are the folded names of the wanted ones.
func typed(name string, open func(path string, columns []string) (typedFile, error)) Kind {
	return Kind{
		Name: name, Table: true, Binary: true,
		columns: func(path string) ([]string, error) {
			f, err := open(path, nil)
			if err != nil {
				return nil, fault.CannotRead(path, err)
			}
			return f.names, f.Close()
		},
		read: func(path string, columns []string, _ opener) iter.Seq2[Record, error] {
			return func(yield func(Record, error) bool) {
				f, err := open(path, columns)
				if err != nil {
					yield(Record{}, fault.CannotRead(path, err))
					return
				}
				defer f.Close()
				classes := classesOf(f.about)
				for number := 1; ; number++ {
					row, err := f.next()
					if err == io.EOF {
						return
					}
					if err != nil {
						yield(Record{}, fault.CannotRead(path, err))
						return
					}
					if !yield(Record{Number: number, Value: foldedRow(classes.named(row)), Size: sizeOf(row)}, nil) {
						return
					}
				}
			}
		},
	}
}

func openParquet(path string, columns []string) (typedFile, error) {
	f, err := parquet.OpenFolded(path, columns, Folded)
	if err != nil {
		return typedFile{}, err
	}
	return typedFile{f.Names, f.About, f.Next, f}, nil
}

func openArrow(path string, columns []string) (typedFile, error) {
	f, err := arrow.Open(path)
	if err != nil {
		return typedFile{}, err
	}
	next := func() (map[string]any, error) {
		return f.Next(func(name string) bool { return columns == nil || slices.Contains(columns, Folded(name)) })
	}
	return typedFile{f.Names, f.About, next, f}, nil
}

// classes are the names of the classes of the columns that hold numbers of classes.
type classes map[string][]string

func classesOf(about string) classes {
	type feature struct {
		Names []string `json:"names"`
	}
	var said struct {
		Info struct {
			Features map[string]struct {
				feature
				Feature feature `json:"feature"` // of the elements of a list
			} `json:"features"`
		} `json:"info"`
	}
	_ = json.Unmarshal([]byte(about), &said) // without it numbers stay numbers
	all := classes{}
	for column, f := range said.Info.Features {
		all[column] = append(f.Names, f.Feature.Names...)
	}
	return all
}

// named replaces the numbers of classes by their names.
func (c classes) named(row map[string]any) map[string]any {
	for column, names := range c {
		name := func(value any) any {
			if i, ok := value.(int64); ok && i >= 0 && i < int64(len(names)) {
				return names[i]
			}
			return value
		}
		if list, ok := row[column].([]any); ok {
			for i := range list {
				list[i] = name(list[i])
			}
		} else if row[column] != nil {
			row[column] = name(row[column])
		}
	}
	return row
}

// sizeOf is about how many bytes the texts of a value take.
func sizeOf(value any) (n int) {
	switch v := value.(type) {
	case string:
		return len(v)
	case []byte:
		return len(v)
	case []any:
		for _, e := range v {
			n += sizeOf(e)
		}
	case map[string]any:
		for _, e := range v {
			n += sizeOf(e)
		}
	}
	return n
}
