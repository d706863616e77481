package cvae

import (
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/ranks"
)

// An owned is what every rank owns of some of the dense parameters.
type owned[T Float] struct {
	model   *Model[T]
	link    ranks.Link
	spans   [][]Span // of every rank
	came    [][]T    // gradients of this rank's spans, from every other rank
	pending ranks.Pending
}

// newOwned is that of the decoder or of the rest.
func newOwned[T Float](m *Model[T], l ranks.Link, decoding bool) *owned[T] {
	pieces := Pieces(m.Params())
	owners, o := Owners(m, pieces, l.Size()), &owned[T]{model: m, link: l}
	for r := range l.Size() {
		o.spans = append(o.spans, spansOf(m, pieces, owners, r, decoding))
	}
	n := 0
	for _, s := range o.spans[l.Rank()] {
		n += s.Hi - s.Lo
	}
	for r := range l.Size() {
		o.came = append(o.came, nil)
		if r != l.Rank() {
			o.came[r] = make([]T, n)
		}
	}
	return o
}

// begin sends gradients to their owners.
func (o *owned[T]) begin(grad func(of int) []T) (err error) {
	send, recv := make([]ranks.Parcel, len(o.spans)), make([]ranks.Parcel, len(o.spans))
	for r, spans := range o.spans {
		if r == o.link.Rank() {
			continue
		}
		for _, s := range spans {
			send[r] = append(send[r], ranks.Bytes(grad(s.Of)[s.Lo:s.Hi]))
		}
		at := 0
		for _, s := range o.spans[o.link.Rank()] {
			recv[r] = append(recv[r], ranks.Bytes(o.came[r][at:at+s.Hi-s.Lo]))
			at += s.Hi - s.Lo
		}
	}
	o.pending, err = o.link.Begin(send, recv)
	return err
}

// end adds up what this rank owns, in the tree of [ranks.Sum].
func (o *owned[T]) end(grad func(of int) []T) error {
	if err := o.pending.Wait(); err != nil {
		return err
	}
	at := 0
	for _, s := range o.spans[o.link.Rank()] {
		var parts [][]T
		for r := range o.spans {
			if r == o.link.Rank() {
				parts = append(parts, grad(s.Of)[s.Lo:s.Hi])
				continue
			}
			parts = append(parts, o.came[r][at:at+s.Hi-s.Lo])
		}
		at += s.Hi - s.Lo
		o.addUp(parts)
		if o.link.Rank() > 0 {
			copy(parts[o.link.Rank()], parts[0])
		}
	}
	return nil
}

// addUp adds parts up in a tree, ((0+1)+(2+3))+…, into the first.
func (o *owned[T]) addUp(parts [][]T) {
	for stride := 1; stride < len(parts); stride *= 2 {
		for i := 0; i+stride < len(parts); i += 2 * stride {
			kernel.AddAll(o.model.team, parts[i], parts[i+stride])
		}
	}
}

// publish begins to send the owned parameters of a group to all ranks.
func (o *owned[T]) publish(group nn.Group) (ranks.Pending, error) {
	send, recv := make([]ranks.Parcel, len(o.spans)), make([]ranks.Parcel, len(o.spans))
	of := func(rank int) (p ranks.Parcel) {
		for _, s := range o.spans[rank] {
			if w := o.model.Params()[s.Of]; w.Group&group != 0 {
				p = append(p, ranks.Bytes(w.Value[s.Lo:s.Hi]))
			}
		}
		return p
	}
	mine := of(o.link.Rank())
	for r := range o.spans {
		if r != o.link.Rank() {
			send[r], recv[r] = mine, of(r)
		}
	}
	return o.link.Begin(send, recv)
}
