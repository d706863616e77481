package corpora

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/dialog"
)

// SplitStats counts one split.
type SplitStats struct {
	Dialogues int `json:"dialogues"`
	Turns     int `json:"turns"`
	Pairs     int `json:"pairs"` // (previous turn, response)
	Tokens    int `json:"tokens"`
}

// Stats describes a corpus as it is read: after SkipBad and Dedup.
type Stats struct {
	Format string                      `json:"format"`
	Splits map[dialog.Split]SplitStats `json:"splits"`
	Types  int                         `json:"types"` // different tokens of all splits
	// Duplicates counts verbatim copies, also without Dedup.
	Duplicates Duplicates `json:"duplicates"`
	// Warnings names what is likely to spoil a result; empty, never nil.
	Warnings []Warning `json:"warnings"`
	// Scripts counts the turns in which most letters are of a script, by its
	// name in Unicode.
	Scripts map[string]int           `json:"scripts"`
	Lengths map[dialog.Split]Lengths `json:"lengths"`
	Skipped int                      `json:"skipped"` // malformed lines
	Timed   bool                     `json:"-"`       // of a log of chat
	LeftOut LeftOut                  `json:"left_out"`
}

// Stats counts in one pass over the corpus. The tokens of a turn are what
// count yields; nil counts words between white space. Stats tells progress, which
// may be nil, how many dialogues it has counted, and stops with the error of ctx
// when ctx ends. It holds every type, and 8 bytes for each
// dialogue and each pair, which duplicates are found by; nothing else grows
// with the corpus.
func (c *Corpus) Stats(ctx context.Context, count func(text string) iter.Seq[string], progress func(dialogues int)) (Stats, error) {
	if count == nil {
		count = strings.FieldsSeq
	}
	if progress == nil {
		progress = func(int) {}
	}
	done := 0
	n := newCounter(count)
	for p, err := range c.Pass(dialog.Splits[:]...) {
		if err != nil {
			return Stats{}, err
		}
		if err := ctx.Err(); err != nil {
			return Stats{}, fmt.Errorf("corpora: counting %s: %w", fault.Shown(c.path), err)
		}
		n.add(p)
		done++
		progress(done)
	}
	s := Stats{
		Format: c.format.Name, Types: len(n.types), Duplicates: n.duplicates(), Scripts: n.faults.scripts, Skipped: c.Skipped(), LeftOut: c.LeftOut(), Timed: c.format.timed,
		Splits: map[dialog.Split]SplitStats{}, Lengths: map[dialog.Split]Lengths{},
	}
	for split, of := range n.splits {
		s.Splits[split], s.Lengths[split] = of.SplitStats, Lengths{Turns: of.turns.length(), Tokens: of.tokens.length()}
	}
	if total := n.totals(); c.format.Turns == dialogues && total.Pairs == 0 && total.Dialogues > 0 {
		s.Warnings = append(s.Warnings, Warning{"single", total.Dialogues, fmt.Sprintf("none of the %d dialogues has two turns, so that there is no response to learn; where a row is a turn, say which rows are one dialogue, as in --map 'turns=text, dialogue=session'", total.Dialogues)})
	}
	unsaid := slices.DeleteFunc(c.Unsaid(), func(w Warning) bool { return w.Name == "first_word" }) // which all turns tell
	s.Warnings = append(append(append(n.faults.warnings(s), s.Warnings...), unsaid...), unreadWarning(c.unread())...)
	return s, nil
}

// totals are the counts of all splits.
func (n *counter) totals() (all SplitStats) {
	for _, s := range n.splits {
		all.Dialogues, all.Pairs = all.Dialogues+s.Dialogues, all.Pairs+s.Pairs
	}
	return all
}

// counter gathers statistics.
type counter struct {
	count  func(string) iter.Seq[string]
	splits map[dialog.Split]*splitCounter
	types  map[string]struct{}
	faults *faults
}

type splitCounter struct {
	SplitStats
	copies, pairs tally // by content
	turns, tokens histogram
}

func newCounter(count func(string) iter.Seq[string]) *counter {
	n := &counter{count: count, splits: map[dialog.Split]*splitCounter{}, types: map[string]struct{}{}, faults: &faults{names: newScripts(), scripts: map[string]int{}}}
	for _, s := range dialog.Splits {
		n.splits[s] = &splitCounter{}
	}
	return n
}

func (n *counter) add(p Placed) {
	all := texts(p.Dialogue)
	s := n.splits[p.Split]
	s.Dialogues++
	s.Turns += len(all)
	s.Pairs += len(all) - 1
	for _, text := range all {
		length := n.addTokens(text)
		s.Tokens += length
		s.tokens.add(length)
		n.faults.add(text, length)
	}
	s.turns.add(len(all))
	s.copies.add(keyOf(all...))
	for i := 1; i < len(all); i++ {
		s.pairs.add(keyOf(all[i-1], all[i]))
	}
}

// addTokens gathers the types of a turn and returns how many tokens it has.
func (n *counter) addTokens(text string) (length int) {
	for word := range n.count(text) {
		length++
		if _, known := n.types[word]; !known {
			n.types[strings.Clone(word)] = struct{}{} // a word must not keep its line alive
		}
	}
	return length
}

func (n *counter) duplicates() Duplicates {
	d := Duplicates{Within: map[dialog.Split]int{}, Across: map[string]int{}, Pairs: map[string]int{}}
	train, valid, test := n.splits[dialog.Train], n.splits[dialog.Valid], n.splits[dialog.Test]
	for s, of := range n.splits {
		d.Within[s] = of.copies.repeated()
	}
	d.Across[in(dialog.Test, dialog.Valid)] = shared(&test.copies, &valid.copies)
	for _, s := range []dialog.Split{dialog.Valid, dialog.Test} {
		d.Across[in(s, dialog.Train)] = shared(&n.splits[s].copies, &train.copies)
		d.Pairs[in(s, dialog.Train)] = shared(&n.splits[s].pairs, &train.pairs)
	}
	return d
}
