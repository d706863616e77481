package cvae

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/op"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/dialog"
)

// Shards is into how many parts a batch is cut whose gradient must not depend on the
// number of ranks: the most ranks that there can be.
const Shards = 8

// leastSharded is the smallest batch that is cut: a graph needs two rows. A smaller one
// is computed whole by every rank.
const leastSharded = 2 * Shards

// A Sharded computes the gradients of one model in shards of the batch, which are always
// the same [Shards] whoever computes them, and adds them up in one order. Every rank has
// a copy of the model and sees every batch.
type Sharded[T Float] struct {
	model  *Model[T]
	link   ranks.Link
	parts  map[int]*parts[T] // by the size of the batch
	slopes [][]*op.Slope[T]  // of the shards of this rank, of every parameter
	whole  map[int]*Graph[T] // for batches that are not cut
	// The decoder's slices and those of the rest; nil: there is one rank.
	decoder, rest *owned[T]
	begun         bool // the decoder's are on their way
}

// parts are the graphs of this rank for batches of one size.
type parts[T Float] struct {
	*meeting[T]
	graphs []*Graph[T]
}

// NewSharded returns the Sharded of a rank.
func NewSharded[T Float](m *Model[T], l ranks.Link) (*Sharded[T], error) {
	if n := l.Size(); n < 1 || n > Shards || Shards%n != 0 {
		return nil, fmt.Errorf("there are %d ranks; a batch is cut into %d shards, so there can be 1, 2, 4 or 8", n, Shards)
	}
	s := &Sharded[T]{model: m, link: l, parts: map[int]*parts[T]{}, whole: map[int]*Graph[T]{}}
	if l.Size() > 1 {
		s.decoder, s.rest = newOwned(m, l, true), newOwned(m, l, false)
	}
	return s, nil
}

