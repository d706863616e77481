package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Reader is the parameters of an utterance encoder: the pooled states of a
// recurrent layer over word embeddings, or of two that read the words forwards
// and backwards. One of a response for every word of it (see ResponseSteps) has
// Backward alone.
type Reader[T kernel.Float] struct {
	Pool      Pool // empty: LastState
	Embedding *Weight[T]
	Forward   *Recurrent[T]
	Backward  *Recurrent[T] // nil: one direction
}

// Width is the number of features of one utterance.
func (r *Reader[T]) Width() (n int) {
	for _, layer := range []*Recurrent[T]{r.Forward, r.Backward} {
		if layer != nil {
			n += layer.Hidden
		}
	}
	return n
}

// reading is the activations of one run of a Reader. It has so many slots for the
// features of an utterance: the first is those of its first word, the next those
// of its first two, and so on; those of a longer utterance as a whole are in the
// last slot, those past a shorter one are 0. One slot has the whole.
type reading[T kernel.Float] struct {
	slots      int
	seq        ragged
	lengths    []int
	directions [2]direction[T]
	source     *Source[T] // takes the states of the words; nil: nobody does
	states     wordStates[T]
}

type direction[T kernel.Float] struct {
	ids    []int32
	input  input[T]
	pass   pass[T]
	pooled pooling[T]
}

// forward encodes the utterances, none empty, into out (utterances·slots, Width).
func (r *reading[T]) forward(t *kernel.Team, w *Reader[T], utterances [][]int32, slots int, out []T) {
	r.slots, r.lengths = slots, resize(r.lengths, len(utterances))
	for i, u := range utterances {
		r.lengths[i] = len(u)
	}
	r.seq.layout(r.lengths)
	clear(out)
	r.directions[0].forward(t, w, w.Forward, r, utterances, false, out, 0)
	if w.Backward != nil {
		r.directions[1].forward(t, w, w.Backward, r, utterances, true, out, w.Forward.Hidden)
	}
}

// exchange hands the states of the words in a direction, whose columns begin at at, to
// the source, or with back adds the gradients in the source to theirs.
func (r *reading[T]) exchange(t *kernel.Team, hidden []T, at int, back bool) {
	if r.source == nil {
		return
	}
	r.states = wordStates[T]{r.source, t.Path(), &r.seq, hidden, at, at > 0, back}
	t.Rows(r.seq.sequences(), &r.states)
	r.states = wordStates[T]{}
}

// read computes the features of every prefix of the utterances.
func (d *direction[T]) read(t *kernel.Team, reader *Reader[T], w *Recurrent[T], seq *ragged, utterances [][]int32, reverse bool) {
	d.ids = seq.tokens(d.ids, utterances, reverse)
	d.input.read(t, reader.Embedding, d.ids)
	d.pass.forward(t, w, seq, &d.input, nil, nil, nil)
	d.pooled.forward(t, reader.Pool, seq, w.Hidden, d.pass.hidden)
}

func (d *direction[T]) forward(t *kernel.Team, reader *Reader[T], w *Recurrent[T], r *reading[T], utterances [][]int32, reverse bool, out []T, at int) {
	d.read(t, reader, w, &r.seq, utterances, reverse)
	r.exchange(t, d.pass.hidden, at, false)
	r.eachSlot(func(slot, position, step int) {
		copy(row(out, slot, reader.Width())[at:], d.pooled.at(d.pooled.features, position, step))
	})
}

// eachSlot calls f with every slot in use, the position of its utterance and the
// step of the last word that it has seen.
func (r *reading[T]) eachSlot(f func(slot, position, step int)) {
	for p, s := range r.seq.order {
		for k := range min(r.slots, r.seq.length[p]) {
			step := k
			if k == r.slots-1 {
				step = r.seq.length[p] - 1
			}
			f(s*r.slots+k, p, step)
		}
	}
}

// backward adds the gradients that dout (utterances·slots, Width) sends to the
// weights.
func (r *reading[T]) backward(t *kernel.Team, w *Reader[T], dout []T) {
	if w.Backward != nil {
		r.directions[1].backward(t, w, w.Backward, r, dout, w.Forward.Hidden)
	}
	r.directions[0].backward(t, w, w.Forward, r, dout, 0)
}

func (d *direction[T]) backward(t *kernel.Team, reader *Reader[T], w *Recurrent[T], r *reading[T], dout []T, at int) {
	d.pooled.dfeatures = zeroed(d.pooled.dfeatures, r.seq.rows()*w.Hidden)
	r.eachSlot(func(slot, position, step int) {
		copy(d.pooled.at(d.pooled.dfeatures, position, step), row(dout, slot, reader.Width())[at:])
	})
	d.pooled.backward(t)
	r.exchange(t, d.pooled.dfeatures, at, true)
	d.sendBack(t, reader.Embedding, w, &r.seq)
}

// sendBack adds the gradients that those of the hidden states in pooled send to the
// weights.
func (d *direction[T]) sendBack(t *kernel.Team, e *Weight[T], w *Recurrent[T], seq *ragged) {
	d.pass.backward(t, w, seq, &d.input, d.pooled.dfeatures, nil, nil, nil)
	d.input.scatter(t, e)
}
