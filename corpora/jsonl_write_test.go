package corpora

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cvae-go/cvae/dialog"
)

func TestWriteJSONL(t *testing.T) {
	want := []dialog.Dialogue{
		{Turns: []dialog.Turn{
			{Speaker: "Ann", Text: "a <b> & \"c\"\n\x00", Labels: map[string]string{"act": "inform"}},
			{Speaker: "Ann", Text: "ü…  end"},
		}, Labels: map[string]string{"topic": "tea"}},
		{Turns: []dialog.Turn{{Speaker: "A", Text: "alone"}}},
	}
	var out bytes.Buffer
	for _, d := range want {
		if err := WriteJSONL(&out, d); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "f.jsonl")
	if err := os.WriteFile(path, out.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := readAll(readJSONL(path))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(dialog.Dialogue{}, "ID")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// full is a writer without room.
type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteJSONLFails(t *testing.T) {
	if err := WriteJSONL(full{}, dialog.Dialogue{ID: "x:1"}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want that of the writer", err)
	}
}
