package train

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// batches are those of one epoch of a training set.
type batches struct {
	plan
	model   *cvae.Model[float32]
	set     *dialog.Set
	options Options
	epoch   int
}

func newBatches(m *cvae.Model[float32], set *dialog.Set, o Options) *batches {
	b := &batches{model: m, set: set, options: o}
	b.layOut(0)
	return b
}

// least is the fewest examples that a batch of the model may have.
func least(m *cvae.Model[float32]) int { return max(2, m.Parts.MinBatch()) }

// layOut makes the plan of an epoch.
func (b *batches) layOut(epoch int) {
	o := b.options
	b.epoch = epoch
	if o.Groups != nil || o.KeepBatches {
		b.plan = drawn(b.set.Len(), o.Groups, o.Batch, o.KeepBatches, o.Seed, epoch)
	} else if o.SameLength {
		b.plan = sameLength(b.set, o.Batch, least(b.model), o.Seed, epoch)
	} else {
		b.plan = windowed(b.set, o.Batch, max(1, o.Window), o.Seed, epoch)
	}
}

// turn goes over to an epoch.
func (b *batches) turn(epoch int) {
	if b.epoch != epoch {
		b.layOut(epoch)
	}
}

// at is batch k of the epoch.
func (b *batches) at(k int) *dialog.Batch {
	batch := b.model.Batch(b.set, b.plan.batch(k))
	if b.options.Exchange > 0 {
		draw := rng.New(b.options.Seed, rng.Exchange, b.epoch, k)
		batch.Exchange(&draw, b.options.Exchange, b.model.Config.Context.Tokens)
	}
	return batch
}

// random is one of the batches of the epoch. It depends on the seed and on the
// number of graph runs so far.
func (b *batches) random(runs int) *dialog.Batch {
	draw := rng.New(b.options.Seed, rng.Shuffle, runs, rowRandom)
	return b.at(draw.IntN(b.size()))
}

// full are the example numbers of at most n batches of the epoch that have as
// many examples as there may be.
func (b *batches) full(n int) (some [][]int) {
	for k := 0; k < b.size() && len(some) < n; k++ {
		if examples := b.plan.batch(k); len(examples) == b.options.Batch {
			some = append(some, examples)
		}
	}
	return some
}
