package decode

import (
	"math"
	"slices"
)

// repeats appends to barred the tokens that may not follow a sequence of which no n-gram
// of tokens may occur twice: those that would end a second copy of one. The copies may
// overlap. It is none for n = 0. </s> is never one of them, because it stands in no
// sequence, so a sequence whose every other continuation is barred ends.
//
// This is the rule of Paulus, Xiong and Socher (2018), A Deep Reinforced Model for
// Abstractive Summarization, section 2.5, for trigrams; no_repeat_ngram_size of fairseq
// and of Hugging Face transformers.
func repeats(barred, sequence []int32, n int) []int32 {
	if n == 0 || len(sequence) < n {
		return barred
	}
	last := sequence[len(sequence)-(n-1):]
	for i := range len(sequence) - (n - 1) {
		if slices.Equal(sequence[i:i+n-1], last) {
			barred = append(barred, sequence[i+n-1])
		}
	}
	return barred
}

// without returns a copy of logits (V) in which barred tokens have the probability 0, or
// logits where none is barred. It is valid until the next call.
func (c *chooser) without(logits []float32, barred []int32) []float32 {
	if len(barred) == 0 {
		return logits
	}
	c.masked = append(c.masked[:0], logits...)
	for _, id := range barred {
		c.masked[id] = float32(math.Inf(-1))
	}
	return c.masked
}
