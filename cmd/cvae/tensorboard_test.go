package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
)

// collected are the events that a watcher got.
type collected []dialog.Event

func (c *collected) Report(e dialog.Event) { *c = append(*c, e) }

// TestBoard: what a resumed run has logged stands in the new file too, but is
// not passed on again.
func TestBoard(t *testing.T) {
	dir := t.TempDir()
	first := dialog.Event{Kind: dialog.Stepped, Step: 1, Elapsed: time.Second}
	second := dialog.Event{Kind: dialog.Stepped, Step: 2, Elapsed: 2 * time.Second}
	line, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, rundir.LogFile), append(line, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	var passed collected
	b := &board{next: &passed}
	if err := b.begin(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	b.Report(second)
	b.close()
	if diff := cmp.Diff(collected{second}, passed); diff != "" {
		t.Error(diff)
	}
	found, err := filepath.Glob(filepath.Join(dir, tensorboardFolder, "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("files %v, %v", found, err)
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(data, []byte("distortion/rec")); n != 2 {
		t.Errorf("the file has %d steps, want 2", n)
	}
}

// TestBoardFails: an error is a warning at the step where it was met, once.
func TestBoardFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, tensorboardFolder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var passed collected
	b := &board{next: &passed}
	if err := b.begin(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	for step := range 3 {
		b.Report(dialog.Event{Kind: dialog.Stepped, Step: step + 5})
	}
	b.close()
	if len(passed) != 4 || passed[1].Kind != dialog.Warned || passed[1].Step != 5 {
		t.Errorf("passed on %+v, want three steps and a warning after the first", passed)
	}
}
