package metric

import (
	"context"
	"fmt"
	"iter"
	"math"
)

// An Input is what Measure judges.
type Input struct {
	Cases []Case
	// Training is the texts of the training split, for Gram; nil: not known.
	Training iter.Seq[[]string]
	// Vectors are for the embedding metrics and Coherence; nil: not known.
	Vectors *Vectors
}

// The orders that Measure reports. That of BLEU over samples is the one of
// NeuralDialog-CVAE and DialogWAE, that of self-BLEU the usual one.
const (
	distOrder       = 3
	entropyOrder    = 4
	gramOrder       = 4
	selfBLEUOrder   = 4
	sampleBLEUOrder = 3
	longestOrder    = max(distOrder, entropyOrder, gramOrder, selfBLEUOrder)
)

// Measure computes every metric. Cases without a response do not count. Dist,
// Entropy, selfBLEU, Gram and the length are of all responses as one set, the
// other metrics are means over contexts to which they apply. It ends soon after ctx does,
// with the cause.
func Measure(ctx context.Context, in Input) (Scores, error) {
	var contexts [][][]string
	var responses [][]string
	var cases []Case
	for _, c := range in.Cases {
		if len(c.Responses) > 0 {
			cases = append(cases, c)
			contexts = append(contexts, c.Responses)
			responses = append(responses, c.Responses...)
		}
	}
	s := Scores{
		Contexts: len(cases), ResponsesPerContext: Number(float64(len(responses)) / float64(len(cases))),
		Distinct: Number(Distinct(contexts)), LengthMean: Number(Length(responses)),
	}
	for _, tokens := range responses {
		s.Tokens += len(tokens)
	}
	s.diversity(ctx, contexts, in.Training)
	s.quality(ctx, cases, in.Vectors)
	if err := context.Cause(ctx); err != nil { // which left the scores incomplete
		return Scores{}, fmt.Errorf("measuring the responses: %w", err)
	}
	return s, nil
}

// until yields the elements of a slice and their numbers until ctx ends.
func until[T any](ctx context.Context, s []T) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, x := range s {
			if ctx.Err() != nil || !yield(i, x) {
				return
			}
		}
	}
}

// diversity fills in what is counted in n-grams of the responses.
func (s *Scores) diversity(ctx context.Context, contexts [][][]string, training iter.Seq[[]string]) {
	x := newNumbering()
	sets := x.contexts(ctx, contexts, longestOrder)
	var set []ngrams
	for _, responses := range sets {
		set = append(set, responses...)
	}
	var counts [longestOrder + 1][]tally
	for n := range until(ctx, counts[:]) {
		counts[n] = pool(set, n)
	}
	s.Dist = byOrder(1, distOrder, func(n int) float64 { return dist(counts[n]) })
	s.IntraDist = byOrder(1, distOrder, func(n int) float64 { return intraDist(ctx, n, sets) })
	s.InterDist = byOrder(1, distOrder, func(n int) float64 { return interDist(ctx, n, sets) })
	s.Entropy = byOrder(1, entropyOrder, func(n int) float64 { return entropy(counts[n]) })
	s.SelfBLEU = Number(selfBLEU(ctx, selfBLEUOrder, set, x.count))
	s.Gram = gramScores(ctx, counts[:], x, training)
}

func byOrder(from, to int, f func(n int) float64) ByOrder {
	out := make(ByOrder)
	for n := from; n <= to; n++ {
		out[n] = Number(f(n))
	}
	return out
}

func gramScores(ctx context.Context, counts [][]tally, x *numbering, training iter.Seq[[]string]) GramScores {
	share := func(int) GramShare { return GramShare{math.NaN(), math.NaN()} }
	if training != nil {
		occurs := x.occurring(ctx, training, gramOrder)
		share = func(n int) GramShare { return gramShare(counts[n], occurs) }
	}
	return GramScores{
		Token: byOrder(2, gramOrder, func(n int) float64 { return share(n).Token }),
		Type:  byOrder(2, gramOrder, func(n int) float64 { return share(n).Type }),
	}
}

// quality fills in what compares with references and contexts.
func (s *Scores) quality(ctx context.Context, cases []Case, v *Vectors) {
	var method7, plain []Overlap
	var all []Embedding
	var coherence mean
	if v == nil {
		v = &Vectors{}
	}
	for _, c := range until(ctx, cases) {
		r := newRound(c.Responses, c.References)
		method7 = append(method7, r.overlap(sampleBLEUOrder, Method7))
		plain = append(plain, r.overlap(sampleBLEUOrder, AddEpsilon))
		all = append(all, SampleEmbedding(v, c.Responses, c.References))
		coherence.add(Coherence(v, c.Context, c.Responses))
	}
	s.BLEU, s.PlainBLEU = bleuScores(method7), bleuScores(plain)
	raw := Embedding{
		Average: meanOf(all, func(e Embedding) Number { return e.Average }),
		Extrema: meanOf(all, func(e Embedding) Number { return e.Extrema }),
		Greedy:  meanOf(all, func(e Embedding) Number { return e.Greedy }),
	}
	s.Embedding = CosineForms{raw, raw.Cos01()}
	s.Coherence = Number(coherence.value())
}

// A Case is one context and the responses to it that are judged.
type Case struct {
	Context    [][]string // turns, oldest first; nil: not known
	References [][]string // responses that people gave; nil: not known
	Responses  [][]string // N
}
