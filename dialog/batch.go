package dialog

import (
	"slices"

	"github.com/cvae-go/cvae/tokenize"
)

// An Example is one context-response pair in token ids, without special ids
// but Unk. Sentences have an empty context.
type Example struct {
	Context [][]int32 // turns, oldest first, none empty
	// Floor says of every context turn whether its speaker is that of the
	// response: 1 the same, 0 another.
	Floor    []uint8
	Response []int32
}

// A Batch is examples laid out for the model.
type Batch struct {
	Context [][][]int32 // (B, turns) ids a turn; nil in text mode
	Floor   [][]uint8   // (B, turns)
	Encoded [][]int32   // (B) the response as the encoder reads it, with </s>
	Target  [][]int32   // (B) the response as the decoder predicts it, with </s>
	// Labels are the ids of what is known of each response before it is spoken,
	// (B, labels of the model); empty: None everywhere.
	Labels [][]int32
	// Acts are the ids of the acts of the responses (B); empty: None everywhere.
	Acts []int32
}

// NewBatch lays out examples. With start every sequence an encoder reads
// begins with <s>; all of them end in </s>.
func NewBatch(examples []Example, start bool) *Batch {
	b := &Batch{}
	for _, e := range examples {
		target := append(slices.Clone(e.Response), tokenize.End)
		b.Target = append(b.Target, target)
		b.Encoded = append(b.Encoded, encoded(e.Response, start))
		if len(e.Context) == 0 {
			continue
		}
		context := make([][]int32, len(e.Context))
		for i, turn := range e.Context {
			context[i] = encoded(turn, start)
		}
		b.Context, b.Floor = append(b.Context, context), append(b.Floor, e.Floor)
	}
	return b
}

// encoded brackets ids as an encoder reads them.
func encoded(ids []int32, start bool) []int32 {
	out := make([]int32, 0, len(ids)+2)
	if start {
		out = append(out, tokenize.Start)
	}
	return append(append(out, ids...), tokenize.End)
}

// Size is the number of examples.
func (b *Batch) Size() int { return len(b.Target) }

// Slice is the examples lo to hi−1, which it shares with b.
func (b *Batch) Slice(lo, hi int) *Batch {
	return &Batch{
		Context: part(b.Context, lo, hi), Floor: part(b.Floor, lo, hi), Encoded: part(b.Encoded, lo, hi), Target: part(b.Target, lo, hi),
		Labels: part(b.Labels, lo, hi), Acts: part(b.Acts, lo, hi),
	}
}

// part is s[lo:hi]; what is empty for all examples stays so.
func part[E any](s []E, lo, hi int) []E {
	if len(s) == 0 {
		return s
	}
	return s[lo:hi]
}

// Repeat is the examples n times, all of them once before any comes again.
func (b *Batch) Repeat(n int) *Batch {
	return &Batch{
		Context: slices.Repeat(b.Context, n), Floor: slices.Repeat(b.Floor, n), Encoded: slices.Repeat(b.Encoded, n), Target: slices.Repeat(b.Target, n),
		Labels: slices.Repeat(b.Labels, n), Acts: slices.Repeat(b.Acts, n),
	}
}

// Tokens is the number of words the decoder predicts, </s> included.
func (b *Batch) Tokens() int {
	n := 0
	for _, t := range b.Target {
		n += len(t)
	}
	return n
}
