package report

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

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

// exchanges draw different contexts of a split in one pass, in memory that does not
// grow with the split. The seed and its content give every context a rank, and the
// contexts of the lowest ranks are kept: which these are does not depend on their
// order, and one that was passed over never comes back.
type exchanges struct {
	splitter
	sentences bool // of text mode
	most      int
	seed      uint64
	met       bool // there was an exchange
	kept      ranking
	place     map[[sha256.Size]byte]*ranked // of kept, by the hash of the context
}

// A ranked exchange is one that is kept for now.
type ranked struct {
	exchange
	rank uint64
	hash [sha256.Size]byte // of the context
}

// compare orders by rank, and equal ranks by content.
func (r *ranked) compare(other *ranked) int {
	return cmp.Or(cmp.Compare(r.rank, other.rank), bytes.Compare(r.hash[:], other.hash[:]))
}

// A ranking is a heap with the highest rank first.
type ranking []*ranked

func (r ranking) Len() int           { return len(r) }
func (r ranking) Less(i, j int) bool { return r[i].compare(r[j]) > 0 }
func (r ranking) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *ranking) Push(x any)        { *r = append(*r, x.(*ranked)) }
func (r *ranking) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}

// read reads a split and returns a hash of all that is in it. A context that comes
// again adds its references to those of the first. Turns without a word make no
// exchange.
func (e *exchanges) read(ctx context.Context, c *corpora.Corpus, split dialog.Split) (hash string, err error) {
	e.place = map[[sha256.Size]byte]*ranked{}
	sum := sha256.New()
	for d, err := range c.Dialogues(split) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return "", fmt.Errorf("reading the %s split: %w", split, err)
		}
		for _, t := range d.Turns {
			fmt.Fprintf(sum, "%q %q ", t.Text, t.Labels) // fmt sorts the keys
		}
		fmt.Fprintf(sum, "%q\n", d.Labels)
		if e.sentences {
			e.addSentences(len(d.Turns))
		} else {
			e.addDialogue(d)
		}
	}
	if !e.met {
		return "", fmt.Errorf("the %s split of %s has no context with a response", split, c.Name())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// addSentences adds empty exchanges, no more than are wanted.
func (e *exchanges) addSentences(n int) {
	e.met = e.met || n > 0
	for range min(n, e.most-len(e.kept)) {
		e.kept = append(e.kept, &ranked{})
	}
}

// addDialogue adds an exchange for every turn but the first. The hash of a
// context is made of that of the context before, so that long dialogues are not
// hashed again and again.
func (e *exchanges) addDialogue(d dialog.Dialogue) {
	texts := make([]string, len(d.Turns))
	var hash [sha256.Size]byte
	begun := false // a turn of the context has a word
	for i, t := range d.Turns {
		texts[i] = t.Text
		isWord := e.hasWord(t.Text)
		if begun && isWord {
			e.met = true
			e.add(hash, t.Text, func() exchange { return exchange{context: texts[:i:i], labels: known(d, i)} })
		}
		hash = sha256.Sum256(append(hash[:], t.Text...))
		begun = begun || isWord
	}
}

// add adds a reference to the exchange with a context of that hash, which it makes
// where the context is a new one of a low rank.
func (e *exchanges) add(hash [sha256.Size]byte, reference string, begin func() exchange) {
	x, ok := e.place[hash]
	if !ok {
		stream := rng.New(e.seed, rng.Evaluate, -3, int(binary.LittleEndian.Uint64(hash[:])))
		x = &ranked{rank: stream.Uint64(), hash: hash}
		if len(e.kept) == e.most && e.kept[0].compare(x) < 0 {
			return
		}
		x.exchange = begin()
		e.place[hash] = x
		heap.Push(&e.kept, x)
		if len(e.kept) > e.most {
			delete(e.place, heap.Pop(&e.kept).(*ranked).hash)
		}
	}
	x.references = append(x.references, reference)
}

// chosen are the exchanges in the order of their ranks, which is a random one.
func (e *exchanges) chosen() (list []exchange) {
	slices.SortFunc(e.kept, (*ranked).compare)
	for _, x := range e.kept {
		list = append(list, x.exchange)
	}
	return list
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
