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

// reading is the activations of one run of a Reader.
type reading[T kernel.Float] struct {
	seq        ragged
	lengths    []int
	directions [2]direction[T]
}

type direction[T kernel.Float] struct {
	ids    []int32
	input  input[T]
	pass   pass[T]
	pooled pooling[T]
}

// forward encodes the utterances, none empty, into out (utterances, Width).
func (r *reading[T]) forward(t *kernel.Team, w *Reader[T], utterances [][]int32, out []T) {
	r.lengths = resize(r.lengths, len(utterances))
	for i, u := range utterances {
		r.lengths[i] = len(u)
	}
	r.seq.layout(r.lengths)
	r.directions[0].forward(t, w, w.Forward, &r.seq, utterances, false, out, 0)
	if w.Backward != nil {
		r.directions[1].forward(t, w, w.Backward, &r.seq, utterances, true, out, w.Forward.Hidden)
	}
}

// read computes the features of every prefix of the utterances.
func (d *direction[T]) read(t *kernel.Team, reader *Reader[T], w *Recurrent[T], seq *ragged, utterances [][]int32, reverse bool) {
	d.ids = seq.tokens(d.ids, utterances, reverse)
	d.input.read(t, reader.Embedding, d.ids)
	d.pass.forward(t, w, seq, &d.input, nil, nil, nil)
	d.pooled.forward(t, reader.Pool, seq, w.Hidden, d.pass.hidden)
}

func (d *direction[T]) forward(t *kernel.Team, reader *Reader[T], w *Recurrent[T], seq *ragged, utterances [][]int32, reverse bool, out []T, at int) {
	d.read(t, reader, w, seq, utterances, reverse)
	for p, s := range seq.order {
		copy(row(out, s, reader.Width())[at:], row(d.pooled.features, seq.last(p), w.Hidden))
	}
}

// backward adds the gradients that dout (utterances, Width) sends to the
// weights.
func (r *reading[T]) backward(t *kernel.Team, w *Reader[T], dout []T) {
	if w.Backward != nil {
		r.directions[1].backward(t, w.Embedding, w.Backward, &r.seq, dout, w.Width(), w.Forward.Hidden)
	}
	r.directions[0].backward(t, w.Embedding, w.Forward, &r.seq, dout, w.Width(), 0)
}

func (d *direction[T]) backward(t *kernel.Team, e *Weight[T], w *Recurrent[T], seq *ragged, dout []T, width, at int) {
	d.pooled.dfeatures = zeroed(d.pooled.dfeatures, seq.rows()*w.Hidden)
	for p, s := range seq.order {
		copy(row(d.pooled.dfeatures, seq.last(p), w.Hidden), row(dout, s, width)[at:])
	}
	d.sendBack(t, e, w, seq)
}

// sendBack adds the gradients that those of the features in pooled send to the
// weights.
func (d *direction[T]) sendBack(t *kernel.Team, e *Weight[T], w *Recurrent[T], seq *ragged) {
	d.pooled.backward(t)
	d.pass.backward(t, w, seq, &d.input, d.pooled.dfeatures, nil, nil, nil)
	d.input.scatter(t, e)
}
