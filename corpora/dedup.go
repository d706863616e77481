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

// key is half a SHA-256, which no corpus is large enough to make collide.
type key [sha256.Size / 2]byte

// keyOf returns the key of a list of texts.
func keyOf(texts ...string) key {
	var b []byte
	for _, t := range texts {
		b = binary.AppendUvarint(b, uint64(len(t))) // "a","b" is not "ab"
		b = append(b, t...)
	}
	sum := sha256.Sum256(b)
	return key(sum[:len(key{})])
}

// texts returns the text of each turn.
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

// filter decides what Dedup drops during one pass. Nil drops nothing.
type filter struct {
	held    map[dialog.Split]map[key]bool // all keys of the splits that keep theirs
	seen    map[dialog.Split]map[key]bool
	dropped Duplicates
}

// filter reads the splits that hold what the wanted ones must not.
func (c *Corpus) filter(want []dialog.Split) (*filter, error) {
	if !c.options.Dedup {
		return nil, nil
	}
	f := &filter{map[dialog.Split]map[key]bool{}, map[dialog.Split]map[key]bool{}, noneDropped()}
	var hold []dialog.Split
	for _, s := range dialog.Splits {
		f.held[s], f.seen[s] = map[key]bool{}, map[key]bool{}
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
			if slices.Contains(hold, p.split) {
				f.held[p.split][looseKey(p.Dialogue)] = true
			}
		}
	}
	return f, nil
}

// drops tells whether p is a duplicate, and counts it.
func (f *filter) drops(p placed) bool {
	if f == nil {
		return false
	}
	k := looseKey(p.Dialogue)
	for _, held := range holders(p.split) {
		if f.held[held][k] {
			f.dropped.Across[in(p.split, held)]++
			return true
		}
	}
	if f.seen[p.split][k] {
		f.dropped.Within[p.split]++
		return true
	}
	f.seen[p.split][k] = true
	return false
}

// record keeps the counts of a full pass.
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
