package rng

import "math/bits"

// A Permutation is a random order of the numbers below n that takes the same
// memory whatever n is: a Feistel network on as many bits as n has, walked until
// it arrives below n (Black and Rogaway 2002).
type Permutation struct {
	n        uint64
	low, all uint // bits of the low half and of both
	keys     [rounds]uint64
}

// Every round changes one half; each half changes four times, after which the
// order cannot be told from a random one by looking at it (Luby and Rackoff 1988).
const rounds = 8

// Permutation draws an order of the numbers below n.
func (s *Stream) Permutation(n int) Permutation {
	all := uint(max(2, bits.Len64(uint64(max(n, 1)-1))))
	p := Permutation{n: uint64(max(n, 0)), low: all / 2, all: all}
	for i := range p.keys {
		p.keys[i] = s.Uint64()
	}
	return p
}

// Len is the number of numbers in order.
func (p Permutation) Len() int { return int(p.n) }

// At returns the number at place i, 0 ≤ i < Len.
func (p Permutation) At(i int) int {
	x := p.step(uint64(i))
	for x >= p.n {
		x = p.step(x)
	}
	return int(x)
}

// First returns the first k numbers, or all where there are fewer.
func (p Permutation) First(k int) []int {
	out := make([]int, min(k, p.Len()))
	for i := range out {
		out[i] = p.At(i)
	}
	return out
}

// step permutes the numbers of as many bits.
func (p Permutation) step(x uint64) uint64 {
	lowMask := uint64(1)<<p.low - 1
	low, high := x&lowMask, x>>p.low
	for i := 0; i < rounds; i += 2 {
		high ^= mix(low^p.keys[i]) & (uint64(1)<<(p.all-p.low) - 1)
		low ^= mix(high^p.keys[i+1]) & lowMask
	}
	return high<<p.low | low
}
