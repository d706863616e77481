package metric

import (
	"context"
	"slices"
)

// selfBLEU returns the mean BLEU of each response against all others as
// references, with AddEpsilon as in [zhu]:
//
//	self-BLEU = mean_i BLEU(response i; all others)
//
// It is from 0 to 1; lower is more diverse. It grows with the set, so compare
// only sets of equal size; the whole set counts, without the sample of
// references that slower programs take. It is NaN for fewer than two responses,
// and 0 for an order outside 1 to 4.
func selfBLEU(ctx context.Context, order int, set []ngrams, count uint32) float64 {
	var m mean
	if len(set) < 2 {
		return m.value()
	}
	lengths, rivals := newLengths(set), newRivals(ctx, set, order, count)
	for i, g := range until(ctx, set) {
		m.add(score(rivals.match(g, i, order), lengths.nearest(g.length()), order, AddEpsilon))
	}
	return m.value()
}

// rivals knows of every n-gram who has it most and how often the best of all
// others has it. That is all that clipping against all others needs, so that
// the cost is linear in the set.
type rivals []struct{ owner, most, second int32 }

func newRivals(ctx context.Context, set []ngrams, order int, count uint32) rivals {
	r := make(rivals, count)
	for i, g := range until(ctx, set) {
		for n := 1; n <= min(order, bleuOrder-1); n++ {
			for _, t := range tallies(g.of(n)) {
				r.add(t.gram, int32(i), int32(t.count))
			}
		}
	}
	return r
}

func (r rivals) add(gram uint32, owner, count int32) {
	e := &r[gram]
	if count > e.most {
		e.owner, e.most, e.second = owner, count, e.most
	} else {
		e.second = max(e.second, count)
	}
}

// match compares response i with all others.
func (r rivals) match(g ngrams, i, order int) (m matches) {
	for n := 1; n <= min(order, bleuOrder-1); n++ {
		grams := g.of(n)
		m.total[n-1] = len(grams)
		for _, t := range tallies(grams) {
			others := r[t.gram].most
			if r[t.gram].owner == int32(i) {
				others = r[t.gram].second
			}
			m.found[n-1] += min(t.count, int(others))
		}
	}
	return m
}

// lengths is the lengths of the responses of a set in increasing order.
type lengths []int

func newLengths(set []ngrams) lengths {
	l := make(lengths, len(set))
	for i, g := range set {
		l[i] = g.length()
	}
	slices.Sort(l)
	return l
}

// nearest is the length nearest to that of a response among all others, the
// shorter on a tie. The others are those beside it in the order.
func (l lengths) nearest(length int) int {
	i, _ := slices.BinarySearch(l, length)
	others := l[max(0, i-1):min(len(l), i+2)]
	best, seen, itself := 0, false, false
	for _, other := range others {
		if other == length && !itself {
			itself = true
			continue
		}
		if !seen || nearer(length, other, best) {
			best, seen = other, true
		}
	}
	return best
}
