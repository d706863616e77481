package tokenize

import (
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
		t.words, t.counts = append(t.words, ids), append(t.counts, counts[word])
		t.count(len(t.words)-1, 1)
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

// count adds the pairs of one word, or takes them away if sign is -1.
func (t *trainer) count(word, sign int) {
	ids := t.words[word]
	for i := 1; i < len(ids); i++ {
		p := pair{ids[i-1], ids[i]}
		t.pairs[p] += sign * t.counts[word]
		if in := t.where[p]; sign > 0 && (len(in) == 0 || in[len(in)-1] != int32(word)) {
			t.where[p] = append(in, int32(word))
		}
	}
}

// train merges until o is met. What the queue says of a pair may be too
// much, because other merges took of it: then it is queued again.
func (t *trainer) train(o BPEOptions) {
	least := o.MinCount
	if least == 0 {
		least = 2
	}
	for len(t.queue) > 0 && (o.Size == 0 || len(t.tokens)+len(Specials) < o.Size) {
		top := heap.Pop(&t.queue).(counted)
		switch n := t.pairs[top.pair]; {
		case n == top.n && n < least:
			return
		case n == top.n:
			t.merge(top.pair)
		case n > 0:
			heap.Push(&t.queue, counted{top.pair, n})
		}
	}
}

func (t *trainer) merge(p pair) {
	s := surfaces{t.tokens[p.left], t.tokens[p.right]}
	t.merges = append(t.merges, s)
	id := t.number(s[0] + s[1])
	changed := make(map[pair]bool)
	for _, word := range t.where[p] {
		t.count(int(word), -1)
		t.words[word] = p.replace(t.words[word], id)
		t.count(int(word), 1)
		for i, ids := 1, t.words[word]; i < len(ids); i++ {
			if ids[i-1] == id || ids[i] == id {
				changed[pair{ids[i-1], ids[i]}] = true
			}
		}
	}
	delete(t.pairs, p)
	delete(t.where, p)
	for p := range changed {
		heap.Push(&t.queue, counted{p, t.pairs[p]})
	}
}

// replace puts id for each p in word, from the left, in place.
func (p pair) replace(word []int32, id int32) []int32 {
	out := word[:0]
	for i := 0; i < len(word); i++ {
		if i+1 < len(word) && word[i] == p.left && word[i+1] == p.right {
			out = append(out, id)
			i++
		} else {
			out = append(out, word[i])
		}
	}
	return out
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
