package corpora

import (
	"context"
	"fmt"
	"iter"
	"strings"

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
	Skipped    int        `json:"skipped"` // malformed lines
}

// Stats counts in one pass over the corpus. The tokens of a turn are what
// count yields; nil counts words between white space. Stats stops with the
// error of ctx when ctx ends.
func (c *Corpus) Stats(ctx context.Context, count func(text string) iter.Seq[string]) (Stats, error) {
	if count == nil {
		count = strings.FieldsSeq
	}
	n := newCounter(count)
	for p, err := range c.pass(dialog.Splits[:]...) {
		if err != nil {
			return Stats{}, err
		}
		if err := ctx.Err(); err != nil {
			return Stats{}, fmt.Errorf("corpora: counting %s: %w", shown(c.path), err)
		}
		n.add(p)
	}
	return Stats{
		Format:     c.format.Name,
		Splits:     n.splits,
		Types:      len(n.types),
		Duplicates: n.duplicates(),
		Skipped:    c.Skipped(),
	}, nil
}

// counter gathers statistics.
type counter struct {
	count  func(string) iter.Seq[string]
	splits map[dialog.Split]SplitStats
	types  map[string]struct{}
	copies map[dialog.Split]map[key]int // dialogues by content
	pairs  map[dialog.Split]map[key]int // pairs by content
}

func newCounter(count func(string) iter.Seq[string]) *counter {
	n := &counter{
		count:  count,
		splits: map[dialog.Split]SplitStats{},
		types:  map[string]struct{}{},
		copies: map[dialog.Split]map[key]int{},
		pairs:  map[dialog.Split]map[key]int{},
	}
	for _, s := range dialog.Splits {
		n.copies[s], n.pairs[s] = map[key]int{}, map[key]int{}
	}
	return n
}

// add counts one dialogue.
func (n *counter) add(p placed) {
	all := texts(p.Dialogue)
	s := n.splits[p.split]
	s.Dialogues++
	s.Turns += len(all)
	s.Pairs += len(all) - 1
	for _, text := range all {
		for word := range n.count(text) {
			s.Tokens++
			if _, known := n.types[word]; !known {
				n.types[strings.Clone(word)] = struct{}{} // a word must not keep its line alive
			}
		}
	}
	n.splits[p.split] = s
	n.copies[p.split][keyOf(all...)]++
	for i := 1; i < len(all); i++ {
		n.pairs[p.split][keyOf(all[i-1], all[i])]++
	}
}

// duplicates compares the splits.
func (n *counter) duplicates() Duplicates {
	d := Duplicates{Within: map[dialog.Split]int{}, Across: map[string]int{}, Pairs: map[string]int{}}
	for _, s := range dialog.Splits {
		d.Within[s] = n.splits[s].Dialogues - len(n.copies[s])
	}
	d.Across[in(dialog.Test, dialog.Valid)] = shared(n.copies[dialog.Test], n.copies[dialog.Valid])
	for _, s := range []dialog.Split{dialog.Valid, dialog.Test} {
		d.Across[in(s, dialog.Train)] = shared(n.copies[s], n.copies[dialog.Train])
		d.Pairs[in(s, dialog.Train)] = shared(n.pairs[s], n.pairs[dialog.Train])
	}
	return d
}

// shared returns how many items of a, copies counted, stand in b.
func shared(a, b map[key]int) int {
	total := 0
	for k, n := range a {
		if b[k] > 0 {
			total += n
		}
	}
	return total
}
