package tokenize

import "container/heap"

// A pair is two neighbouring tokens, by their ids.
type pair struct{ left, right int32 }

// A merge makes one token of a pair; that of lower rank goes first.
type merge struct{ rank, id int32 }

// mergeTable holds the merges of a byte-pair encoding.
type mergeTable map[pair]merge

// apply merges word, the ids of one word, until no pair of it is in the table:
// always the pair of the lowest rank, of equal ones the leftmost. It takes
// n log n steps, since a run of spaces makes a word of any length. The model/bpe of
// sugarme/tokenizer does not keep to the leftmost: with the one merge a+a it
// makes [aa a aa] of aaaaa, where Hugging Face makes [aa aa a].
func (t mergeTable) apply(word []int32) []int32 {
	w := newChain(word)
	for i := range word {
		w.offer(t, int32(i))
	}
	for len(w.queue) > 0 {
		w.merge(t, heap.Pop(&w.queue).(candidate))
	}
	return w.ids(word[:0])
}

// A chain is a word while it is merged: a doubly linked list of tokens.
type chain struct {
	links []link
	queue queue[candidate]
}

// A link is one token of a chain; previous and next are -1 at the ends.
type link struct {
	id, previous, next int32
	gone               bool // merged into the token on its left
}

func newChain(ids []int32) *chain {
	c := &chain{links: make([]link, len(ids))}
	for i, id := range ids {
		c.links[i] = link{id: id, previous: int32(i) - 1, next: int32(i) + 1}
	}
	if len(ids) > 0 {
		c.links[len(ids)-1].next = -1
	}
	return c
}

// pairAt returns the pair that begins at link i, if there is one.
func (c *chain) pairAt(i int32) (pair, bool) {
	if i < 0 || c.links[i].gone || c.links[i].next < 0 {
		return pair{}, false
	}
	return pair{c.links[i].id, c.links[c.links[i].next].id}, true
}

// offer queues the merge of the pair that begins at link i.
func (c *chain) offer(t mergeTable, i int32) {
	if p, ok := c.pairAt(i); ok {
		if m, ok := t[p]; ok {
			heap.Push(&c.queue, candidate{m, i})
		}
	}
}

// merge does what k says, unless another merge came before it.
func (c *chain) merge(t mergeTable, k candidate) {
	p, ok := c.pairAt(k.at)
	if m, known := t[p]; !ok || !known || m.id != k.id {
		return
	}
	left := &c.links[k.at]
	right := &c.links[left.next]
	right.gone = true
	left.id, left.next = k.id, right.next
	if left.next >= 0 {
		c.links[left.next].previous = k.at
	}
	c.offer(t, left.previous)
	c.offer(t, k.at)
}

// ids appends the tokens that are left to into.
func (c *chain) ids(into []int32) []int32 {
	for _, l := range c.links {
		if !l.gone {
			into = append(into, l.id)
		}
	}
	return into
}

// A candidate is a merge that may be done at a link: by rank, then from left to
// right.
type candidate struct {
	merge
	at int32
}

var _ ordered[candidate] = candidate{}

func (k candidate) before(other candidate) bool {
	return k.rank < other.rank || k.rank == other.rank && k.at < other.at
}

// What is ordered has a place before another.
type ordered[T any] interface{ before(other T) bool }

// A queue is a heap, for container/heap.
type queue[T ordered[T]] []T

func (q queue[T]) Len() int           { return len(q) }
func (q queue[T]) Less(i, j int) bool { return q[i].before(q[j]) }
func (q queue[T]) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue[T]) Push(x any)        { *q = append(*q, x.(T)) }
func (q *queue[T]) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
