package corpora

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// TestLinesInRecords: what lines of a text format say inside JSON or a table is the content of records, in no format of
// text.
func TestLinesInRecords(t *testing.T) {
	for _, format := range []string{"dailydialog", "cornell", "dealornodeal", "dialogpt", "fbdialog", "parlai", "personachat", "chatml", "switchboard", "whatsapp", "irc", "srt", "ubuntulogs"} {
		f, err := choose(site.Site{}, format)
		if err != nil {
			t.Fatal(err)
		}
		for wrapping, content := range wrappedLines(t, f) {
			t.Run(format+"/"+wrapping, func(t *testing.T) {
				name, _, _ := strings.Cut(wrapping, " ")
				path := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
					t.Fatal(err)
				}
				if c, err := Open(path, Options{}); err == nil && c.Format().Name == format {
					t.Errorf("it is read as %s:\n%s", format, content)
				}
			})
		}
	}
}

// wrappedLines are the lines of a file of a format inside records.
func wrappedLines(t *testing.T, f Format) map[string]string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(filepath.Join("testdata", f.Name), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && len(lines) == 0 && !strings.Contains(path, "json") && !strings.Contains(path, "dialogues_act") && !strings.Contains(path, "dialogues_emotion") {
			lines = textfile.Head(path)
		}
		return err
	})
	if err != nil || len(lines) == 0 {
		t.Fatalf("format %s has no lines, %v", f.Name, err)
	}
	for len(lines) < 6 {
		lines = append(lines, lines...)
	}
	var objects []string
	table, bare := "id,conversation\n", "id,dialog\n"
	for i, l := range lines {
		one, err := json.Marshal(map[string]any{"id": i, "talk": l})
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, string(one))
		table += strconv.Itoa(i) + `,"` + strings.ReplaceAll(l, `"`, `""`) + "\"\n"
		bare += strconv.Itoa(i) + "," + strings.NewReplacer(",", "", `"`, "").Replace(l) + "\n"
	}
	array := "[" + strings.Join(objects, ",\n") + "]\n"
	jsonl := strings.Join(objects, "\n") + "\n"
	return map[string]string{"a.jsonl": jsonl, "a.json": array, "a.txt with JSON Lines": jsonl, "a.txt with an array": array,
		"a.csv": table, "a.csv without quotes": bare, "a.txt with a table": table}
}
