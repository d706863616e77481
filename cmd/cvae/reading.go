package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// reading shows how far the reading of a corpus is, for run.Options: a bar on a
// terminal, which goes when it is done, and elsewhere, or where lines are asked
// for, a line every few seconds.
func reading(w io.Writer, lines bool) func(what string, done, total int) {
	every, show := 5*time.Second, func(line string) { fmt.Fprintln(w, line) }
	hide := func() {}
	if f, ok := w.(*os.File); ok && !lines && isTerminal(f) && os.Getenv("TERM") != "dumb" {
		const erase = "\r\x1b[K"
		every, show = 100*time.Millisecond, func(line string) { fmt.Fprint(w, erase+line) }
		hide = func() { fmt.Fprint(w, erase) }
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
	count := counted(done, "dialogue")
	if total == 0 {
		return what + "  " + count
	}
	full := min(cells, cells*done/total)
	return fmt.Sprintf("%s [%s%s] %3d %%  %s", what, strings.Repeat("#", full), strings.Repeat(".", cells-full), 100*done/total, count)
}
