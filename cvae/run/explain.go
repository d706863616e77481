package run

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

var _ dialog.Explainer = (*Run)(nil)

// Explain implements dialog.Explainer: it scores the answer with each dimension of its z in turn at the prior mean.
func (r *Run) Explain(ctx context.Context, q dialog.Request, answer dialog.Response) (out dialog.Explanation, err error) {
	z := answer.Z.Vector()
	if z == nil || len(z) != r.Latent().Width() {
		return out, fmt.Errorf("%w: the answer has no vector z to explain it by", ErrRequest)
	}
	ids, err := r.idsOf(answer.Tokens)
	if err != nil {
		return out, err
	}
	b, _, err := r.contextBatch(q.Context, q.Labels)
	if err != nil {
		return out, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, mean, _ := r.model.EncodeContext(b)
	prior := make([]float32, len(z))
	copy(prior, mean)
	rows := append(slices.Clone(z), prior...) // the answer as it is, with nothing of z, and without one dimension each
	for d := range z {
		rows = append(rows, z...)
		rows[len(rows)-len(z)+d] = prior[d]
	}
	s := q.Sampling
	s.N = len(z) + 2
	h := decode.Start(r.model, b, s, rows)
	scores, err := decode.Follow(ctx, h, r.Tokenizer.Size(), s.N, ids, !answer.Cut)
	if err != nil {
		return out, err
	}
	words, places := r.wordsOf(ids, !answer.Cut)
	return explained(words, places, z, prior, scores), nil
}

// explained compares the scores of tokens (N,T): as they are, without z, and without each dimension. places (T) are the words that
// the tokens are part of.
func explained(words []string, places []int, z, prior []float32, scores [][]float64) dialog.Explanation {
	out := dialog.Explanation{Words: words}
	without := func(row int) (moved []float64, total float64) {
		moved = make([]float64, len(words))
		for t, lp := range scores[0] {
			moved[places[t]] += lp - scores[row][t]
			total += lp - scores[row][t]
		}
		return moved, total
	}
	for _, lp := range scores[0] {
		out.LogProb += lp
	}
	out.All, _ = without(1)
	for d := range z {
		m := dialog.Move{Dimension: d, Z: float64(z[d]), Prior: float64(prior[d])}
		m.Words, m.LogProb = without(d + 2)
		out.Moves = append(out.Moves, m)
	}
	slices.SortStableFunc(out.Moves, func(a, b dialog.Move) int { return cmp.Compare(math.Abs(b.LogProb), math.Abs(a.LogProb)) })
	return out
}

// idsOf are the ids of tokens by their surface forms.
func (r *Run) idsOf(tokens []string) (ids []int32, err error) {
	known := map[string]int32{}
	for id := range int32(r.Tokenizer.Size()) {
		if t := r.Tokenizer.Token(id); t != "" {
			if _, twice := known[t]; !twice {
				known[t] = id
			}
		}
	}
	for _, t := range tokens {
		id, ok := known[t]
		if !ok {
			return nil, fmt.Errorf("%w: the answer has the token %q, which the model does not know", ErrRequest, t)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// away is how far from the prior mean directions are looked at, in units of z; wordsNamed is how many words name an end.
const (
	away       = 2
	wordsNamed = 3
)

// Directions implements dialog.Explainer: it decodes greedily at both ends of each axis and compares how probable each
// word is along the way, on average.
func (r *Run) Directions(ctx context.Context, q dialog.Request, axes [][]float64) ([]dialog.Direction, error) {
	d := r.Latent().Width()
	b, _, err := r.contextBatch(q.Context, q.Labels)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, mean, _ := r.model.EncodeContext(b)
	prior := make([]float32, d)
	copy(prior, mean)
	var rows []float32
	for _, axis := range axes {
		if len(axis) != d || r.Latent().Steps > 1 {
			return nil, fmt.Errorf("%w: an axis has %d numbers, and z has %d", ErrRequest, len(axis), d)
		}
		for _, sign := range []float64{-away, away} {
			for i, v := range axis {
				rows = append(rows, prior[i]+float32(sign*v))
			}
		}
	}
	s := dialog.DefaultSampling()
	s.N = 2 * len(axes)
	h := decode.Start(r.model, b, s, rows)
	p, err := decode.Probable(ctx, h, r.Tokenizer.Size(), s.N, r.Config.Model.Decoder.Tokens-1)
	if err != nil {
		return nil, err
	}
	var out []dialog.Direction
	for a := range axes {
		out = append(out, r.direction(p[2*a], p[2*a+1]))
	}
	return out, nil
}

// direction names the ends by the words that are more probable there.
func (r *Run) direction(less, more []float64) (out dialog.Direction) {
	ids := make([]int32, 0, len(less))
	for id := range less {
		if id > int(tokenize.End) && isWord(r.Tokenizer.Decode([]int32{int32(id)})) {
			ids = append(ids, int32(id))
		}
	}
	name := func(a, b []float64) (words []string) {
		slices.SortStableFunc(ids, func(x, y int32) int { return cmp.Compare(a[y]-b[y], a[x]-b[x]) })
		for _, id := range ids[:min(wordsNamed, len(ids))] {
			if a[id] > b[id] {
				words = append(words, strings.TrimSpace(r.Tokenizer.Decode([]int32{id})))
			}
		}
		return words
	}
	out.More = name(more, less)
	slices.Sort(ids)
	out.Less = name(less, more)
	return out
}
