// Package tensorboard writes the events of a training run as the event files
// that TensorBoard shows: numbers as scalars, the KL of the dimensions as a
// histogram, warnings and sample replies as text.
//
// An event file is a sequence of TFRecords, each of which holds one Event
// message in protobuf's wire format (message.go, event.go). The messages
// are those of https://github.com/tensorflow/tensorboard, folder
// tensorboard/compat/proto.
package tensorboard

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cvae-go/cvae/dialog"
)

// prefix begins the name of an event file. TensorBoard reads the files of a
// folder in the order of their names.
const prefix = "events.out.tfevents."

// A Writer is a [dialog.Progress] that writes one event file. It begins the
// file with its first event, so that a run without events leaves none. It is
// not safe for concurrent use.
type Writer struct {
	dir    string
	began  time.Time
	failed func(error)
	file   *os.File // nil: not begun
	ended  bool     // closed or failed
}

// New returns a writer of a new event file in dir, which it makes if it is
// missing. A run that goes on repeats its earlier events in the new file, which
// then stands for the older ones. The time of an event is began plus its
// Elapsed. The first error ends the file and is given to failed; training goes
// on without.
func New(dir string, began time.Time, failed func(error)) *Writer {
	return &Writer{dir: dir, began: began, failed: failed}
}

// Report implements [dialog.Progress].
func (w *Writer) Report(e dialog.Event) {
	if w.ended {
		return
	}
	if err := w.report(e); err != nil {
		_ = w.Close() // err is what the user needs to know
		w.failed(fmt.Errorf("no more events are written for TensorBoard: %w", err))
	}
}

func (w *Writer) report(e dialog.Event) error {
	s := summarise(e)
	if len(s) == 0 {
		return nil
	}
	at := w.began.Add(e.Elapsed)
	if w.file == nil {
		if err := w.begin(at); err != nil {
			return err
		}
	}
	return w.write(summaryEvent(at, e.Step, s))
}

// begin opens the file. Its START of a session at step 0 makes TensorBoard
// forget what older files of the folder say.
func (w *Writer) begin(at time.Time) (err error) {
	if err := os.MkdirAll(w.dir, 0o777); err != nil {
		return err
	}
	name, err := w.name(at)
	if err != nil {
		return err
	}
	if w.file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); err != nil {
		return err
	}
	if err := w.write(versionEvent(at)); err != nil {
		return err
	}
	return w.write(startEvent(at))
}

// name is that of a file which comes after those in the folder.
func (w *Writer) name(at time.Time) (string, error) {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return "", err
	}
	second := at.Unix()
	for _, e := range entries {
		rest, _ := strings.CutPrefix(e.Name(), prefix)
		stamp, _, _ := strings.Cut(rest, ".")
		if older, err := strconv.ParseInt(stamp, 10, 64); err == nil {
			second = max(second, older+1)
		}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return filepath.Join(w.dir, fmt.Sprintf("%s%010d.%s", prefix, second, host)), nil
}

func (w *Writer) write(event message) error {
	_, err := w.file.Write(record(event))
	return err
}

// Close ends the file. Closing twice is harmless.
func (w *Writer) Close() error {
	w.ended = true
	if w.file == nil {
		return nil
	}
	file := w.file
	w.file = nil
	return file.Close()
}
