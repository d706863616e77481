package check

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
)

// A tally is what stands in a log.
type tally struct {
	counted int64 // bytes of whole lines up to the length that the checkpoint counts
	whole   int64 // bytes of whole lines
	lines   int
	damaged int   // of lines
	kept    int64 // bytes of the counted lines that hold an event
	beyond  int   // events behind what the checkpoint counts
}

// log reads log.jsonl: what the checkpoint counts, and what stands behind it.
func (c *checker) log() {
	if c.state == nil {
		return
	}
	s := *c.state
	f, size, err := regular.Open(c.path(rundir.LogFile))
	if err != nil {
		if s.LogLength > 0 {
			c.shorter(err, 0)
		}
		return
	}
	defer f.Close()
	t, err := read(f, s.LogLength)
	ended, _ := train.Ended(s) // a state that cannot be read has not
	switch {
	case err != nil:
		c.found(rundir.LogFile, err, "put back a copy of it", nil)
	case t.counted != s.LogLength:
		c.shorter(fmt.Errorf("it has %d bytes in whole lines, and the checkpoint counts %d", t.counted, s.LogLength), t.counted)
	case t.damaged > 0 && c.live:
		c.found(rundir.LogFile, t.holes(), "they are passed over; once no process trains the run, --repair takes them out", nil)
	case t.damaged > 0:
		c.found(rundir.LogFile, t.holes(), "they are taken out", func(d *rundir.Dir) error { return takeOut(d, s, t) })
	case c.live: // its process is writing
	case t.beyond > 0 && ended != "":
		c.found(rundir.LogFile, fmt.Errorf("%d of its lines stand behind the end of training, and the checkpoint does not count them", t.beyond), "they are taken away", cutting(s.LogLength))
	case t.whole < size:
		c.found(rundir.LogFile, errors.New("its last line is cut"), "it is taken away", cutting(t.whole))
	}
}

// shorter finds that so many bytes of whole lines are left of those that the checkpoint
// counts.
func (c *checker) shorter(fault error, whole int64) {
	s := *c.state
	c.found(rundir.LogFile, fault, "the run goes on without the lines that are gone", func(d *rundir.Dir) error { return shorten(d, s, whole) })
}

// holes says how many lines hold no event.
func (t tally) holes() error {
	return fmt.Errorf("%d of its %d lines hold no event", t.damaged, t.lines)
}

// read tallies a log of which the checkpoint counts so many bytes.
func read(f io.Reader, length int64) (t tally, err error) {
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		t.whole += int64(len(line))
		t.lines++
		counts := t.whole <= length
		if counts {
			t.counted = t.whole
		}
		switch e, ok := rundir.ParseEvent(line); {
		case !ok:
			t.damaged++
		case counts:
			t.kept += int64(len(line))
		case e.Kind != dialog.Warned: // what the end of training warns of comes after the last checkpoint
			t.beyond++
		}
	}
}

// shorten lets a run go on with the first so many bytes of its log. Where none is left,
// what lies in its place may be no file.
func shorten(d *rundir.Dir, s checkpoint.State, whole int64) error {
	if whole == 0 {
		if err := os.Remove(d.Path(rundir.LogFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("mending the log: %w", err)
		}
	}
	f, err := os.OpenFile(d.Path(rundir.LogFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("mending the log: %w", err)
	}
	defer f.Close()
	if err := f.Truncate(whole); err != nil {
		return fmt.Errorf("mending the log: %w", err)
	}
	s.LogLength = whole
	return checkpoint.Save(d.Path("."), s)
}

// cutting cuts what the checkpoint does not count off a log.
func cutting(length int64) func(*rundir.Dir) error {
	return func(d *rundir.Dir) error {
		if err := os.Truncate(d.Path(rundir.LogFile), length); err != nil {
			return fmt.Errorf("mending the log: %w", err)
		}
		return nil
	}
}

// mostLog is the most bytes of a log from which lines are taken.
const mostLog = 4 << 30

// takeOut takes the lines that hold no event out of a log. The checkpoint is saved
// first, because a log that is longer than it counts is cut, and one that is shorter
// is refused.
func takeOut(d *rundir.Dir, s checkpoint.State, t tally) error {
	b, err := regular.Read(d.Path(rundir.LogFile), mostLog)
	if err != nil {
		return fmt.Errorf("mending the log: %w", err)
	}
	var kept []byte
	for line := range bytes.Lines(b) {
		if _, ok := rundir.ParseEvent(line); ok {
			kept = append(kept, line...)
		}
	}
	s.LogLength = t.kept
	if err := checkpoint.Save(d.Path("."), s); err != nil {
		return err
	}
	return d.WriteFile(rundir.LogFile, kept)
}
