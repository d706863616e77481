package corpora

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// messageRow has some of the columns of the data set on the Hub.
type messageRow struct {
	ID       string   `parquet:"message_id"`
	Parent   *string  `parquet:"parent_id,optional"`
	Text     string   `parquet:"text"`
	Role     string   `parquet:"role"`
	Lang     string   `parquet:"lang"`
	Rank     *int32   `parquet:"rank,optional"`
	Deleted  bool     `parquet:"deleted"`
	Tree     *string  `parquet:"message_tree_id,optional"`
	Emotions []string `parquet:"emotion,list"`
}

// rowOf is a row; an empty parent or tree is null.
func rowOf(tree, id, parent string, rank int32) messageRow {
	row := messageRow{ID: id, Text: "text of " + id, Role: "assistant", Lang: "en"}
	if tree != "" {
		row.Tree = &tree
	}
	if parent == "" {
		row.Role = "prompter"
	} else {
		row.Parent = &parent
	}
	if rank >= 0 {
		row.Rank = &rank
	}
	return row
}

func oasstParquet(t testing.TB) []byte {
	deleted := rowOf("t1", "c", "a", 0)
	deleted.Deleted = true
	return parquetOf(t, []messageRow{
		rowOf("t1", "a", "", -1), rowOf("t1", "b", "a", 2), deleted, rowOf("t1", "d", "a", 1), rowOf("t1", "e", "d", -1),
		rowOf("t2", "f", "", -1),
		rowOf("t3", "h", "g", -1), rowOf("t3", "g", "", -1), // the answer stands before its question
	}, parquet.Compression(&parquet.Snappy))
}

// TestOASSTTable: each tree gives its best path, as in JSON Lines.
func TestOASSTTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.parquet")
	if err := os.WriteFile(path, oasstParquet(t), 0o666); err != nil {
		t.Fatal(err)
	}
	wantFormat(t, path, "oasst")
	got, err := readAll(readOASST(path))
	if err != nil {
		t.Fatal(err)
	}
	dialogue := func(row string, ids ...string) dialog.Dialogue {
		d := dialog.Dialogue{ID: "f.parquet:" + row, Labels: map[string]string{"lang": "en"}}
		for i, id := range ids {
			role := "assistant"
			if i == 0 {
				role = "prompter"
			}
			d.Turns = append(d.Turns, dialog.Turn{Speaker: role, Text: "text of " + id})
		}
		return d
	}
	want := []dialog.Dialogue{dialogue("1", "a", "d", "e"), dialogue("6", "f"), dialogue("7", "g", "h")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOASSTTableGoesOn: a bad tree is named by its first row, and the next is
// read.
func TestOASSTTableGoesOn(t *testing.T) {
	huge := rowOf("t", "x", "", -1)
	huge.Text = strings.Repeat("x", textfile.MaxLine/2)
	more := huge
	more.ID, more.Parent = "y", &huge.ID
	wordless := rowOf("t", "x", "", -1)
	wordless.Text = "\xff"
	for name, c := range map[string]struct {
		rows []messageRow
		want string
	}{
		"no tree":       {[]messageRow{rowOf("", "x", "", -1)}, `f:2: the row has no "message_tree_id"`},
		"no parent":     {[]messageRow{rowOf("t", "x", "y", -1)}, "f:2: message \"x\" answers \"y\", which is not in its tree"},
		"two prompts":   {[]messageRow{rowOf("t", "x", "", -1), rowOf("t", "y", "", -1)}, "f:2: the tree has two messages without a parent"},
		"a huge tree":   {[]messageRow{huge, more}, "f:2: the tree that begins here is longer than 1 MiB"},
		"no UTF-8 text": {[]messageRow{wordless}, `f:2: message "x" has no "text"`},
	} {
		t.Run(name, func(t *testing.T) {
			rows := append(append([]messageRow{rowOf("g", "a", "", -1)}, c.rows...), rowOf("h", "z", "", -1))
			var got []string
			for d, err := range readOASST(written(t, string(parquetOf(t, rows)))) {
				if err != nil {
					wantError(t, err, c.want)
					got = append(got, "bad")
					continue
				}
				got = append(got, d.Turns[0].Text)
			}
			if diff := cmp.Diff([]string{"text of a", "bad", "text of z"}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOASSTFolder: a folder of such tables as the Hub has it.
func TestOASSTFolder(t *testing.T) {
	var rows []messageRow
	for _, tree := range strings.Split("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN", "") {
		rows = append(rows, rowOf(tree, "1", "", -1), rowOf(tree, "2", "1", 0))
	}
	c := openLines(t, Options{Seed: 1}, map[string]string{
		"README.md": "words\n", "2023_ready.trees.jsonl": message("x", "y", "", ""), // the same again
		"data/train-00000-of-00001.parquet":      string(parquetOf(t, rows)),
		"data/validation-00000-of-00001.parquet": string(oasstParquet(t)),
	})
	ids := idsOf(t, c)
	if c.Format().Name != "oasst" || len(ids) != 43 || ids["data/validation-00000-of-00001.parquet:6"] != dialog.Valid {
		t.Errorf("%s: %v", c.Format().Name, ids)
	}
}

func TestOASSTTableDamage(t *testing.T) { damage(t, oasstParquet(t), readOASST) }

func FuzzOASSTTable(f *testing.F) {
	fuzzFile(f, "f.parquet", readOASST, string(oasstParquet(f)), strings.Repeat("PAR1", 4))
}
