package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// printable shows s on one line of a terminal: what is not printable is
// escaped, so that no text can move the cursor or change a colour.
func printable(s string) string {
	var b strings.Builder
	joins := false // what is before may be joined to what follows
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case strconv.IsPrint(r):
			b.WriteRune(r)
			joins = r != ' '
		case joins && (r == '\u200c' || r == '\u200d') && isPrinted(s[size:]): // inside a word or an emoji
			b.WriteRune(r)
			joins = false
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

// isPrinted tells whether a text begins with a character that is not escaped and no space.
func isPrinted(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && r != utf8.RuneError && r != ' ' && strconv.IsPrint(r)
}

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
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// escaped writes control and format characters of a JSON text, which can stand
// only inside strings, as \u escapes.
func escaped(text []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(bytes.TrimSuffix(text, []byte("\n"))) {
		if !unicode.Is(unicode.Cc, r) && !unicode.Is(unicode.Cf, r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return append(b.Bytes(), '\n')
}

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
