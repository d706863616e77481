package dialog

import (
	"slices"

	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// Exchange gives a share of the examples, each with that probability, another past: the
// response of another example of the batch, drawn uniformly and cut to the given number of
// tokens, stands where the turns before the last one stood, as if the responding speaker had
// said it. A batch of one example stays as it is. What is drawn of an example does not depend
// on the share.
func (b *Batch) Exchange(draw *rng.Stream, share float64, tokens int) {
	for i, turns := range b.Context {
		chosen := draw.Float64() < share
		other := draw.IntN(max(1, len(b.Context)-1))
		if other >= i {
			other++
		}
		if !chosen || other == len(b.Context) {
			continue
		}
		last := len(turns) - 1
		b.Context[i] = [][]int32{cut(b.Encoded[other], tokens), turns[last]}
		b.Floor[i] = []uint8{1, b.Floor[i][last]}
	}
}

// cut shortens a turn as an encoder reads it, which may begin with <s> and ends in </s>, to a
// number of tokens, </s> included and <s> not.
func cut(turn []int32, tokens int) []int32 {
	if len(turn) > 0 && turn[0] == tokenize.Start {
		tokens++
	}
	if len(turn) <= tokens {
		return turn
	}
	return append(slices.Clone(turn[:tokens-1]), tokenize.End)
}
