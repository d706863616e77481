package corpora

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// conversation is an object of Taskmaster on several lines.
func conversation(id, text string) string {
	return fmt.Sprintf("{\n\"conversation_id\": %q,\n\"instruction_id\": \"tea-order-1\",\n\"utterances\": [{\"speaker\": \"USER\", \"text\": %q}]\n}\n", id, text)
}

// TestTaskmasterSingle: a file may be one dialogue, alone or beside arrays.
func TestTaskmasterSingle(t *testing.T) {
	wantSayings(t, readTaskmaster(written(t, "\n"+conversation("dlg-1", "Tea?")), everyID), "Tea?")
	files := map[string]string{
		"array.json": "[" + conversation("dlg-0", "Soup?") + "]", "ontology.json": "{}", "other.json": `{"goal": {}}`,
	}
	for i := range 40 {
		files[fmt.Sprintf("%d.json", i)] = conversation(fmt.Sprint("dlg-", i+1), "Tea?")
	}
	c := openLines(t, Options{Seed: 1}, files)
	if ids := idsOf(t, c); c.Format().Name != "taskmaster" || len(ids) != 41 || ids["array.json:1"] == "" || ids["7.json:1"] == "" {
		t.Errorf("%s: %v", c.Format().Name, ids)
	}
}

func wantSayings(t *testing.T, s source.Dialogues, want ...string) {
	t.Helper()
	if got := sayings(t, s); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("read %q, want %q", got, want)
	}
}

// TestTaskmasterDetected: one dialogue on one line is not a row of another
// format, and several lines of them are.
func TestTaskmasterDetected(t *testing.T) {
	one := strings.ReplaceAll(conversation("dlg-1", "Tea?"), "\n", "") + "\n"
	for content, want := range map[string]string{one: "taskmaster", one + one: "huggingface", conversation("dlg-1", "Tea?"): "taskmaster"} {
		path := filepath.Join(t.TempDir(), "a.json")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		wantFormat(t, path, want)
	}
}

func TestTaskmasterRefuses(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"half of it":    {conversation("dlg-1", "Tea?")[:60], "f:3: the line is not JSON"},
		"more after it": {conversation("dlg-1", "Tea?") + "x", "f:6: the line is not JSON"},
		"not UTF-8":     {"{\"\xff\": 1}", "f:1: the file is not UTF-8"},
		"huge":          {"{" + strings.Repeat(" ", textfile.MaxLine), "f:1: the JSON of the file is longer than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(readTaskmaster(written(t, c.content), everyID))
			wantError(t, err, c.want)
		})
	}
}
