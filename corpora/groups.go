package corpora

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"strconv"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/talk"
	"github.com/cvae-go/cvae/dialog"
)

// groups makes dialogues of tables with an utterance a row.
type groups struct {
	path  string
	shape *shape.Map
	// apart tells whether rows of other dialogues stand between those of one.
	apart func() bool
}

// read streams the dialogues: rows that follow each other with the same dialogue, all rows of the file with
// it where they lie apart, or those that answer each other.
func (g groups) read(rows iter.Seq2[record.Record, error], yield func(dialog.Dialogue, error) bool) {
	tree := g.shape.Ranked()
	if g.shape.Replies() && !tree {
		g.replies(rows, yield)
		return
	}
	type block = source.Block[shape.Row]
	apart := g.apart()
	var order []*block // those that are open
	of := map[string]*block{}
	before, size := "", 0
	for r, err := range rows {
		var bad *fault.Malformed
		if err != nil && !errors.As(err, &bad) {
			yield(dialog.Dialogue{}, err)
			return
		}
		var row shape.Row
		if err == nil {
			if row, err = g.shape.Row(r.Value); err != nil {
				bad = fault.At(g.path, r.Number, err.Error())
			}
		}
		if tree && bad == nil && row.Group == "" {
			bad = fault.At(g.path, r.Number, "the row has no "+g.shape.Grouped())
			row.Group = strconv.Itoa(r.Number) // a tree of its own
		}
		if !apart && before != "" && row.Group != "" && row.Group != before {
			if !of[before].Yield(yield) {
				return
			}
			clear(of)
			order = order[:0]
		}
		if before == "" && row.Group != "" && of[""] != nil { // of malformed rows, which begin its dialogue
			of[row.Group] = of[""]
		}
		before = cmp.Or(row.Group, before)
		if of[before] == nil {
			if of[before] = &(block{Path: g.path, Noun: "dialogue", Parse: inOrder}); tree {
				of[before].Noun, of[before].Parse = "tree", shape.Best
			}
			order = append(order, of[before])
		}
		if bad == nil && len(row.Turns) == 0 && !tree {
			continue
		}
		if size += r.Size; apart && size > mostReplies {
			yield(dialog.Dialogue{}, fmt.Errorf("corpora: %s has more than %d MiB of rows whose dialogues lie apart, which are held in memory; sort it by the dialogue", fault.Shown(g.path), mostReplies>>20))
			return
		}
		of[before].Add(row, r.Number, r.Size, bad)
	}
	for _, b := range order {
		if !b.Yield(yield) {
			return
		}
	}
}

// scattered tells whether rows of other dialogues stand between those of one. Where most rows that come back have an
// order that is taken, the IDs stand for other dialogues from there. What is remembered is bounded.
func scattered(m *shape.Map, rows iter.Seq2[record.Record, error]) bool {
	const most, enough = 1 << 20, 1000
	seed := maphash.MakeSeed()
	groups, places := map[uint64]bool{}, map[uint64]bool{}
	now, back, taken, returned := "", 0, 0, false
	for r, err := range rows {
		group, order := "", ""
		if err == nil {
			group, order = m.Place(r.Value)
		}
		if group == "" {
			continue
		}
		id, place := maphash.String(seed, group), maphash.String(seed, group+"\x00"+order)
		if group != now {
			now, returned = group, groups[id]
		}
		if returned {
			if back++; order != "" && places[place] {
				taken++
			}
		}
		if len(places) < most {
			groups[id], places[place] = true, true
		}
		if back == enough {
			break
		}
	}
	return back > 0 && 2*taken <= back
}

// inOrder makes a dialogue of its rows, sorted by their numbers or times where all have one.
func inOrder(rows []shape.Row) (dialog.Dialogue, error) {
	numbers := make(map[int]float64, len(rows))
	for i, r := range rows {
		n, ok := place(r.Order)
		if !ok {
			break
		}
		numbers[i] = n
	}
	if len(numbers) == len(rows) {
		order := make([]int, len(rows))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(numbers[a], numbers[b]) })
		sorted := make([]shape.Row, len(rows))
		for i, at := range order {
			sorted[i] = rows[at]
		}
		rows = sorted
	}
	return shape.Joined(rows)
}

// place is a number, or a time in milliseconds.
func place(order string) (n float64, ok bool) {
	if n, err := strconv.ParseFloat(order, 64); err == nil {
		return n, true
	}
	at, stamp, isStamp, ok := talk.Parse(order)
	if isStamp {
		at = stamp.Time(false)
	}
	return float64(at.UnixMilli()), ok
}

// mostReplies bounds the bytes of texts in a file whose rows answer each other,
// since they are held in memory.
const mostReplies = 512 << 20

// replies makes a dialogue of each row that answers none: the longest chain of
// answers from it, of equal ones the first.
func (g groups) replies(rows iter.Seq2[record.Record, error], yield func(dialog.Dialogue, error) bool) {
	var all []*reply
	byID := map[string]*reply{}
	size := 0
	for r, err := range rows {
		var row shape.Row
		if err == nil {
			row, err = g.shape.Row(r.Value)
			if err != nil {
				err = fault.At(g.path, r.Number, err.Error())
			}
		}
		var bad *fault.Malformed
		switch {
		case errors.As(err, &bad):
			if !yield(dialog.Dialogue{ID: source.ID(g.path, r.Number)}, err) {
				return
			}
			continue
		case err != nil:
			yield(dialog.Dialogue{}, err)
			return
		}
		if size += r.Size; size > mostReplies {
			yield(dialog.Dialogue{}, fmt.Errorf("corpora: %s has more than %d MiB of rows that answer each other, which are held in memory; cut it into files by conversation", fault.Shown(g.path), mostReplies>>20))
			return
		}
		one := &reply{Row: row, number: r.Number}
		if all = append(all, one); row.ID != "" && byID[row.ID] == nil {
			byID[row.ID] = one
		}
	}
	for _, root := range rooted(all, byID) {
		d, err := shape.Joined(root.chain())
		if err != nil {
			err = fault.At(g.path, root.number, err.Error())
		}
		d.ID = source.ID(g.path, root.number)
		if (err != nil || len(d.Turns) > 0) && !yield(d, err) {
			return
		}
	}
}

// A reply is a row and the longest chain of answers to it.
type reply struct {
	shape.Row
	number int
	parent *reply
	next   *reply
	length int
}

// rooted hangs each row on the one that it answers and returns those that answer
// none, or one that is not there. A circle has no root.
func rooted(all []*reply, byID map[string]*reply) (roots []*reply) {
	waiting := map[*reply]int{} // answers whose length is unknown
	for _, r := range all {
		if p := byID[r.Reply]; r.Reply != "" && p != nil && p != r {
			r.parent = p
			waiting[p]++
		}
	}
	var ready []*reply
	for _, r := range all {
		if r.length = 1; waiting[r] == 0 {
			ready = append(ready, r)
		}
	}
	for len(ready) > 0 {
		r := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		p := r.parent
		if p == nil {
			continue
		}
		if n := r.length + 1; n > p.length || n == p.length && p.next != nil && r.number < p.next.number {
			p.length, p.next = n, r
		}
		if waiting[p]--; waiting[p] == 0 {
			ready = append(ready, p)
		}
	}
	for _, r := range all {
		if r.parent == nil {
			roots = append(roots, r)
		}
	}
	return roots
}

func (r *reply) chain() (rows []shape.Row) {
	for ; r != nil; r = r.next {
		rows = append(rows, r.Row)
	}
	return rows
}
