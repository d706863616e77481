package op

import (
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// stream is the draws of one position in a training step. They depend on the
// example's place in the batch alone. Rows count up from 0, so the complements
// of their numbers are free for the masks of the second pass.
func (d *decoding[T]) stream(b *Batch, purpose rng.Purpose, step, position int) rng.Stream {
	row := d.seq.order[position]
	if d.second {
		row = ^row
	}
	return rng.New(b.Seed, purpose, step, row)
}

// drop multiplies x (rows, n) by a fresh dropout mask, which it returns; with
// p = 0 the mask is empty. The draws of an example depend on its place in the
// batch and its own words alone.
func (d *decoding[T]) drop(t *kernel.Team, mask []T, b *Batch, purpose rng.Purpose, p float64, x []T, n int) []T {
	if p == 0 {
		return mask[:0]
	}
	mask = resize(mask, len(x))
	kept := T(1 / (1 - p))
	eachRow(t, d.seq.sequences(), func(position int) {
		draws := d.stream(b, purpose, b.Step, position)
		for step := range d.seq.length[position] {
			at := (d.seq.offset[step] + position) * n
			for i := at; i < at+n; i++ {
				mask[i] = 0
				if draws.Float64() >= p {
					mask[i] = kept
				}
				x[i] *= mask[i]
			}
		}
	})
	return mask
}

// dropWords replaces inputs by <unk> with probability DropWords (Bowman et al.
// 2016), never <s>. What is predicted stays. Like the rows, steps of training
// count up from 0, and the complements of their numbers are free for words.
func (d *decoding[T]) dropWords(t *kernel.Team, b *Batch) {
	if d.DropWords == 0 {
		return
	}
	eachRow(t, d.seq.sequences(), func(position int) {
		draws := d.stream(b, rng.DropIn, ^b.Step, position)
		for step := 1; step < d.seq.length[position]; step++ {
			if draws.Float64() < d.DropWords {
				d.ids[d.seq.offset[step]+position] = tokenize.Unk
			}
		}
	})
}
