package op

import (
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// An Output is the parameters of a vocabulary layer: logits = h·Wᵀ + b.
type Output[T kernel.Float] struct {
	Weight *Weight[T] // (V, H)
	Bias   *Weight[T] // (1, V); nil: none
}

// targets lists the words a row is scored on: those of row r are
// words[first[r]:first[r+1]].
type targets struct {
	words []int32
	first []int
}

func (g *targets) reset() { g.words, g.first = g.words[:0], append(g.first[:0], 0) }
func (g *targets) add(w ...int32) {
	g.words = append(g.words, w...)
	g.first = append(g.first, len(g.words))
}
func (g *targets) of(r int) []int32 { return g.words[g.first[r]:g.first[r+1]] }

// logitBytes bounds one block of logits, so that the (rows, V) matrix never
// exists and a block stays in the last cache level while it is read three times.
const logitBytes = 8 << 20

// chunkWords is how many words of the vocabulary one task scores. It depends on
// nothing else, so that partial sums are the same for any number of threads.
const chunkWords = 512

// softmax computes cross-entropies over the vocabulary and, where asked, their
// gradients, a block of rows at a time.
type softmax[T kernel.Float] struct {
	logits []T
	rows   int       // rows of the block
	peak   []T       // (chunks, rows) largest logit
	mass   []float64 // (chunks, rows) Σ exp(logit − peak)
	hit    []float64 // (chunks, rows) Σ target logits
	factor []T       // (chunks, rows) what turns exp(logit − peak) into the gradient
	pack   kernel.Packed[T]
}

// run sets loss[r] = −Σ ln softmax(logits_r) over the targets of row r, in nats.
// When dhidden (rows, H) is not nil it receives the gradient of weight·Σ loss,
// and the weights' gradients are added to.
func (s *softmax[T]) run(t *kernel.Team, w *Output[T], hidden []T, g *targets, weight T, loss []float64, dhidden []T) {
	rows, v, h := len(loss), w.Weight.Rows, w.Weight.Cols
	block := max(1, min(rows, max(64, logitBytes/(4*v))))
	s.logits = resize(s.logits, block*v)
	for r0 := 0; r0 < rows; r0 += block {
		s.rows = min(block, rows-r0)
		part := hidden[r0*h : (r0+s.rows)*h]
		s.score(t, w, part, g, r0)
		s.combine(t, g, r0, weight, loss)
		if dhidden != nil {
			s.gradients(t, w, part, g, r0, weight)
			inputGradient(t, s.rows, s.logits, w.Weight, kernel.Base[T]{}, dhidden[r0*h:])
		}
	}
}

// eachChunk runs f for every chunk of the vocabulary: words [v0,v1), which are
// panels [p0,p1) of the packed weight.
func (s *softmax[T]) eachChunk(t *kernel.Team, w *Output[T], f func(chunk, worker, v0, v1, p0, p1 int)) {
	packed := w.Weight.transposed(t)
	per := chunkWords / packed.Width()
	t.Run((packed.Panels()+per-1)/per, func(chunk, worker int) {
		p0 := chunk * per
		p1 := min(packed.Panels(), p0+per)
		f(chunk, worker, p0*packed.Width(), min(w.Weight.Rows, p1*packed.Width()), p0, p1)
	})
}

func (s *softmax[T]) score(t *kernel.Team, w *Output[T], hidden []T, g *targets, r0 int) {
	v, packed := w.Weight.Rows, w.Weight.transposed(t)
	n := (v + chunkWords - 1) / chunkWords * s.rows
	s.peak, s.factor = resize(s.peak, n), resize(s.factor, n)
	s.mass, s.hit = resize(s.mass, n), resize(s.hit, n)
	s.eachChunk(t, w, func(chunk, worker, v0, v1, p0, p1 int) {
		kernel.GemmPart(t, worker, 0, s.rows, p0, p1, kernel.Rows(hidden, w.Weight.Cols), packed, s.logits, v, w.Bias.each())
		for i := range s.rows {
			logits, at := s.logits[i*v+v0:i*v+v1], chunk*s.rows+i
			s.hit[at] = hits(logits, g.of(r0+i), v0)
			s.peak[at] = kernel.Max(t.Path(), logits)
			s.mass[at] = kernel.ExpSum(t.Path(), logits, logits, s.peak[at])
		}
	})
}

// hits sums the logits of the targets that fall into the chunk at v0.
func hits[T kernel.Float](logits []T, words []int32, v0 int) float64 {
	sum := 0.0
	for _, word := range words {
		if i := int(word) - v0; i >= 0 && i < len(logits) {
			sum += float64(logits[i])
		}
	}
	return sum
}

// combine folds the chunks of every row, in order.
func (s *softmax[T]) combine(t *kernel.Team, g *targets, r0 int, weight T, loss []float64) {
	eachRow(t, s.rows, func(i int) {
		top := math.Inf(-1)
		for at := i; at < len(s.peak); at += s.rows {
			top = math.Max(top, float64(s.peak[at]))
		}
		mass, hit := 0.0, 0.0
		for at := i; at < len(s.peak); at += s.rows {
			mass += s.mass[at] * math.Exp(float64(s.peak[at])-top)
			hit += s.hit[at]
		}
		norm := top + math.Log(mass)
		n := float64(len(g.of(r0 + i)))
		loss[r0+i] = n*norm - hit
		for at := i; at < len(s.peak); at += s.rows {
			s.factor[at] = T(float64(weight) * n * math.Exp(float64(s.peak[at])-norm))
		}
	})
}

// gradients turns the block into the gradient of the logits and adds to the
// gradients of the layer; the rows of a chunk have one owner.
func (s *softmax[T]) gradients(t *kernel.Team, w *Output[T], hidden []T, g *targets, r0 int, weight T) {
	v, h := w.Weight.Rows, w.Weight.Cols
	s.pack.Pack(t, s.rows, h, hidden, h)
	s.eachChunk(t, w, func(chunk, worker, v0, v1, _, _ int) {
		for i := range s.rows {
			d := s.logits[i*v+v0 : i*v+v1]
			if w.Bias == nil {
				kernel.Scale(t.Path(), d, s.factor[chunk*s.rows+i])
			} else {
				kernel.ScaleAdd(t.Path(), w.Bias.Grad[v0:v1], d, s.factor[chunk*s.rows+i])
			}
			for _, word := range g.of(r0 + i) {
				if j := int(word); j >= v0 && j < v1 {
					d[j-v0] -= weight
					if w.Bias != nil {
						w.Bias.Grad[j] -= weight
					}
				}
			}
		}
		kernel.GemmPart(t, worker, v0, v1, 0, s.pack.Panels(), kernel.Columns(s.logits, v), &s.pack, w.Weight.Grad, h, kernel.Itself[T]())
	})
}
