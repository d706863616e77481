package train

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/ranks"
)

// moments are those of Adam of a parameter, of the elements [lo,hi) that this rank moves.
type moments struct {
	lo, hi int
	m, v   []float32
}

// widen takes in a span that follows.
func (m *moments) widen(s cvae.Span) {
	if m.lo == m.hi {
		m.lo = s.Lo
	}
	m.hi = s.Hi
}

func (m *moments) provide() { m.m, m.v = make([]float32, m.hi-m.lo), make([]float32, m.hi-m.lo) }

// of are the moments of a span.
func (m *moments) of(s cvae.Span) (first, second []float32) {
	return m.m[s.Lo-m.lo : s.Hi-m.lo], m.v[s.Lo-m.lo : s.Hi-m.lo]
}

// momentPrefix begins the names of the moments of Adam.
const momentPrefix = "adam."

// tensors are the state of the optimiser, the same for any number of ranks. Alone it
// shares its memory; ranks bring their parts together on rank 0 while it is written.
func (o *optimiser) tensors() []safetensors.Tensor {
	return o.state(func(i int, kept []float32) any {
		if o.link.Size() == 1 {
			return kept
		}
		return safetensors.Stream{Length: len(o.model.Params()[i].Value), Write: func(w func([]float32) error) error { return o.bring(i, kept, w) }}
	})
}

// windows are the parts of the state that this rank keeps, to be restored.
func (o *optimiser) windows() []safetensors.Tensor {
	return o.state(func(i int, kept []float32) any {
		if o.link.Size() == 1 {
			return kept
		}
		return window{o.moments[i].lo, kept}
	})
}

// state lists the moments, of which this rank keeps those that data is told of.
func (o *optimiser) state(data func(i int, kept []float32) any) (list []safetensors.Tensor) {
	for i, p := range o.model.Params() {
		if !o.adam(p.Group) {
			continue
		}
		shape := []int{p.Rows, p.Cols}
		list = append(list,
			safetensors.Tensor{Name: momentPrefix + "m." + p.Name, Shape: shape, Data: data(i, o.moments[i].m)},
			safetensors.Tensor{Name: momentPrefix + "v." + p.Name, Shape: shape, Data: data(i, o.moments[i].v)})
	}
	return list
}

// A window is numbers of a longer list from one on.
type window struct {
	from int
	to   []float32
}

// bring has rank 0 write the moments of parameter i, of which this rank keeps some. All
// ranks call it for the same parameters in the same order.
func (o *optimiser) bring(i int, kept []float32, write func([]float32) error) error {
	if o.model.Params()[i].Sparse { // every rank has them
		return write(kept)
	}
	size := make([]int, o.link.Size()) // of the part of every rank; parts are in the order of ranks
	for k, s := range o.pieces {
		if s.Of == i {
			size[o.owners[k]] += s.Hi - s.Lo
		}
	}
	send, recv, parts := make([]ranks.Parcel, len(size)), make([]ranks.Parcel, len(size)), make([][]float32, len(size))
	if o.link.Rank() > 0 {
		send[0] = ranks.Parcel{ranks.Bytes(kept)}
	} else {
		parts[0] = kept
		for r := 1; r < len(size); r++ {
			parts[r] = make([]float32, size[r])
			recv[r] = ranks.Parcel{ranks.Bytes(parts[r])}
		}
	}
	if err := ranks.Exchange(o.link, send, recv); err != nil {
		return fmt.Errorf("bringing the moments of %s together: %w", o.model.Params()[i].Name, err)
	}
	for _, part := range parts {
		if err := write(part); err != nil {
			return err
		}
	}
	return nil
}
