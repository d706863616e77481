package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// features is what the output layer reads: the hidden states (rows, H), or with
// Skip [hidden; z] (rows, H+Z) (Dieng et al. 2019).
func (d *decoding[T]) features(t *kernel.Team) []T {
	if !d.Skip {
		return d.hidden
	}
	d.wide = resize(d.wide, d.seq.rows()*d.Output.Weight.Cols)
	t.Rows(d.seq.sequences(), (*joining[T])(d))
	return d.wide
}

// joining is the job that writes [hidden; z] for one position.
type joining[T kernel.Float] decoding[T]

func (d *joining[T]) Row(position int) {
	h, width := d.Network.Width(), d.Output.Weight.Cols
	for step := range d.seq.length[position] {
		r := d.seq.offset[step] + position
		z := row(d.z, (*decoding[T])(d).latentRow(r, position), width-h)
		join(row(d.wide, r, width), row(d.hidden, r, h), z)
	}
}

// join writes [a; b] to dst.
func join[T kernel.Float](dst, a, b []T) {
	copy(dst, a)
	copy(dst[len(a):], b)
}

// hiddenGradient is the gradient of the hidden states after dropout, (rows, H).
func (d *decoding[T]) hiddenGradient(t *kernel.Team) []T {
	if !d.Skip {
		return d.dfeatures
	}
	d.dhidden = resize(d.dhidden, len(d.hidden))
	t.Rows(d.seq.rows(), (*hiddenPart[T])(d))
	return d.dhidden
}

// hiddenPart is the job that takes the gradient of the hidden state out of that
// of [hidden; z] for one row.
type hiddenPart[T kernel.Float] decoding[T]

func (d *hiddenPart[T]) Row(r int) {
	copy(row(d.dhidden, r, d.Network.Width()), row(d.dfeatures, r, d.Output.Weight.Cols))
}

// addSkipGradient adds the gradient of z in the output layer to dz, in step
// order.
func (d *decoding[T]) addSkipGradient(t *kernel.Team) { t.Rows(d.seq.sequences(), (*latentPart[T])(d)) }

// latentPart is the job of one position in addSkipGradient.
type latentPart[T kernel.Float] decoding[T]

func (d *latentPart[T]) Row(position int) {
	h, width := d.Network.Width(), d.Output.Weight.Cols
	for step := range d.seq.length[position] {
		r := d.seq.offset[step] + position
		into := row(d.dz, (*decoding[T])(d).latentRow(r, position), width-h)
		kernel.Add(d.path, into, row(d.dfeatures, r, width)[h:])
	}
}
