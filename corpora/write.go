package corpora

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Lost counts the dialogues of which a format cannot hold something.
type Lost struct {
	Labels   int `json:"labels"`
	Speakers int `json:"speakers"` // another name, or another who speaks
	Texts    int `json:"texts"`    // line breaks and TABs, which became spaces, or escapes
}

// A Writer writes dialogues in the format of a Target.
type Writer struct {
	target Target
	out    *bufio.Writer
	count  int
	lost   Lost
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer, t Target) *Writer {
	return &Writer{target: t, out: bufio.NewWriterSize(w, 64<<10)}
}

// Lost counts what was lost so far.
func (w *Writer) Lost() Lost { return w.lost }

// Write writes one dialogue. It reads back what it writes, and so knows what
// the format does not hold; a dialogue that would come back with other turns
// is an error.
func (w *Writer) Write(d dialog.Dialogue) error {
	text, err := w.target.encode(d)
	if err != nil {
		return err
	}
	if len(text) > textfile.MaxLine {
		return fmt.Errorf("corpora: dialogue %s is longer than 1 MiB in format %s and could not be read again; take it out", fault.Shown(d.ID), w.target.Name)
	}
	kept, err := w.target.decode(strings.TrimSuffix(text, "\n"))
	if err != nil || len(d.Turns) == 0 || len(kept.Turns) != len(d.Turns) {
		return fmt.Errorf("corpora: dialogue %s cannot be written in format %s; choose another", fault.Shown(d.ID), w.target.Name)
	}
	w.lost.add(d, kept)
	before := w.target.between
	if w.count == 0 {
		before = w.target.begin
	}
	w.count++
	return w.put(before, text)
}

// Close writes what ends the format and empties the buffer. It does not close
// what is written to.
func (w *Writer) Close() error {
	if w.count == 0 {
		if err := w.put(w.target.begin); err != nil {
			return err
		}
	}
	if err := w.put(w.target.end); err != nil {
		return err
	}
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("corpora: write: %w", err)
	}
	return nil
}

func (w *Writer) put(texts ...string) error {
	for _, t := range texts {
		if _, err := w.out.WriteString(t); err != nil {
			return fmt.Errorf("corpora: write: %w", err)
		}
	}
	return nil
}

// add counts what of d is not in kept, which has as many turns.
func (l *Lost) add(d, kept dialog.Dialogue) {
	labels, names, texts := !maps.Equal(d.Labels, kept.Labels), false, false
	for i, t := range d.Turns {
		k := kept.Turns[i]
		labels = labels || !maps.Equal(t.Labels, k.Labels)
		names = names || t.Speaker != k.Speaker
		texts = texts || t.Text != k.Text
	}
	for _, c := range []struct {
		lost  bool
		count *int
	}{{labels, &l.Labels}, {names, &l.Speakers}, {texts, &l.Texts}} {
		if c.lost {
			*c.count++
		}
	}
}

func (l Lost) plus(o Lost) Lost {
	return Lost{l.Labels + o.Labels, l.Speakers + o.Speakers, l.Texts + o.Texts}
}
