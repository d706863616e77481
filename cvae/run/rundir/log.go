package rundir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// Log is the open log.jsonl of a run: one JSON object a line. It is not safe
// for concurrent use.
type Log struct {
	file   *os.File
	length int64 // bytes
}

// OpenLog opens the log to append to it, after it has been cut back to length
// bytes, which a checkpoint recorded: later events belong to steps that will be
// done again. A length of 0 starts an empty log.
func (d *Dir) OpenLog(length int64) (*Log, error) {
	if info, err := os.Stat(d.Path(LogFile)); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open the log: %s: %w", d.Path(LogFile), regular.ErrKind)
	}
	f, err := os.OpenFile(d.Path(LogFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	if err := cutBack(f, length); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s cannot be continued: %w", d.Path(LogFile), err)
	}
	return &Log{file: f, length: length}, nil
}

// cutBack shortens f to length bytes, which must be whole lines.
func cutBack(f *os.File, length int64) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if length < 0 || info.Size() < length {
		return fmt.Errorf("it has %d bytes, but the checkpoint counts %d", info.Size(), length)
	}
	if length > 0 {
		var end [1]byte
		if _, err := f.ReadAt(end[:], length-1); err != nil {
			return err
		}
		if end[0] != '\n' {
			return fmt.Errorf("the %d bytes that the checkpoint counts end inside a line", length)
		}
	}
	return f.Truncate(length)
}

// Append adds event, whose JSON must be an object, as one line. After an error
// the log ends where it ended before.
func (l *Log) Append(event any) error {
	line, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("log an event: %w", err)
	}
	if line[0] != '{' {
		return fmt.Errorf("log an event: %T is not a JSON object", event)
	}
	n, err := l.file.WriteAt(safe.JSON(append(line, '\n')), l.length)
	if err != nil {
		_ = l.file.Truncate(l.length) // half a line must not stay
		return fmt.Errorf("log an event: %w", err)
	}
	l.length += int64(n)
	return nil
}

// Length returns the length of the log in bytes, for the checkpoint.
func (l *Log) Length() int64 { return l.length }

// Rewind takes the log back to length bytes. record saves the checkpoint that counts
// them, before the lines behind go. A log that was repaired since has lost lines: it goes
// back to the end of the last line that lies within length.
func (l *Log) Rewind(length int64, record func() error) error {
	before := l.length
	if length < 0 {
		return fmt.Errorf("take the log back: it cannot have %d bytes", length)
	}
	whole, err := wholeLines(l.file, min(length, before))
	if err != nil {
		return fmt.Errorf("take the log back: %w", err)
	}
	l.length = whole
	if err := record(); err != nil {
		l.length = before
		return err
	}
	if err := cutBack(l.file, whole); err != nil {
		return fmt.Errorf("take the log back: %w", err)
	}
	return nil
}

// wholeLines is how many of the first length bytes are whole lines.
func wholeLines(f io.ReaderAt, length int64) (int64, error) {
	piece := make([]byte, 4096)
	for length > 0 {
		part := piece[:min(length, int64(len(piece)))]
		if _, err := f.ReadAt(part, length-int64(len(part))); err != nil {
			return 0, err
		}
		if at := bytes.LastIndexByte(part, '\n'); at >= 0 {
			return length - int64(len(part)) + int64(at) + 1, nil
		}
		length -= int64(len(part))
	}
	return 0, nil
}

// Sync brings the log to the disk up to [Log.Length]. It comes before the
// checkpoint that records the length: after a loss of power a checkpoint must
// not count on lines that are gone.
func (l *Log) Sync() error {
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("sync the log: %w", err)
	}
	return nil
}

// Close closes the log.
func (l *Log) Close() error { return l.file.Close() }
