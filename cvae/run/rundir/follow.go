package rundir

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
)

// A Follower reads the log of a run, which another process may be writing.
type Follower struct {
	path    string
	offset  int64        // behind the last whole line that was read
	line    []byte       // that line, to tell a log that was cut back and has grown again
	skipped atomic.Int64 // lines that hold no event
}

// Follow returns a follower that begins at the beginning of the log of dir.
func Follow(dir string) *Follower { return &Follower{path: filepath.Join(dir, LogFile)} }

// Skipped counts the lines that held no event. It may be called at any time.
func (f *Follower) Skipped() int { return int(f.skipped.Load()) }

const (
	// pollEvery is how often the log is looked at.
	pollEvery = 500 * time.Millisecond
	// longestLine bounds an event in the log, in bytes.
	longestLine = 8 << 20
)

// Events yields the events of the log, and those that are added to it until
// isLive, which is asked before each look, says that none will be, or ctx ends.
// A nil isLive waits on. Half a line is one that is still being written; a log
// that a resumed run has cut back is read again from its beginning. It ends
// after its first error.
func (f *Follower) Events(ctx context.Context, isLive func() bool) iter.Seq2[dialog.Event, error] {
	return func(yield func(dialog.Event, error) bool) {
		for {
			isLast := isLive != nil && !isLive()
			more, err := f.read(ctx, yield)
			if err != nil {
				yield(dialog.Event{}, fmt.Errorf("reading %s: %w", f.path, err))
			}
			if !more || err != nil || isLast {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(pollEvery):
			}
		}
	}
}

// read yields the events of the whole lines from the offset on, and reports
// whether more are wanted.
func (f *Follower) read(ctx context.Context, yield func(dialog.Event, error) bool) (more bool, err error) {
	file, _, err := regular.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return ctx.Err() == nil, nil // the run has yet to begin it
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	if !f.continues(file) {
		f.offset, f.line = 0, nil
		f.skipped.Store(0)
	}
	if _, err := file.Seek(f.offset, io.SeekStart); err != nil {
		return false, err
	}
	for lines := bufio.NewReader(file); ctx.Err() == nil; {
		line, length, err := readLine(lines)
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		f.offset, f.line = f.offset+length, line
		if e, ok := ParseEvent(line); !ok {
			f.skipped.Add(1)
		} else if !yield(e, nil) {
			return false, nil
		}
	}
	return false, nil
}

// continues reports whether the file still holds what was read last.
func (f *Follower) continues(file *os.File) bool {
	there := make([]byte, len(f.line))
	_, err := file.ReadAt(there, f.offset-int64(len(there)))
	return len(f.line) == 0 && f.offset == 0 || err == nil && bytes.Equal(there, f.line)
}

// readLine returns the next whole line and its length. Of one that is too long
// it returns the end, which is no event. The error is io.EOF behind the last.
func readLine(r *bufio.Reader) (line []byte, length int64, err error) {
	for {
		part, err := r.ReadSlice('\n')
		length += int64(len(part))
		if len(line)+len(part) > longestLine {
			line = nil
		}
		line = append(line, part...)
		if err != bufio.ErrBufferFull {
			return line, length, err
		}
	}
}

// ParseEvent reads a line of the log.
func ParseEvent(line []byte) (e dialog.Event, ok bool) {
	err := json.Unmarshal(line, &e)
	return e, err == nil && e.Kind != ""
}
