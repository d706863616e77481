package corpora

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/markup"
	"github.com/cvae-go/cvae/dialog"
)

// A Corpus is an opened corpus. It holds no file open between calls and is
// safe for concurrent use.
type Corpus struct {
	format Format
	path   string
	// unpacked: the archives in the folder are read.
	unpacked bool
	name     string
	options  Options
	parts    []part

	mu      sync.Mutex
	skipped []int      // malformed lines of each part
	left    []LeftOut  // messages of each part
	dropped Duplicates // by Dedup
	content knownContent
}

// Name is the name of the corpus: that of a corpus inside the program, or the last element of its path.
func (c *Corpus) Name() string { return c.name }

// Format is the format in which the corpus is read.
func (c *Corpus) Format() Format { return c.format }

// Embedded reports whether the corpus is inside the program and has no files.
func (c *Corpus) Embedded() bool { return c.format.embedded }

// Dialogues streams the dialogues of a split in their order in the files. Each
// call reads afresh. The sequence ends after its first error; a split without
// dialogues is an error, and so is a file that changes meanwhile.
func (c *Corpus) Dialogues(s dialog.Split) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		for p, err := range c.Pass(s) {
			if !yield(p.Dialogue, err) {
				return
			}
		}
	}
}

// Skipped is the number of malformed lines that SkipBad left out in the last
// full pass over each file. A file whose lines are drawn into several splits
// counts once, and so does a dialogue of several lines, however many of them
// are malformed.
func (c *Corpus) Skipped() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	total := 0
	for _, n := range c.skipped {
		total += n
	}
	return total
}

// LeftOut counts the messages that are no talk, in logs of chat, and records that are not wanted, as the last full pass over each file found them.
func (c *Corpus) LeftOut() (total LeftOut) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.left {
		total.Add(l)
	}
	return total
}

// Placed is a dialogue and its split.
type Placed struct {
	dialog.Dialogue
	Split dialog.Split
}

// Pass is Dialogues for several splits in one pass over the files. It is an error
// that all of them are empty, or that Dedup left nothing of one; otherwise a split
// may be empty beside others.
func (c *Corpus) Pass(want ...dialog.Split) iter.Seq2[Placed, error] {
	return func(yield func(Placed, error) bool) {
		before, err := c.stamp()
		if err != nil {
			yield(Placed{}, err)
			return
		}
		for p, err := range c.pass(want) {
			if err != nil {
				err = c.unchanged(before, err)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
		if err := c.unchanged(before, nil); err != nil {
			yield(Placed{}, err)
		}
	}
}

// pass is Pass over files that nobody writes to.
func (c *Corpus) pass(want []dialog.Split) iter.Seq2[Placed, error] {
	return func(yield func(Placed, error) bool) {
		f, err := c.filter(want)
		if err != nil {
			yield(Placed{}, err)
			return
		}
		left := map[dialog.Split]bool{}
		for i, part := range c.parts {
			if !part.feeds(want) {
				continue
			}
			for p, err := range c.readPart(i) {
				if err == nil && (!slices.Contains(want, p.Split) || f.drops(p)) {
					continue
				}
				left[p.Split] = true
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
		c.record(f, want)
		if err := c.checkLeft(f, want, left); err != nil {
			yield(Placed{}, err)
		}
	}
}

// checkLeft refuses splits that Dedup emptied, and a pass over nothing.
func (c *Corpus) checkLeft(f *filter, want []dialog.Split, left map[dialog.Split]bool) error {
	for _, s := range want {
		if !left[s] && f.dropsFrom(s) {
			return fmt.Errorf("corpora: %s has no %s dialogue left; read it without --dedup, or give more", fault.Shown(c.path), s)
		}
	}
	if len(left) == 0 && len(want) == len(dialog.Splits) {
		return c.noDialogue()
	}
	if len(left) == 0 {
		return fmt.Errorf("corpora: %s has no dialogue for %s; it has files for %s", fault.Shown(c.path), listed(want), listed(c.Splits()))
	}
	return nil
}

func (c *Corpus) noDialogue() error {
	return fmt.Errorf("corpora: %s has no dialogue in format %s: %s", fault.Shown(c.path), c.format.Name, c.nothing())
}

// nothing says why a pass over all files gave no dialogue.
func (c *Corpus) nothing() string {
	if c.options.SkipBad && c.Skipped() > 0 {
		return fmt.Sprintf("%d lines or records are malformed, and nothing is left; read it without --skip-bad, which says what is wrong", c.Skipped())
	}
	if l := c.LeftOut(); l != (LeftOut{}) {
		return fmt.Sprintf("all is left out, namely %d messages of the program, %d without words, %d that nobody answers and %d unwanted records", l.System, l.Media, l.Unanswered, l.Unwanted)
	}
	if c.format.timed {
		return "no line or record in it is a message that somebody answers; see what each format reads in cvae corpus formats"
	}
	return "no line or record in it holds a turn; see what each format reads in cvae corpus formats, or say where the turns are with --map"
}

// feeds tells whether any dialogue of the part can be in one of the splits.
func (p part) feeds(want []dialog.Split) bool {
	return slices.ContainsFunc(p.splits, func(s dialog.Split) bool { return slices.Contains(want, s) })
}

// readPart streams a part with the split of each dialogue. It ends after its
// first error; malformed lines are none with SkipBad.
func (c *Corpus) readPart(i int) iter.Seq2[Placed, error] {
	return func(yield func(Placed, error) bool) {
		index, skipped := -1, 0
		var left LeftOut
		for _, source := range c.parts[i].sources {
			for d, err := range source {
				var more *LeftOut
				if errors.As(err, &more) {
					left.Add(*more)
					continue
				}
				index++
				var bad *fault.Malformed
				if c.options.SkipBad && errors.As(err, &bad) {
					skipped++
					continue
				}
				if err != nil {
					yield(Placed{}, err)
					return
				}
				if c.options.Clean && !cleaned(&d) {
					continue
				}
				if !yield(Placed{d, c.parts[i].draw(c.options.Seed, index)}, nil) {
					return
				}
			}
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.skipped[i], c.left[i] = skipped, left
	}
}

// cleaned takes out of the turns what nobody says, and turns that are nothing else.
// It reports whether a turn is left.
func cleaned(d *dialog.Dialogue) bool {
	var turns []dialog.Turn
	for _, t := range d.Turns {
		if t.Text = markup.Strip(t.Text); t.Text != "" {
			turns = append(turns, t)
		}
	}
	d.Turns = turns
	return len(turns) > 0
}
