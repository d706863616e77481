package corpora

import (
	"math/bits"
	"slices"
)

// Lengths are how long the dialogues of a split are in turns, and how long its
// turns are in tokens.
type Lengths struct {
	Turns  Length `json:"turns"`
	Tokens Length `json:"tokens"`
}

// A Length sums up many lengths; nil where there are none. A percentile is the
// smallest length that so many per cent do not exceed; above 128 it is up to
// 1.6 % too large.
type Length struct {
	Mean   *float64 `json:"mean"`
	Median *int     `json:"median"`
	P95    *int     `json:"p95"`
	P99    *int     `json:"p99"`
	Max    *int     `json:"max"`
}

// A histogram counts lengths: each below 128 alone, and above in 64 buckets for
// every power of two, so that its size is bounded.
type histogram struct {
	buckets  []int
	n, sum   int
	greatest int
}

const (
	fine    = 64 // buckets for a power of two
	fineLog = 6
)

// bucketOf is the bucket of a length, and lastOf the greatest length in one.
func bucketOf(length int) int {
	if length < 2*fine {
		return length
	}
	octave := bits.Len(uint(length)) - fineLog - 1 // 1 for 128 to 255
	return octave*fine + length>>octave
}

func lastOf(bucket int) int {
	if bucket < 2*fine {
		return bucket
	}
	octave := bucket/fine - 1
	return (bucket-octave*fine+1)<<octave - 1
}

func (h *histogram) add(length int) {
	b := bucketOf(length)
	for len(h.buckets) <= b {
		h.buckets = append(h.buckets, 0)
	}
	h.buckets[b]++
	h.n, h.sum, h.greatest = h.n+1, h.sum+length, max(h.greatest, length)
}

func (h *histogram) length() Length {
	if h.n == 0 {
		return Length{}
	}
	return Length{
		Mean: new(float64(h.sum) / float64(h.n)), Median: new(h.percentile(50)), P95: new(h.percentile(95)),
		P99: new(h.percentile(99)), Max: new(h.greatest),
	}
}

func (h *histogram) percentile(p int) int {
	left := (p*h.n + 99) / 100 // of the smallest
	for b, n := range h.buckets {
		if left -= n; left <= 0 {
			return min(lastOf(b), h.greatest)
		}
	}
	return h.greatest
}

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
