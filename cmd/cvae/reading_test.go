package main

import (
	"bytes"
	"testing"

	"github.com/cvae-go/cvae/cvae/run/training"
)

func TestReadingLine(t *testing.T) {
	for _, c := range []struct {
		done, total int
		want        string
	}{
		{1234567, 0, "encoding  1,234,567 dialogues"},
		{0, 8, "encoding [........................]   0 %  0 dialogues"},
		{2, 8, "encoding [######..................]  25 %  2 dialogues"}, // 24 cells
		{8, 8, "encoding [########################] 100 %  8 dialogues"},
	} {
		if got := readingLine("encoding", c.done, c.total); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.done, c.total, got, c.want)
		}
	}
	if got := readingLine(training.Merging, 1, 0); got != "merging tokens  1 merge" {
		t.Errorf("merges: %q", got)
	}
}

// What is read at once is not worth a line.
func TestReadingAtOnce(t *testing.T) {
	var out bytes.Buffer
	show := reading(&out, false)
	show("encoding", 1, 2)
	show("encoding", 2, 2)
	if out.Len() > 0 {
		t.Errorf("printed %q", out.String())
	}
}
