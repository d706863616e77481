package tokenize

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
)

// A trainer holds the distinct words as tokens, and which pairs are in them. A
// token's number here is its index in tokens.
type trainer struct {
	tokens []string         // surface forms
	index  map[string]int32 // into tokens
	merges []surfaces
	words  [][]int32
	counts []int            // of words
	pairs  map[pair]int     // how often each pair occurs
	where  map[pair][]int32 // the words it was once in
	queue  queue[counted]
}

func newTrainer(counts map[string]int) *trainer {
	t := &trainer{index: make(map[string]int32), pairs: make(map[pair]int), where: make(map[pair][]int32)}
	letters := gpt2Alphabet()
	var numbers [256]int32
	for _, b := range letters.order {
		numbers[b] = t.number(string(letters.char[b]))
	}
	for _, word := range slices.Sorted(maps.Keys(counts)) {
		ids := make([]int32, len(word))
		for i := range len(word) {
			ids[i] = numbers[word[i]]
		}
		for i := 1; i < len(ids); i++ {
			t.add(pair{ids[i-1], ids[i]}, int32(len(t.words)), counts[word])
		}
		t.words, t.counts = append(t.words, ids), append(t.counts, counts[word])
	}
	for p, n := range t.pairs {
		t.queue = append(t.queue, counted{p, n})
	}
	heap.Init(&t.queue)
	return t
}

// number returns the number of a token, which is new or not.
func (t *trainer) number(token string) int32 {
	n, ok := t.index[token]
	if !ok {
		n = int32(len(t.tokens))
		t.tokens, t.index[token] = append(t.tokens, token), n
	}
	return n
}

// add counts a pair n times more, which is in word.
func (t *trainer) add(p pair, word int32, n int) {
	t.pairs[p] += n
	if in := t.where[p]; len(in) == 0 || in[len(in)-1] != word {
		t.where[p] = append(in, word)
	}
}

// train merges until o is met. What the queue says of a pair may be too
// much, because other merges took of it: then it is queued again.
func (t *trainer) train(o BPEOptions) error {
	least, most := cmp.Or(o.MinCount, 2), max(0, o.Size-minBPE)
	for len(t.queue) > 0 && (o.Size == 0 || len(t.tokens)+len(Specials) < o.Size) {
		top := heap.Pop(&t.queue).(counted)
		switch n := t.pairs[top.pair]; {
		case n == top.n && n < least:
			return nil
		case n == top.n:
			t.merge(top.pair)
			if o.Merged == nil {
				continue
			}
			if err := o.Merged(len(t.merges), most); err != nil {
				return err
			}
		case n > 0:
			heap.Push(&t.queue, counted{top.pair, n})
		}
	}
	return nil
}

// merge makes a token of a pair in the words that have it. The counts of the pairs beside it alone change, so that a
// long word, such as a clause of Chinese, costs a look at each of its tokens and no more.
func (t *trainer) merge(p pair) {
	s := surfaces{t.tokens[p.left], t.tokens[p.right]}
	t.merges = append(t.merges, s)
	id := t.number(s[0] + s[1])
	changed := make(map[pair]bool)
	for _, word := range t.where[p] {
		t.replace(word, p, id, changed)
	}
	delete(t.pairs, p)
	delete(t.where, p)
	for p := range changed {
		heap.Push(&t.queue, counted{p, t.pairs[p]})
	}
}

// replace puts id for each p in a word, from the left, in place, and adds the pairs that come about to changed.
func (t *trainer) replace(word int32, p pair, id int32, changed map[pair]bool) {
	ids, n := t.words[word], t.counts[word]
	out := ids[:0]
	for i := 0; i < len(ids); i++ {
		if i+1 == len(ids) || ids[i] != p.left || ids[i+1] != p.right {
			out = append(out, ids[i])
			continue
		}
		if len(out) > 0 {
			before := out[len(out)-1]
			t.pairs[pair{before, p.left}] -= n
			t.add(pair{before, id}, word, n)
			changed[pair{before, id}] = true
		}
		if i+2 < len(ids) {
			after := ids[i+2]
			t.pairs[pair{p.right, after}] -= n
			t.add(pair{id, after}, word, n)
			changed[pair{id, after}] = true
		}
		out = append(out, id)
		i++
	}
	t.words[word] = out
}

// A counted pair occurs n times.
type counted struct {
	pair
	n int
}

var _ ordered[counted] = counted{}

// before puts the most frequent first, then goes by ids.
func (a counted) before(b counted) bool {
	return a.n > b.n || a.n == b.n && (a.left < b.left || a.left == b.left && a.right < b.right)
}