// Run sets the gradients of the model to those of a batch, in embeddings and in what this
// rank owns: the same bits whatever the number of ranks.
// Of the result it has what training reads: Rec, KL, Charged, Bag, Drawn, P, Loss, Side
// and Observed.
func (s *Sharded[T]) Run(b *dialog.Batch, d Draws, beta float64) (*Result, error) {
	if b.Size() < leastSharded {
		return s.runWhole(b, d, beta)
	}
	p, err := s.partsFor(b.Size())
	if err != nil {
		return nil, err
	}
	results, begun := make([]*Result, len(p.graphs)), make([]bool, len(p.graphs))
	err = p.run(func(k int) (err error) {
		lo, _ := p.seats[k].rows()
		results[k], err = p.graphs[k].runPart(b, lo, d, beta)
		return err
	}, func(k int) {
		s.swap(k)
		if !begun[k] {
			begun[k] = true
			s.model.ZeroGrad(nn.Whole | nn.Auxiliary)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := s.reduce(); err != nil {
		return nil, adding(err)
	}
	return join(s.link, p.bounds, results)
}

// adding says what failed.
func adding(err error) error { return fmt.Errorf("adding up the gradients of the ranks: %w", err) }

func (s *Sharded[T]) runWhole(b *dialog.Batch, d Draws, beta float64) (*Result, error) {
	g := s.whole[b.Size()]
	if g == nil {
		var err error
		if g, err = s.model.TrainingGraph(b.Size()); err != nil {
			return nil, err
		}
		s.whole[b.Size()] = g
	}
	s.model.ZeroGrad(nn.Whole | nn.Auxiliary)
	r, err := g.Run(b, d, beta)
	s.sortTouched()
	return r, err
}

// partsFor returns the graphs for batches of n examples.
func (s *Sharded[T]) partsFor(n int) (*parts[T], error) {
	if p := s.parts[n]; p != nil {
		return p, nil
	}
	bounds := make([]int, Shards+1)
	for k := range bounds {
		bounds[k] = n * k / Shards
	}
	p := &parts[T]{meeting: newMeeting[T](s.link, bounds)}
	p.decoded = s.beginDecoder
	for _, seat := range p.seats {
		lo, hi := seat.rows()
		g, err := s.model.buildPart(Training, hi-lo, seat)
		if err != nil {
			return nil, err
		}
		if s.link.Size() > 1 && g.refining == nil {
			g.machine.turn = seat.tell
		}
		p.graphs = append(p.graphs, g)
	}
	for len(s.slopes) < len(p.seats) {
		var slopes []*op.Slope[T]
		for _, w := range s.model.Params() {
			slopes = append(slopes, w.NewSlope())
		}
		s.slopes = append(s.slopes, slopes)
	}
	s.parts[n] = p
	return p, nil
}

// swap exchanges the gradients of the model with those of shard k of this rank.
func (s *Sharded[T]) swap(k int) {
	for i, w := range s.model.Params() {
		w.Swap(s.slopes[k][i])
	}
}

// beginDecoder sends the decoder's gradients on their way, while every shard goes
// backward through the rest.
func (s *Sharded[T]) beginDecoder() error {
	for stride := 1; stride < len(s.slopes); stride *= 2 {
		for k := 0; k+stride < len(s.slopes); k += 2 * stride {
			for i, w := range s.model.Params() {
				if s.model.decoding(i) && !w.Sparse {
					kernel.AddAll(s.model.team, s.slopes[k][i].Grad, s.slopes[k+stride][i].Grad)
				}
			}
		}
	}
	s.begun = true
	if err := s.decoder.begin(func(i int) []T { return s.slopes[0][i].Grad }); err != nil {
		return adding(err)
	}
	return nil
}

// reduce adds the gradients of all shards up in one tree, ((0+1)+(2+3))+…, of which this
// rank has a part.
func (s *Sharded[T]) reduce() error {
	ready := func(i int) bool { return s.begun && s.model.decoding(i) && !s.model.Params()[i].Sparse }
	for stride := 1; stride < len(s.slopes); stride *= 2 {
		for k := 0; k+stride < len(s.slopes); k += 2 * stride {
			s.swap(k)
			for i, w := range s.model.Params() {
				if !ready(i) {
					w.Gather(s.model.team, s.slopes[k+stride][i])
				}
			}
			s.swap(k)
		}
	}
	s.swap(0)
	if s.link.Size() > 1 {
		return s.reduceRanks()
	}
	s.sortTouched()
	return nil
}

// reduceRanks adds the gradients of the ranks up: those of dense parameters where they
// are owned, those of touched rows everywhere.
func (s *Sharded[T]) reduceRanks() error {
	grad := func(i int) []T { return s.model.Params()[i].Grad }
	if !s.begun {
		if err := s.decoder.begin(grad); err != nil {
			return err
		}
	}
	s.begun = false
	if err := s.rest.begin(grad); err != nil {
		return err
	}
	if err := s.touchAll(); err != nil {
		return err
	}
	rows := s.touched()
	if err := ranks.Sum(s.link, rows); err != nil {
		return err
	}
	s.setTouched(rows)
	if err := s.rest.end(grad); err != nil {
		return err
	}
	return s.decoder.end(grad)
}

// publishing says what failed.
func publishing(err error) error { return fmt.Errorf("sending parameters to the ranks: %w", err) }

// Publish sends what this rank owns of the parameters of a group to the others, and
// receives theirs.
func (s *Sharded[T]) Publish(group nn.Group) error {
	if s.link.Size() == 1 {
		return nil
	}
	var begun []ranks.Pending
	for _, o := range []*owned[T]{s.decoder, s.rest} {
		p, err := o.publish(group)
		if err != nil {
			return publishing(err)
		}
		begun = append(begun, p)
	}
	for _, p := range begun {
		if err := p.Wait(); err != nil {
			return publishing(err)
		}
	}
	s.model.Changed()
	return nil
}

// touchAll lists the rows of embeddings that any rank touched, in order.
func (s *Sharded[T]) touchAll() error {
	var mine []int32 // of every embedding, how many and which
	for _, w := range s.model.Params() {
		if w.Sparse {
			mine = append(append(mine, int32(len(w.Touched))), w.Touched...)
		}
	}
	all, err := ranks.Gather(s.link, mine)
	if err != nil {
		return err
	}
	for r, list := range all {
		for _, w := range s.model.Params() {
			if w.Sparse {
				n := list[0]
				if r != s.link.Rank() {
					for _, row := range list[1 : 1+n] {
						w.Touch(row)
					}
				}
				list = list[1+n:]
			}
		}
	}
	s.sortTouched()
	return nil
}

// sortTouched puts the touched rows in an order that does not depend on who touched them
// first, because norms are added up in it.
func (s *Sharded[T]) sortTouched() {
	for _, w := range s.model.Params() {
		slices.Sort(w.Touched)
	}
}

// touched is the gradients of the touched rows behind one another.
func (s *Sharded[T]) touched() (rows []T) {
	n := 0
	for _, w := range s.model.Params() {
		n += len(w.Touched) * w.Cols
	}
	rows = make([]T, 0, n)
	for _, w := range s.model.Params() {
		for _, r := range w.Touched {
			rows = append(rows, w.Row(w.Grad, r)...)
		}
	}
	return rows
}

// setTouched is the inverse of touched.
func (s *Sharded[T]) setTouched(rows []T) {
	for _, w := range s.model.Params() {
		for _, r := range w.Touched {
			rows = rows[copy(w.Row(w.Grad, r), rows):]
		}
	}
}

// join makes the result of a batch of those of this rank's shards, of which the rows are
// bounded. Ranks send all they have in one message.
func join(l ranks.Link, bounds []int, mine []*Result) (*Result, error) {
	lo, _ := share(l, Shards)
	width := make([]int, len(joined(mine[0]))) // numbers a row
	var sent []float64
	names := slices.Sorted(maps.Keys(mine[0].Observed))
	for k, r := range mine {
		n := bounds[lo+k+1] - bounds[lo+k]
		for i, field := range joined(r) {
			width[i] = len(*field) / n
			sent = append(sent, *field...)
		}
		for _, name := range names {
			sent = append(sent, r.Observed[name]...)
		}
		sent = append(sent, r.Loss, r.Side)
	}
	sum, rest := 0, 2
	for _, w := range width {
		sum += w
	}
	for _, name := range names {
		rest += len(mine[0].Observed[name])
	}
	all, err := ranks.GatherSized(l, sent, func(rank int) int {
		lo, hi := shareOf(rank, l.Size(), Shards)
		return (bounds[hi]-bounds[lo])*sum + (hi-lo)*rest
	})
	if err != nil {
		return nil, err
	}
	flat, whole := slices.Concat(all...), &Result{Observed: map[string][]float64{}}
	take := func(n int) (head []float64) {
		head, flat = flat[:n], flat[n:]
		return head
	}
	for k := range Shards {
		n := bounds[k+1] - bounds[k]
		share := float64(n) / float64(bounds[Shards])
		for i, field := range joined(whole) {
			*field = append(*field, take(width[i]*n)...)
		}
		for _, name := range names {
			whole.Observed[name] = weighed(whole.Observed[name], share, take(len(mine[0].Observed[name])))
		}
		rest := take(2)
		whole.Loss += share * rest[0]
		whole.Side += share * rest[1]
	}
	return whole, nil
}

// joined are the fields of a result that have rows.
func joined(r *Result) []*[]float64 {
	return []*[]float64{&r.Rec, &r.KL, &r.Charged, &r.Bag, &r.Drawn.Mean, &r.P.Mean, &r.P.LogVar}
}

// weighed is sum + share·values; a nil sum is 0.
func weighed(sum []float64, share float64, values []float64) []float64 {
	if sum == nil {
		sum = make([]float64, len(values))
	}
	for i, v := range values {
		sum[i] += share * v
	}
	return sum
}
