package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// features is what the output layer reads: the hidden states (rows, H), or with
// Skip [hidden; z] (rows, H+Z) (Dieng et al. 2019).
func (d *decoding[T]) features(t *kernel.Team) []T {
	if !d.Skip {
		return d.hidden
	}
	h, width := d.Layer.Hidden, d.Output.Weight.Cols
	d.wide = resize(d.wide, d.seq.rows()*width)
	eachRow(t, d.seq.sequences(), func(position int) {
		z := row(d.z, position, width-h)
		for step := range d.seq.length[position] {
			r := d.seq.offset[step] + position
			join(row(d.wide, r, width), row(d.hidden, r, h), z)
		}
	})
	return d.wide
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
	h, width := d.Layer.Hidden, d.Output.Weight.Cols
	d.dhidden = resize(d.dhidden, len(d.hidden))
	eachRow(t, d.seq.rows(), func(r int) { copy(row(d.dhidden, r, h), row(d.dfeatures, r, width)) })
	return d.dhidden
}

// addSkipGradient adds the gradient of z in the output layer to dz
// (positions, Z), in step order.
func (d *decoding[T]) addSkipGradient(t *kernel.Team, dz []T) {
	h, width := d.Layer.Hidden, d.Output.Weight.Cols
	eachRow(t, d.seq.sequences(), func(position int) {
		into := row(dz, position, width-h)
		for step := range d.seq.length[position] {
			kernel.Add(t.Path(), into, row(d.dfeatures, d.seq.offset[step]+position, width)[h:])
		}
	})
}
