// Package ranks joins processes that train one model together. A rank is one of
// them. What they exchange, and in which order they add it up, stands above this
// package; here is only how bytes get from one rank to another.
package ranks

import (
	"fmt"
	"unsafe"
)

// A Link is a rank's connection to the others. All ranks begin the same exchanges in
// the same order. One goroutine uses it at a time.
type Link interface {
	// Rank is the number of this process, from 0, of Size.
	Rank() int
	Size() int
	// Begin begins an exchange: it sends send[r] to every other rank r and fills recv[r]
	// with what r sends here, in pieces whose lengths are known on both sides. The memory
	// belongs to the exchange until its Wait has returned. Entries for this rank itself
	// are not read.
	Begin(send, recv []Parcel) (Pending, error)
	// Traffic is what this rank has exchanged so far.
	Traffic() Traffic
	// Close leaves; the others must be about to leave, too.
	Close() error
}

// A Parcel is what one rank sends another: pieces of memory behind one another.
type Parcel [][]byte

// size is the bytes of a parcel.
func (p Parcel) size() (n int) {
	for _, piece := range p {
		n += len(piece)
	}
	return n
}

// A Pending is an exchange that has begun. Others may take place before its Wait.
type Pending interface {
	// Wait returns when all of the exchange is done.
	Wait() error
}

// Alone is the Link of a process that trains by itself.
type Alone struct{}

// Rank implements Link.
func (Alone) Rank() int { return 0 }

// Size implements Link.
func (Alone) Size() int { return 1 }

// Begin implements Link.
func (Alone) Begin(_, _ []Parcel) (Pending, error) { return Alone{}, nil }

// Wait implements Pending.
func (Alone) Wait() error { return nil }

// Traffic implements Link: there is none.
func (Alone) Traffic() Traffic { return Traffic{} }

// Close implements Link.
func (Alone) Close() error { return nil }

// A Number is what ranks exchange.
type Number interface {
	~uint8 | ~int32 | ~int64 | ~float32 | ~float64
}

// Bytes are those of numbers, which they share. Ranks of one run are the same
// program on the same kind of processor, so the order of bytes does not matter.
func Bytes[N Number](n []N) []byte {
	if len(n) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&n[0])), len(n)*int(unsafe.Sizeof(n[0])))
}

// An exchanger is a Link that has a shorter way to begin an exchange and wait for it.
type exchanger interface {
	exchange(send, recv []Parcel) error
}

// Exchange is an exchange from its beginning to its end.
func Exchange(l Link, send, recv []Parcel) error {
	if e, ok := l.(exchanger); ok {
		return e.exchange(send, recv)
	}
	p, err := l.Begin(send, recv)
	if err != nil {
		return err
	}
	return p.Wait()
}

// Gather returns the numbers of every rank, in the order of ranks; they may have
// different many.
func Gather[N Number](l Link, mine []N) ([][]N, error) {
	if l.Size() == 1 {
		return [][]N{mine}, nil
	}
	counts, err := GatherSized(l, []int64{int64(len(mine))}, func(int) int { return 1 })
	if err != nil {
		return nil, fmt.Errorf("gathering counts from the ranks: %w", err)
	}
	return GatherSized(l, mine, func(r int) int { return int(counts[r][0]) })
}

// GatherSized is Gather where every rank knows that rank r has n(r) numbers, which saves
// an exchange.
func GatherSized[N Number](l Link, mine []N, n func(rank int) int) ([][]N, error) {
	all := make([][]N, l.Size())
	send, recv := make([]Parcel, l.Size()), make([]Parcel, l.Size())
	for r := range all {
		if r == l.Rank() {
			all[r] = mine
			continue
		}
		all[r] = make([]N, n(r))
		send[r], recv[r] = Parcel{Bytes(mine)}, Parcel{Bytes(all[r])}
	}
	if err := Exchange(l, send, recv); err != nil {
		return nil, fmt.Errorf("gathering from the ranks: %w", err)
	}
	return all, nil
}

// Sum replaces mine, of one length on all ranks, by the sum over the ranks. Every
// number is added up in one tree, ((0+1)+(2+3))+…, by one rank, so all have the same
// bits, and those of a smaller number of ranks that each bring the sum of neighbours.
// The number of ranks is a power of 2.
func Sum[N Number](l Link, mine []N) error {
	size := l.Size()
	if size == 1 {
		return nil
	}
	cut := func(r int) []N { return mine[len(mine)*r/size : len(mine)*(r+1)/size] }
	own := cut(l.Rank())
	parts := make([][]N, size)
	send, recv := make([]Parcel, size), make([]Parcel, size)
	for r := range parts {
		parts[r] = own
		if r != l.Rank() {
			parts[r] = make([]N, len(own))
			send[r], recv[r] = Parcel{Bytes(cut(r))}, Parcel{Bytes(parts[r])}
		}
	}
	if err := Exchange(l, send, recv); err != nil {
		return fmt.Errorf("sending to the ranks that add up: %w", err)
	}
	total := Tree(parts)
	for r := range parts {
		if r != l.Rank() {
			send[r], recv[r] = Parcel{Bytes(total)}, Parcel{Bytes(cut(r))}
		}
	}
	copyOver(own, total)
	if err := Exchange(l, send, recv); err != nil {
		return fmt.Errorf("receiving the sums: %w", err)
	}
	return nil
}

// copyOver copies total over own where they are not the same memory.
func copyOver[N Number](own, total []N) {
	if len(own) > 0 && &own[0] != &total[0] {
		copy(own, total)
	}
}

// Tree adds parts of one length up in a binary tree, ((0+1)+(2+3))+…, over the first
// of every pair, and returns the first, which has the sum.
func Tree[N Number](parts [][]N) []N {
	for stride := 1; stride < len(parts); stride *= 2 {
		for i := 0; i+stride < len(parts); i += 2 * stride {
			for k, x := range parts[i+stride] {
				parts[i][k] += x
			}
		}
	}
	return parts[0]
}
