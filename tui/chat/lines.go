package chat

import (
	"bufio"
	"context"
	"io"
	"strings"
	"time"

	"github.com/cvae-go/cvae/tokenize"
)

// A line is one of the input, without its end, and when it came.
type line struct {
	text string
	at   time.Time
}

// manyLines is how many lines may wait while the model answers and still be told by
// when they came.
const manyLines = 4096

// linesOf are the lines of a reader until ctx ends.
func linesOf(ctx context.Context, in io.Reader) <-chan line {
	lines := make(chan line, manyLines)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(tokenize.Decoded(in))
		const longest = 1 << 20
		s.Buffer(nil, longest)
		for s.Scan() {
			select {
			case lines <- line{s.Text(), time.Now()}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// pasted makes one of the lines that come at once, within a [burstGap] of each other, until
// ctx ends. A command stays a line of its own.
func pasted(ctx context.Context, lines <-chan line) <-chan line {
	turns := make(chan line)
	go func() {
		defer close(turns)
		turn, open := <-lines
		for open {
			next, came, more := soon(lines)
			if came && turn.goesOn(next) {
				turn = line{turn.text + "\n" + next.text, next.at}
				continue
			}
			select {
			case turns <- turn:
			case <-ctx.Done():
				return
			}
			if !came && more {
				next, more = <-lines
			}
			turn, open = next, more
		}
	}()
	return turns
}

// soon is the next line, if it comes within a [burstGap]; more is false when there are no
// more lines.
func soon(lines <-chan line) (next line, came, more bool) {
	for range burstWaits {
		select {
		case next, more = <-lines:
			return next, more, more
		case <-time.After(burstGap / burstWaits):
		}
	}
	return line{}, false, true
}

// goesOn reports whether a line that came next was pasted together with this one.
func (l line) goesOn(next line) bool {
	return next.at.Sub(l.at) < burstGap && !isCommand(l.text) && !isCommand(next.text)
}

// isCommand reports whether a text is a command, which is one line.
func isCommand(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "/") }
