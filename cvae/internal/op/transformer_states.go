package op

import (
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// transformerStates are the states of a Transformer: the keys and values of all
// words so far. Rows of the cache never move; a hypothesis is the list of its rows.
type transformerStates[T kernel.Float] struct {
	*Transformer[T]
	team   *kernel.Team
	m      int // hypotheses
	step   int
	trails [][]int32 // by hypothesis, its rows in every cache
	added  [][]T     // by block, (M, H) what the memory adds; nil without a memory
	caches [][]T     // by block, (…, 2·H) keys and values
	stem   stemRun[T]

	source    *Source[T]
	of        []int         // by hypothesis, its example of the source
	crossings []crossing[T] // by block
	seq       ragged        // of a word for each hypothesis

	x, read, qkv, out, scores []T
	hidden                    []T // (M, H)
	norm                      normed[T]
	feeding                   feeding[T]
	block                     int // that the jobs work on
}

func (w *Transformer[T]) begin(t *kernel.Team, m int, start []T, source *Source[T]) states[T] {
	s := &transformerStates[T]{Transformer: w, team: t, m: m, trails: make([][]int32, m),
		caches: make([][]T, len(w.Blocks)), stem: stemRun[T]{Stem: w.Stem}}
	for _, b := range w.Blocks {
		if start != nil {
			added := make([]T, len(start))
			product(t, m, start, b.Memory, kernel.Base[T]{}, added)
			s.added = append(s.added, added)
		}
		if b.Cross != nil {
			c := crossing[T]{CrossAttention: b.Cross, heads: w.Heads}
			c.project(t, source)
			s.source, s.of, s.crossings = source, source.examplesOf(m), append(s.crossings, c)
		}
	}
	return s
}

func (s *transformerStates[T]) keep(rows []int) {
	trails := make([][]int32, len(rows))
	for i, r := range rows {
		trails[i] = slices.Clone(s.trails[r])
	}
	s.m, s.trails = len(rows), trails
	for i := range s.added {
		s.added[i] = choose(s.added[i], rows, s.Width())
	}
	s.of = choose(s.of, rows, 1)
}

func (s *transformerStates[T]) advance(in *input[T], extra []T) []T {
	h := s.Width()
	s.x = resize(s.x, s.m*h)
	s.stem.advance(s.team, s.step, in, s.x, extra)
	first := 0
	if len(s.Blocks) > 0 {
		first = len(s.caches[0]) / (2 * h)
	}
	for i := range s.trails {
		s.trails[i] = append(s.trails[i], int32(first+i))
	}
	s.step++
	for i, b := range s.Blocks {
		s.block = i
		s.attend(b)
	}
	s.hidden = resize(s.hidden, s.m*h)
	s.norm.forward(s.team, s.Norm, s.x, s.hidden)
	return s.hidden
}

// attend adds a block to the stream, as attending does.
func (s *transformerStates[T]) attend(b *TransformerBlock[T]) {
	t, h := s.team, s.Width()
	s.read, s.out = resize(s.read, s.m*h), resize(s.out, s.m*h)
	s.qkv, s.scores = resize(s.qkv, 3*s.m*h), resize(s.scores, s.m*s.step)
	s.norm.forward(t, b.Norm, s.x, s.read)
	product(t, s.m, s.read, b.In, b.InBias.each(), s.qkv)
	for i := range s.m {
		s.caches[s.block] = append(s.caches[s.block], row(s.qkv, i, 3*h)[h:]...)
	}
	t.Rows(s.m, (*attendOne[T])(s))
	kernel.AddEach(t, s.x, b.OutBias.Value)
	product(t, s.m, s.out, b.Out, kernel.Itself[T](), s.x)
	if s.added != nil {
		kernel.Add(t.Path(), s.x, s.added[s.block])
	}
	if s.crossings != nil {
		s.seq.singles(s.m)
		s.crossings[s.block].forward(t, &s.seq, s.source, s.of, s.x, s.read)
	}
	s.norm.forward(t, b.FeedNorm, s.x, s.read)
	s.feeding.forward(t, b.Feed, s.read, s.x)
}

// attendOne is the job of one hypothesis in attend.
type attendOne[T kernel.Float] transformerStates[T]

func (s *attendOne[T]) Row(i int) {
	h := s.Transformer.Width()
	kernel.AttendOne(s.team.Path(), s.Heads, row(s.qkv, i, 3*h)[:h], s.caches[s.block], s.trails[i], row(s.out, i, h), row(s.scores, i, s.step))
}
