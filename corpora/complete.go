package corpora

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

// Splits are the splits that the files of the corpus go to, in order; small
// files may leave one of them empty.
func (c *Corpus) Splits() []dialog.Split {
	var have []dialog.Split
	for _, s := range dialog.Splits {
		if slices.ContainsFunc(c.parts, func(p part) bool { return slices.Contains(p.splits, s) }) {
			have = append(have, s)
		}
	}
	return have
}

// CheckSplits reads enough of the corpus to know that every split has a
// dialogue, which training needs.
func (c *Corpus) CheckSplits() error {
	if c.format.embedded {
		return nil // never empty
	}
	if !slices.Contains(c.Splits(), dialog.Train) {
		return fmt.Errorf("corpora: %s has files for %s and none for train; add one", fault.Shown(c.path), listed(c.Splits()))
	}
	for i := range c.parts {
		if err := c.filled(i); err != nil {
			return err
		}
	}
	return nil
}

// filled reads part number i until each of its splits has a dialogue.
func (c *Corpus) filled(i int) error {
	seen := map[dialog.Split]bool{}
	count := 0
	for p, err := range c.readPart(i) {
		if err != nil {
			return err
		}
		count++
		if seen[p.Split] = true; len(seen) == len(c.parts[i].splits) {
			return nil
		}
	}
	missing := slices.DeleteFunc(slices.Clone(c.parts[i].splits), func(s dialog.Split) bool { return seen[s] })
	if count == 0 && len(missing) == len(dialog.Splits) {
		return c.noDialogue()
	}
	if count == 0 {
		return fmt.Errorf("corpora: %s holds no dialogue for %s; check the files, or add some", fault.Shown(c.path), listed(missing))
	}
	noun, leave := "dialogues", "leave"
	if count == 1 {
		noun, leave = "dialogue", "leaves"
	}
	cut := ""
	if c.format.timed {
		cut = "cut it at shorter pauses, as with --gap 5m, "
	}
	return fmt.Errorf("corpora: %s is too small to be split: %d %s %s none for %s; %sgive more (40 usually do), or separate train, valid and test files",
		fault.Shown(c.path), count, noun, leave, listed(missing), cut)
}

// listed joins the names of splits.
func listed(splits []dialog.Split) string {
	var text strings.Builder
	for i, s := range splits {
		switch {
		case i == 0:
		case i == len(splits)-1:
			text.WriteString(" and ")
		default:
			text.WriteString(", ")
		}
		text.WriteString(string(s))
	}
	return text.String()
}
