// Package rng draws random numbers from counter-based streams: the numbers
// are a function of (seed, purpose, step, row) alone, so there is no generator
// state to save and any number of threads may draw in any order.
package rng

import (
	"math"
	"math/bits"
)

// A Purpose keeps streams of one seed apart.
type Purpose uint64

// The purposes in use. Their values are part of the run format: a new one is
// added at the end.
const (
	Init Purpose = iota + 1
	Shuffle
	Posterior
	Prior
	DropIn
	DropOut
	Sample
	SplitCorpus
	Evaluate
	Corpus
	Bench
	Exchange
)

// A Stream is one sequence of draws. The zero value is a valid stream; it is
// not safe for concurrent use, but copies are independent.
type Stream struct{ key, counter uint64 }

// New returns the stream of (seed, purpose, step, row).
func New(seed uint64, p Purpose, step, row int) Stream {
	k := mix(seed + 0x9e3779b97f4a7c15)
	k = mix(k ^ uint64(p)*0xbf58476d1ce4e5b9)
	k = mix(k ^ uint64(step)*0x94d049bb133111eb)
	return Stream{key: mix(k ^ uint64(row)*0xd6e8feb86659fd93)}
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uint64 returns 64 random bits.
func (s *Stream) Uint64() uint64 {
	s.counter += 0x9e3779b97f4a7c15
	return mix(s.counter ^ s.key)
}

// Float64 returns a number in [0, 1).
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// IntN returns a number in [0, n), n > 0, by Lemire's multiplication.
func (s *Stream) IntN(n int) int {
	bound := uint64(n)
	for {
		hi, lo := bits.Mul64(s.Uint64(), bound)
		if lo >= -bound%bound {
			return int(hi)
		}
	}
}

// Normal returns a draw of N(0, 1) by the Box-Muller transform.
func (s *Stream) Normal() float64 {
	radius := math.Sqrt(-2 * math.Log(1-s.Float64()))
	return radius * math.Cos(2*math.Pi*s.Float64())
}
