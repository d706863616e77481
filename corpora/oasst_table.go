package corpora

import (
	"io"
	"strconv"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// oasstColumns are the columns that are read of a table of messages, in Parquet
// as on the Hugging Face Hub. The first two tell such a table.
var oasstColumns = []string{"message_tree_id", "message_id", "parent_id", "text", "role", "lang", "rank", "deleted"}

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
		tree := source.Block[*oasstMessage]{Path: path, Noun: "tree", Parse: treeDialogue}
		name := "" // of the tree
		for number := 1; ; number++ {
			row, err := f.Next()
			if err != nil && err != io.EOF {
				yield(dialog.Dialogue{}, fault.CannotRead(path, err))
				return
			}
			before := name
			name = stringIn(row, "message_tree_id")
			if (err == io.EOF || name != before) && !tree.Yield(yield) || err == io.EOF {
				return
			}
			m, size := oasstRow(row), 0
			if m.Text != nil {
				size = len(*m.Text)
			}
			var bad *fault.Malformed
			if name == "" {
				bad = fault.At(path, number, `the row has no "message_tree_id"`)
			}
			tree.Add(m, number, size, bad)
		}
	}
}

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
