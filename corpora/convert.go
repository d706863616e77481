package corpora

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// ErrExists says that there is something where a corpus was to be written.
var ErrExists = errors.New("it is there already")

// A Written says what one file of a conversion holds.
type Written struct {
	Path      string         `json:"path"`
	Splits    []dialog.Split `json:"splits"`
	Dialogues int            `json:"dialogues"`
	Turns     int            `json:"turns"`
}

// A Conversion says what Convert wrote.
type Conversion struct {
	Files []Written
	Lost  Lost
}

// A Mixture is corpora that are written as one, split by split and one after the
// other.
type Mixture struct {
	Parts []Share
	// Keep returns what is written of a dialogue, in its place. Nil: all of it.
	Keep func(dialog.Dialogue) []dialog.Dialogue
}

// A Share is a corpus in a mixture, of which every dialogue of the train split
// is written Times times.
type Share struct {
	Corpus *Corpus
	Times  int
}

// Splits are those that a part has, in their customary order.
func (m Mixture) Splits() (splits []dialog.Split) {
	for _, s := range dialog.Splits {
		if slices.ContainsFunc(m.Parts, func(p Share) bool { return slices.Contains(p.Corpus.Splits(), s) }) {
			splits = append(splits, s)
		}
	}
	return splits
}

// Dialogues streams a split of all parts, each dialogue once, whatever its Times.
func (m Mixture) Dialogues(s dialog.Split) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		for _, p := range m.Parts {
			for d, err := range p.Corpus.Dialogues(s) {
				if !yield(d, err) {
					return
				}
			}
		}
	}
}

// Skipped is the number of malformed lines of the parts, each counted once.
func (m Mixture) Skipped() (n int) {
	for _, p := range m.Parts {
		n += p.Corpus.Skipped()
	}
	return n
}

// Convert writes a mixture in the format of t: as the file out, which holds the
// splits in their order, or as the folder out with a file for each of them when
// out has no extension. A file ends in .gz or .zst to be compressed. Nothing is
// at out before all of it is; what is there already is an ErrExists. Convert
// stops with the error of ctx when ctx ends.
func (m Mixture) Convert(ctx context.Context, out string, t Target, splits ...dialog.Split) (Conversion, error) {
	if _, err := os.Lstat(out); err == nil {
		return Conversion{}, fmt.Errorf("corpora: %s: %w; write to another place, or remove it", fault.Shown(out), ErrExists)
	}
	file := IsFile(out)
	out = filepath.Clean(out)
	temp, err := os.MkdirTemp(filepath.Dir(out), ".convert-*")
	if err != nil {
		return Conversion{}, fault.CannotWrite(out, err)
	}
	defer os.RemoveAll(temp)
	k := conversion{mixture: m, target: t}
	draft := filepath.Join(temp, filepath.Base(out))
	if file {
		err = k.file(ctx, draft, out, splits)
	} else {
		err = k.folder(ctx, draft, out, splits)
	}
	if err != nil {
		return Conversion{}, err
	}
	if err := os.Rename(draft, out); err != nil {
		return Conversion{}, fault.CannotWrite(out, err)
	}
	return k.done, nil
}

// IsFile tells whether Convert writes a file at that path, rather than a
// folder: its name has an extension.
func IsFile(out string) bool {
	return !strings.HasSuffix(out, "/") && !strings.HasSuffix(out, string(filepath.Separator)) &&
		len(filepath.Ext(textfile.Bare(filepath.Base(out)))) > len(".")
}

// conversion is one in progress.
type conversion struct {
	mixture Mixture
	target  Target
	done    Conversion
}

func (k *conversion) folder(ctx context.Context, draft, out string, splits []dialog.Split) error {
	if err := os.Mkdir(draft, 0o777); err != nil {
		return fault.CannotWrite(out, err)
	}
	for _, s := range splits {
		name := string(s) + "." + k.target.Extension
		if err := k.file(ctx, filepath.Join(draft, name), filepath.Join(out, name), []dialog.Split{s}); err != nil {
			return err
		}
	}
	return nil
}

// file writes the splits to the file draft, which will be at out.
func (k *conversion) file(ctx context.Context, draft, out string, splits []dialog.Split) error {
	f, err := textfile.Create(draft)
	if err != nil {
		return fault.CannotWrite(out, err)
	}
	w := NewWriter(f, k.target)
	written := Written{Path: out, Splits: splits}
	err = k.write(ctx, w, &written)
	if err == nil {
		err = w.Close()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	var full *fs.PathError
	if errors.As(err, &full) {
		err = fault.CannotWrite(out, full)
	}
	k.done.Files = append(k.done.Files, written)
	k.done.Lost = k.done.Lost.plus(w.Lost())
	return err
}

// write writes the dialogues of the splits of a file and counts them.
func (k *conversion) write(ctx context.Context, w *Writer, to *Written) error {
	for _, s := range to.Splits {
		for _, p := range k.mixture.Parts {
			times := 1
			if s == dialog.Train {
				times = p.Times
			}
			for d, err := range p.Corpus.Dialogues(s) {
				if err == nil {
					err = ctx.Err()
				}
				if err == nil {
					err = k.dialogue(w, d, times, to)
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// dialogue writes what is kept of one, a number of times.
func (k *conversion) dialogue(w *Writer, d dialog.Dialogue, times int, to *Written) error {
	kept := []dialog.Dialogue{d}
	if k.mixture.Keep != nil {
		kept = k.mixture.Keep(d)
	}
	for _, d := range kept {
		for range times {
			if err := w.Write(d); err != nil {
				return err
			}
			to.Dialogues, to.Turns = to.Dialogues+1, to.Turns+len(d.Turns)
		}
	}
	return nil
}
