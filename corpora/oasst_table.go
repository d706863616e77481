package corpora

import (
	"io"
	"strconv"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// oasstColumns are the columns that are read of a table of messages, in Parquet
// as on the Hugging Face Hub. The first two tell such a table.
var oasstColumns = []string{"message_tree_id", "message_id", "parent_id", "text", "role", "lang", "rank", "deleted"}

// isOASSTTable tells whether a file is a table of messages in trees.
func isOASSTTable(path string) bool {
	if path == "" || !parquet.Is(path) {
		return false
	}
	f, err := parquet.Open(path, oasstColumns)
	if err != nil {
		return false
	}
	defer f.Close()
	return f.Has(oasstColumns[0]) && f.Has(oasstColumns[1])
}

// readOASSTTable makes a dialogue of the rows of each tree, which follow each
// other. A malformed tree is named by the number of its first row.
func readOASSTTable(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		f, err := parquet.Open(path, oasstColumns)
		if err != nil {
			yield(dialog.Dialogue{}, fault.CannotRead(path, err))
			return
		}
		defer f.Close()
		tree := oasstTree{path: path}
		for number := 1; ; number++ {
			row, err := f.Next()
			if err != nil && err != io.EOF {
				yield(dialog.Dialogue{}, fault.CannotRead(path, err))
				return
			}
			name := stringIn(row, "message_tree_id")
			if (err == io.EOF || name != tree.name || tree.first == 0) && !tree.yield(yield) {
				return
			}
			if err == io.EOF {
				return
			}
			tree.add(name, number, row)
		}
	}
}

// oasstTree gathers the rows of one tree.
type oasstTree struct {
	path     string
	name     string
	first    int // number of its first row; 0: none yet
	size     int // bytes of its texts
	messages []*oasstMessage
}

// add adds a row. Rows of a tree that is too long are not kept.
func (t *oasstTree) add(name string, number int, row map[string]any) {
	if t.first == 0 {
		t.name, t.first = name, number
	}
	m := oasstRow(row)
	if m.Text != nil {
		t.size += len(*m.Text)
	}
	if t.messages = append(t.messages, m); t.size > textfile.MaxLine {
		t.messages = nil
	}
}

// yield passes the dialogue of the tree on, if there is one, and starts the next.
func (t *oasstTree) yield(yield func(dialog.Dialogue, error) bool) bool {
	done := *t
	*t = oasstTree{path: t.path}
	if done.first == 0 {
		return true
	}
	id := source.ID(done.path, done.first)
	bad := func(problem string) bool {
		return yield(dialog.Dialogue{ID: id}, fault.At(done.path, done.first, problem))
	}
	switch {
	case done.name == "":
		return bad(`the row has no "message_tree_id"`)
	case done.size > textfile.MaxLine:
		return bad("the tree that begins here is longer than 1 MiB")
	}
	d, err := treeDialogue(done.messages)
	if err != nil {
		return bad(err.Error())
	}
	d.ID = id
	return yield(d, nil)
}

// oasstRow makes a message of a row.
func oasstRow(row map[string]any) *oasstMessage {
	m := &oasstMessage{
		ID: stringIn(row, "message_id"), Parent: stringIn(row, "parent_id"), Role: stringIn(row, "role"), Lang: stringIn(row, "lang"),
	}
	if text, ok := textOf(row["text"]); ok {
		m.Text = &text
	}
	if value, ok := valueOf(row["rank"]); ok {
		if rank, err := strconv.ParseFloat(value, 64); err == nil {
			whole := int(rank)
			m.Rank = &whole
		}
	}
	m.Deleted, _ = row["deleted"].(bool)
	return m
}

// stringIn is the value of a column that is a text in UTF-8; empty: it is none.
func stringIn(row map[string]any, column string) string {
	if text, ok := textOf(row[column]); ok {
		return text
	}
	return ""
}
