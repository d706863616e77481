package eval

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/dialog"
)

// divided is [Each] on several ranks, which score every so manieth batch each and tell
// the others: all call f with the same results in the same order, which is that of one
// process. The features of the contexts are left out of results.
func divided(ctx context.Context, l ranks.Link, m *Model, s *dialog.Set, seed uint64, f func(examples []int, b *dialog.Batch, r *cvae.Result) error) error {
	all := batches(s, everyone(s))
	for first := 0; first < len(all); first += l.Size() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var mine bytes.Buffer
		if step := first + l.Rank(); step < len(all) {
			r, err := run(m, m.Batch(s, all[step]), seed, step)
			if err != nil {
				return err
			}
			r.C = nil
			if err := gob.NewEncoder(&mine).Encode(r); err != nil {
				return fmt.Errorf("telling the ranks of a result: %w", err)
			}
		}
		told, err := ranks.Gather(l, mine.Bytes())
		if err != nil {
			return err
		}
		for rank, examples := range all[first:min(first+l.Size(), len(all))] {
			var r cvae.Result
			if err := gob.NewDecoder(bytes.NewReader(told[rank])).Decode(&r); err != nil {
				return fmt.Errorf("reading a result of rank %d: %w", rank, err)
			}
			if err := f(examples, m.Batch(s, examples), &r); err != nil {
				return err
			}
		}
	}
	return nil
}
