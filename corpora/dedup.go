package corpora

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// Duplicates counts repeated dialogues. All keys are always present.
type Duplicates struct {
	// Within counts the dialogues that repeat an earlier one of their split.
	Within map[dialog.Split]int `json:"within"`
	// Across counts dialogues that stand in another split too. Of a corpus as
	// it is: "valid_in_train", "test_in_train", "test_in_valid". Of what Dedup
	// dropped: "train_in_valid", "train_in_test", "valid_in_test".
	Across map[string]int `json:"across"`
	// Pairs counts the (previous turn, response) pairs of "valid_in_train" and
	// "test_in_train". Nil of what Dedup dropped.
	Pairs map[string]int `json:"pairs"`
}

// in is the key of Across and Pairs.
func in(of, other dialog.Split) string { return string(of) + "_in_" + string(other) }

func noneDropped() Duplicates {
	d := Duplicates{Within: map[dialog.Split]int{}, Across: map[string]int{}}
	for _, s := range dialog.Splits {
		d.Within[s] = 0
		for _, held := range holders(s) {
			d.Across[in(s, held)] = 0
		}
	}
	return d
}

// holders are the splits that keep a dialogue which s has too: the test set
// stays whole, and leaks go from train.
func holders(s dialog.Split) []dialog.Split {
	switch s {
	case dialog.Train:
		return []dialog.Split{dialog.Test, dialog.Valid}
	case dialog.Valid:
		return []dialog.Split{dialog.Test}
	}
	return nil
}

// Duplicates is what Dedup dropped in the last full pass over each split. A
// dialogue is dropped, and counted, once: as a leak before as a repetition.
// Two dialogues are the same when their turns are, after lower-casing and
// collapsing of spaces.
func (c *Corpus) Duplicates() Duplicates {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := noneDropped()
	for s := range d.Within {
		d.take(c.dropped, s)
	}
	return d
}

// take copies the counts of split s from other.
func (d Duplicates) take(other Duplicates, s dialog.Split) {
	d.Within[s] = other.Within[s]
	for _, held := range holders(s) {
		d.Across[in(s, held)] = other.Across[in(s, held)]
	}
}

// key is 64 bits of a SHA-256: of 10 million different texts two have the same
// key once in 370,000 corpora.
type key uint64

func keyOf(texts ...string) key {
	var b []byte
	for _, t := range texts {
		b = binary.AppendUvarint(b, uint64(len(t))) // "a","b" is not "ab"
		b = append(b, t...)
	}
	sum := sha256.Sum256(b)
	return key(binary.LittleEndian.Uint64(sum[:]))
}

func texts(d dialog.Dialogue) []string {
	all := make([]string, len(d.Turns))
	for i, t := range d.Turns {
		all[i] = t.Text
	}
	return all
}

// looseKey is the key by which Dedup compares.
func looseKey(d dialog.Dialogue) key {
	all := texts(d)
	for i, t := range all {
		all[i] = strings.Join(strings.Fields(strings.ToLower(t)), " ")
	}
	return keyOf(all...)
}

// filter decides what Dedup drops during one pass. It holds 8 bytes for each
// dialogue that is kept, and what a map adds, 10 to 20 in all. Nil drops
// nothing.
type filter struct {
	held    map[dialog.Split]keys // of the splits that keep theirs
	seen    map[dialog.Split]keys
	dropped Duplicates
}

type keys map[key]struct{}

func (k keys) has(one key) bool { _, ok := k[one]; return ok }

// filter reads the splits that hold what the wanted ones must not.
func (c *Corpus) filter(want []dialog.Split) (*filter, error) {
	if !c.options.Dedup {
		return nil, nil
	}
	f := &filter{map[dialog.Split]keys{}, map[dialog.Split]keys{}, noneDropped()}
	var hold []dialog.Split
	for _, s := range dialog.Splits {
		f.held[s], f.seen[s] = keys{}, keys{}
		if slices.Contains(want, s) {
			hold = append(hold, holders(s)...)
		}
	}
	for i, part := range c.parts {
		if !part.feeds(hold) {
			continue
		}
		for p, err := range c.readPart(i) {
			if err != nil {
				return nil, err
			}
			if slices.Contains(hold, p.Split) {
				f.held[p.Split][looseKey(p.Dialogue)] = struct{}{}
			}
		}
	}
	return f, nil
}

// drops tells whether p is a duplicate, and counts it.
func (f *filter) drops(p Placed) bool {
	if f == nil {
		return false
	}
	k := looseKey(p.Dialogue)
	for _, held := range holders(p.Split) {
		if f.held[held].has(k) {
			f.dropped.Across[in(p.Split, held)]++
			return true
		}
	}
	if f.seen[p.Split].has(k) {
		f.dropped.Within[p.Split]++
		return true
	}
	f.seen[p.Split][k] = struct{}{}
	return false
}

func (f *filter) dropsFrom(s dialog.Split) bool {
	if f == nil {
		return false
	}
	n := f.dropped.Within[s]
	for _, held := range holders(s) {
		n += f.dropped.Across[in(s, held)]
	}
	return n > 0
}

func (c *Corpus) record(f *filter, want []dialog.Split) {
	if f == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range want {
		c.dropped.take(f.dropped, s)
	}
}
