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
	row := b.First + d.seq.order[position]
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
	d.masking = masking[T]{b, purpose, p, x, mask, n}
	t.Rows(d.seq.sequences(), (*dropping[T])(d))
	d.masking = masking[T]{}
	return mask
}

// masking is what the jobs of dropout read besides the layout.
type masking[T kernel.Float] struct {
	batch   *Batch
	purpose rng.Purpose
	p       float64
	x, mask []T
	n       int
}

// dropping is the job of one position in drop.
type dropping[T kernel.Float] decoding[T]

func (d *dropping[T]) Row(position int) {
	m := &d.masking
	draws, kept := (*decoding[T])(d).stream(m.batch, m.purpose, m.batch.Step, position), T(1/(1-m.p))
	for step := range d.seq.length[position] {
		at := d.seq.offset[step] + position
		x, mask := row(m.x, at, m.n), row(m.mask, at, m.n)
		for i := range x {
			mask[i] = 0
			if draws.Float64() >= m.p {
				mask[i] = kept
			}
			x[i] *= mask[i]
		}
	}
}

// dropWords replaces inputs by <unk> with probability DropWords (Bowman et al.
// 2016), never <s>. What is predicted stays. Like the rows, steps of training
// count up from 0, and the complements of their numbers are free for words.
func (d *decoding[T]) dropWords(t *kernel.Team, b *Batch) {
	if d.DropWords == 0 {
		return
	}
	d.masking.batch = b
	t.Rows(d.seq.sequences(), (*dropWord[T])(d))
	d.masking = masking[T]{}
}

// dropWord is the job of one position in dropWords.
type dropWord[T kernel.Float] decoding[T]

func (d *dropWord[T]) Row(position int) {
	b := d.masking.batch
	draws := (*decoding[T])(d).stream(b, rng.DropIn, ^b.Step, position)
	for step := 1; step < d.seq.length[position]; step++ {
		if draws.Float64() < d.DropWords {
			d.ids[d.seq.offset[step]+position] = tokenize.Unk
		}
	}
}
