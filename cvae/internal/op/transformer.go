package op

import "github.com/cvae-go/cvae/cvae/internal/kernel"

// A Transformer is the Network of decoder.kind transformer: blocks of causal
// self-attention, attention to a memory and a feed-forward network (Vaswani et al.
// 2017), each behind its layer norm (Xiong et al. 2020), and a norm at the end. What
// it starts from is the memory, of one slot; what z adds enters every embedding.
type Transformer[T kernel.Float] struct {
	Stem   *Stem[T]
	Heads  int
	Blocks []*TransformerBlock[T]
	Norm   *Norm[T] // of the last stream
}

// A TransformerBlock is one block. The softmax over a memory of one slot is 1,
// whatever asks for it: queries and keys, and the norm in front of them, would change
// nothing and have gradient 0, and the projections of the value and of the result are
// one matrix, Memory.
type TransformerBlock[T kernel.Float] struct {
	Norm, FeedNorm *Norm[T]
	In, InBias     *Weight[T]         // (3·H, H), (1, 3·H): queries, keys, values
	Out, OutBias   *Weight[T]         // (H, H), (1, H)
	Memory         *Weight[T]         // (H, H); nil where there is nothing to start from
	Cross          *CrossAttention[T] // after the memory; nil: none
	Feed           *FeedForward[T]
}

// Width implements Network.
func (w *Transformer[T]) Width() int { return w.Stem.Hidden }

// Extra implements Network: z is added to the embeddings.
func (w *Transformer[T]) Extra() int { return w.Stem.Hidden }

// Longest implements Network.
func (w *Transformer[T]) Longest() int { return w.Stem.longest() }

func (w *Transformer[T]) run(s *Source[T]) run[T] {
	r := &transformerRun[T]{Transformer: w, stem: stemRun[T]{Stem: w.Stem}}
	for _, b := range w.Blocks {
		r.blocks = append(r.blocks, &attending[T]{TransformerBlock: b, heads: w.Heads, source: s,
			crossing: crossing[T]{CrossAttention: b.Cross, heads: w.Heads}})
	}
	return r
}

// transformerRun is the run of a Transformer.
type transformerRun[T kernel.Float] struct {
	*Transformer[T]
	stem   stemRun[T]
	blocks []*attending[T]
	memory []T // (positions, H) what it starts from
	x      []T // (rows, H) the stream
	norm   normed[T]
	hidden []T // (rows, H)
}

func (r *transformerRun[T]) forward(t *kernel.Team, seq *ragged, in *input[T], start, extra []T) []T {
	n := seq.rows() * r.Width()
	r.x, r.hidden, r.memory = resize(r.x, n), resize(r.hidden, n), start
	r.stem.forward(t, seq, in, r.x, extra)
	for _, b := range r.blocks {
		b.forward(t, seq, r.memory, r.x)
	}
	r.norm.forward(t, r.Norm, r.x, r.hidden)
	return r.hidden
}

func (r *transformerRun[T]) backward(t *kernel.Team, seq *ragged, in *input[T], dhidden, dstart, dextra []T) {
	r.norm.backward(t, dhidden, r.hidden)
	for i := len(r.blocks) - 1; i >= 0; i-- {
		r.blocks[i].backward(t, seq, r.memory, dhidden, dstart)
	}
	r.stem.backward(t, in, dhidden, dextra)
}

// attending is the activations of one block in a run over a batch.
type attending[T kernel.Float] struct {
	*TransformerBlock[T]
	heads          int
	norm, feedNorm normed[T]
	qkv, out, mass []T // (rows, 3·H), (rows, H) before Out, (rows, heads)
	added, dadded  []T // (positions, H) what the memory adds, with OutBias
	source         *Source[T]
	crossing       crossing[T]
	feeding        feeding[T]
	spread         spread[T]
}

// forward adds the block to the stream x (rows, H).
func (b *attending[T]) forward(t *kernel.Team, seq *ragged, memory, x []T) {
	rows, h := seq.rows(), b.Out.Rows
	read := kernel.Borrow[T](t, 1, rows*h)
	b.norm.forward(t, b.Norm, x, read)
	b.qkv, b.out, b.mass = resize(b.qkv, 3*rows*h), resize(b.out, rows*h), resize(b.mass, rows*b.heads)
	product(t, rows, read, b.In, b.InBias.each(), b.qkv)
	kernel.Attention(t, seq.rowsOf(), b.heads, b.qkv, b.out, b.mass)
	kernel.AddEach(t, x, b.OutBias.Value)
	product(t, rows, b.out, b.Out, kernel.Itself[T](), x)
	if memory != nil {
		b.added = resize(b.added, len(memory))
		product(t, seq.sequences(), memory, b.Memory, kernel.Base[T]{}, b.added)
		b.spread.add(t, seq, h, x, b.added)
	}
	if b.Cross != nil {
		b.crossing.project(t, b.source)
		b.crossing.forward(t, seq, b.source, seq.order, x, read)
	}
	b.feedNorm.forward(t, b.FeedNorm, x, read)
	b.feeding.forward(t, b.Feed, read, x)
}

// backward turns d (rows, H), the gradient of the stream after the block, into that
// before it, and adds to dmemory (positions, H), nil where nobody wants it.
func (b *attending[T]) backward(t *kernel.Team, seq *ragged, memory, d, dmemory []T) {
	rows, h := seq.rows(), b.Out.Rows
	both := kernel.Borrow[T](t, 1, 2*rows*h)
	read, dread := both[:rows*h], both[rows*h:]
	b.feedNorm.again(t, read)
	b.feeding.backward(t, b.Feed, read, d, dread)
	b.feedNorm.backward(t, dread, nil)
	kernel.AddAll(t, d, dread)
	if b.Cross != nil {
		b.crossing.backward(t, seq, b.source, d, read, dread)
	}
	if memory != nil {
		b.dadded = zeroed(b.dadded, len(memory))
		b.spread.sum(t, seq, h, b.dadded, d)
		weightGradient(t, seq.sequences(), b.dadded, memory, b.Memory)
		if dmemory != nil {
			inputGradient(t, seq.sequences(), b.dadded, b.Memory, kernel.Itself[T](), dmemory)
		}
	}
	kernel.AddColumns(t, b.OutBias.Grad, d)
	weightGradient(t, rows, d, b.out, b.Out)
	inputGradient(t, rows, d, b.Out, kernel.Base[T]{}, dread)
	dqkv := kernel.Borrow[T](t, 2, 3*rows*h)
	kernel.AttentionBackward(t, seq.rowsOf(), b.heads, b.qkv, b.out, b.mass, dread, dqkv)
	kernel.AddColumns(t, b.InBias.Grad, dqkv)
	b.norm.again(t, read)
	weightGradient(t, rows, dqkv, read, b.In)
	inputGradient(t, rows, dqkv, b.In, kernel.Base[T]{}, dread)
	b.norm.backward(t, dread, nil)
	kernel.AddAll(t, d, dread)
}
