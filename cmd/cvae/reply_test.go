package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"testing"
)

// TestReplyAnswersAtOnce talks with reply as a program does that started it: each line is
// answered before the next is written, a wrong one too.
func TestReplyAnswersAtOnce(t *testing.T) {
	in, ask := io.Pipe()
	told, out := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- execute(context.Background(), []string{"reply", "--json", "-n", "1", "--threads", "1"}, in, out, io.Discard)
		out.Close()
	}()
	lines := bufio.NewReader(told)
	for i, line := range []string{`{"context":["Do you like tea?"],"id":0}`, `{"context":`, `{"context":["Do you like tea?"],"id":2}`} {
		if _, err := fmt.Fprintln(ask, line); err != nil {
			t.Fatal(err)
		}
		text, err := lines.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			ID    *int
			Error string
			Line  int
		}
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatal(err)
		}
		if wrong := i == 1; wrong != (answer.Error != "") || wrong && answer.Line != 2 || !wrong && (answer.ID == nil || *answer.ID != i) {
			t.Errorf("line %d is answered by %s", i+1, text)
		}
	}
	ask.Close()
	if code := <-status; code != exitFailure {
		t.Errorf("status %d, want %d", code, exitFailure)
	}
}
