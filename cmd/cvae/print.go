package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog/safe"
)

// printable shows s on one line of a terminal, so that no text can move the cursor
// or change a colour.
func printable(s string) string { return safe.Line(s) }

// output writes a result as JSON where that is asked for, or as print shows it.
func output[T any](w io.Writer, asJSON bool, result T, print func(io.Writer, T) error) error {
	if asJSON {
		return printJSON(w, result)
	}
	return print(w, result)
}

// printJSON writes v as one line of JSON in which everything that is not
// printable is escaped.
func printJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("encoding the result: %w", err)
	}
	_, err := w.Write(safe.JSON(b.Bytes()))
	return err
}

// reading shows how far the reading of a corpus is, for run.Options: a bar on a
// terminal, which goes when it is done, and elsewhere, or where lines are asked
// for, a line every few seconds.
func reading(w io.Writer, lines bool) func(what string, done, total int) {
	every, show := 5*time.Second, func(line string) { fmt.Fprintln(w, line) }
	hide := func() {}
	if f, ok := raw(w).(*os.File); ok && !lines && isTerminal(f) && os.Getenv("TERM") != "dumb" {
		const erase = "\r\x1b[K"
		every, show = 100*time.Millisecond, func(line string) { fmt.Fprint(f, erase+line) }
		hide = func() { fmt.Fprint(f, erase) }
	}
	var last time.Time // of the beginning of this pass, or of what is shown
	before, shown := "", false
	return func(what string, done, total int) {
		if what != before {
			before, last = what, time.Now()
		}
		if done == total {
			if shown {
				hide()
			}
			before, shown = "", false
		} else if time.Since(last) >= every {
			show(readingLine(what, done, total))
			last, shown = time.Now(), true
		}
	}
}

// readingLine is how far a pass is: a bar where the total is known, such as
//
//	encoding the corpus [######..................]  25 %  1,234,567 dialogues
func readingLine(what string, done, total int) string {
	const cells = 24
	unit := "dialogue"
	if what == training.Merging {
		unit = "merge"
	}
	count := counted(done, unit)
	if total == 0 {
		return what + "  " + count
	}
	full := min(cells, cells*done/total)
	return fmt.Sprintf("%s [%s%s] %3d %%  %s", what, strings.Repeat("#", full), strings.Repeat(".", cells-full), 100*done/total, count)
}
