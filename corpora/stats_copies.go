package corpora

import "slices"

// A tally is the keys of many things, some of them equal: 8 bytes each, in the
// order of the corpus until it is asked.
type tally struct {
	keys   []key
	sorted bool
}

func (t *tally) add(k key) { t.keys, t.sorted = append(t.keys, k), false }

func (t *tally) sort() []key {
	if !t.sorted {
		slices.Sort(t.keys)
		t.sorted = true
	}
	return t.keys
}

func (t *tally) repeated() (n int) {
	all := t.sort()
	for i := 1; i < len(all); i++ {
		if all[i] == all[i-1] {
			n++
		}
	}
	return n
}

// shared is how many things of a, copies counted, stand in b.
func shared(a, b *tally) (n int) {
	in := b.sort()
	for _, k := range a.sort() {
		for len(in) > 0 && in[0] < k {
			in = in[1:]
		}
		if len(in) > 0 && in[0] == k {
			n++
		}
	}
	return n
}
