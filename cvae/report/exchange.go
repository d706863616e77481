package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// An exchange is a context and what people said to it. In text mode both are
// empty: every exchange is one set of draws from the prior.
type exchange struct {
	context    []string          // turns, oldest first
	labels     map[string]string // known of the response before it is spoken
	references []string
}

// exchanges are those of a split, different contexts each, and a hash of all
// that they were made from.
type exchanges struct {
	all  []exchange
	hash string
}

// readExchanges reads a split. A context that comes again adds its references
// to those of the first. Turns without a word make no exchange.
func readExchanges(ctx context.Context, c *corpora.Corpus, split dialog.Split, sentences bool, s splitter) (exchanges, error) {
	var e exchanges
	seen := map[[sha256.Size]byte]int{}
	sum := sha256.New()
	for d, err := range c.Dialogues(split) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return e, fmt.Errorf("reading the %s split: %w", split, err)
		}
		for _, t := range d.Turns {
			fmt.Fprintf(sum, "%q %q ", t.Text, t.Labels) // fmt sorts the keys
		}
		fmt.Fprintf(sum, "%q\n", d.Labels)
		if sentences {
			e.all = append(e.all, make([]exchange, len(d.Turns))...)
		} else {
			e.addDialogue(d, s, seen)
		}
	}
	if len(e.all) == 0 {
		return e, fmt.Errorf("the %s split of %s has no context with a response", split, c.Name())
	}
	e.hash = hex.EncodeToString(sum.Sum(nil))
	return e, nil
}

// addDialogue adds an exchange for every turn but the first. The hash of a
// context is made of that of the context before, so that long dialogues are not
// hashed again and again.
func (e *exchanges) addDialogue(d dialog.Dialogue, s splitter, seen map[[sha256.Size]byte]int) {
	texts := make([]string, len(d.Turns))
	var hash [sha256.Size]byte
	begun := false // a turn of the context has a word
	for i, t := range d.Turns {
		texts[i] = t.Text
		isWord := s.hasWord(t.Text)
		if begun && isWord {
			at, ok := seen[hash]
			if !ok {
				at = len(e.all)
				seen[hash] = at
				e.all = append(e.all, exchange{context: texts[:i:i], labels: known(d, i)})
			}
			e.all[at].references = append(e.all[at].references, t.Text)
		}
		hash = sha256.Sum256(append(hash[:], t.Text...))
		begun = begun || isWord
	}
}

// known is all labels that are known of turn i before it is spoken.
func known(d dialog.Dialogue, i int) map[string]string {
	labels := map[string]string{}
	for _, source := range []map[string]string{d.Turns[i-1].Labels, d.Labels} {
		for name := range source {
			labels[name] = d.Known(i, name)
		}
	}
	labels[dialog.PersonaLabel] = d.Persona(i)
	return labels
}

// choose draws n exchanges, or takes all, in random order.
func (e exchanges) choose(n int, seed uint64) []exchange {
	stream := rng.New(seed, rng.Evaluate, -3, 0)
	var chosen []exchange
	for _, at := range stream.Permutation(len(e.all)).First(n) {
		chosen = append(chosen, e.all[at])
	}
	return chosen
}
