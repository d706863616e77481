package op

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

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
	logits []T       // (rows, V), on loan from the team during a run
	rows   int       // rows of the block
	peak   []T       // (chunks, rows) largest logit
	mass   []float64 // (chunks, rows) Σ exp(logit − peak)
	hit    []float64 // (chunks, rows) Σ target logits
	factor []T       // (chunks, rows) what turns exp(logit − peak) into the gradient
	pack   kernel.Packed[T]
	block  block[T]
}

// block is what the jobs of a softmax read besides its results.
type block[T kernel.Float] struct {
	path    kernel.Path
	team    *kernel.Team
	layer   *Output[T]
	packed  *kernel.Packed[T] // the layer's weight, transposed
	targets *targets
	hidden  []T // (rows, H) of the block
	first   int // row of the block's first
	weight  T
	loss    []float64
}

// run sets loss[r] = −Σ ln softmax(logits_r) over the targets of row r, in nats.
// When dhidden (rows, H) is not nil it receives the gradient of weight·Σ loss,
// and the weights' gradients are added to.
func (s *softmax[T]) run(t *kernel.Team, w *Output[T], hidden []T, g *targets, weight T, loss []float64, dhidden []T) {
	rows, v, h := len(loss), w.Weight.Rows, w.Weight.Cols
	most := max(1, min(rows, max(64, logitBytes/(4*v))))
	s.logits = kernel.Borrow[T](t, 3, most*v)
	s.block = block[T]{path: t.Path(), team: t, layer: w, packed: w.Weight.transposed(t), targets: g, weight: weight, loss: loss}
	for r0 := 0; r0 < rows; r0 += most {
		s.rows = min(most, rows-r0)
		s.block.first, s.block.hidden = r0, hidden[r0*h:(r0+s.rows)*h]
		s.score(t)
		t.Rows(s.rows, (*combining[T])(s))
		if dhidden != nil {
			s.gradients(t)
			inputGradient(t, s.rows, s.logits, w.Weight, kernel.Base[T]{}, dhidden[r0*h:])
		}
	}
	s.block, s.logits = block[T]{}, nil
}

// panels is how many panels of the packed weight make a chunk.
func (b *block[T]) panels() int { return chunkWords / b.packed.Width() }

// chunks is how many chunks the vocabulary has.
func (b *block[T]) chunks() int { return (b.packed.Panels() + b.panels() - 1) / b.panels() }

// words is the words [v0,v1) of a chunk.
func (b *block[T]) words(chunk int) (v0, v1 int) {
	n := b.panels() * b.packed.Width()
	return chunk * n, min(b.layer.Weight.Rows, (chunk+1)*n)
}

func (s *softmax[T]) score(t *kernel.Team) {
	n := (s.block.layer.Weight.Rows + chunkWords - 1) / chunkWords * s.rows
	s.peak, s.factor = resize(s.peak, n), resize(s.factor, n)
	s.mass, s.hit = resize(s.mass, n), resize(s.hit, n)
	t.Do(s.block.chunks(), (*scoring[T])(s))
}

// scoring is the job that computes the logits of a chunk and sums them up.
type scoring[T kernel.Float] softmax[T]

func (s *scoring[T]) Task(chunk, worker int) {
	b, w := &s.block, s.block.layer.Weight
	v, p0 := w.Rows, chunk*b.panels()
	v0, v1 := b.words(chunk)
	kernel.GemmPart(b.team, worker, 0, s.rows, p0, min(b.packed.Panels(), p0+b.panels()), kernel.Rows(b.hidden, w.Cols), b.packed, s.logits, v, b.layer.Bias.each())
	for i := range s.rows {
		logits, at := s.logits[i*v+v0:i*v+v1], chunk*s.rows+i
		s.hit[at] = hits(logits, b.targets.of(b.first+i), v0)
		s.peak[at] = kernel.Max(b.path, logits)
		s.mass[at] = kernel.ExpSum(b.path, logits, logits, s.peak[at])
	}
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

// combining is the job that folds the chunks of a row, in order.
type combining[T kernel.Float] softmax[T]

func (s *combining[T]) Row(i int) {
	b := &s.block
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
	n := float64(len(b.targets.of(b.first + i)))
	b.loss[b.first+i] = n*norm - hit
	for at := i; at < len(s.peak); at += s.rows {
		s.factor[at] = T(float64(b.weight) * n * math.Exp(float64(s.peak[at])-norm))
	}
}

// gradients turns the block into the gradient of the logits and adds to the
// gradients of the layer.
func (s *softmax[T]) gradients(t *kernel.Team) {
	h := s.block.layer.Weight.Cols
	s.pack.Pack(t, s.rows, h, s.block.hidden, h)
	t.Do(s.block.chunks(), (*logitGradient[T])(s))
}

// logitGradient is the job of one chunk in gradients; the rows of the weight that
// belong to it have one owner.
type logitGradient[T kernel.Float] softmax[T]

func (s *logitGradient[T]) Task(chunk, worker int) {
	b, w := &s.block, s.block.layer.Weight
	v0, v1 := b.words(chunk)
	for i := range s.rows {
		s.descend(i, s.logits[i*w.Rows+v0:i*w.Rows+v1], s.factor[chunk*s.rows+i], v0, v1)
	}
	kernel.GemmPart(b.team, worker, v0, v1, 0, s.pack.Panels(), kernel.Columns(s.logits, w.Rows), &s.pack, w.Grad, w.Cols, kernel.Itself[T]())
}

// descend turns exp(logit − peak) of the words [v0,v1) in row i into the
// gradient of the logits, and adds it to that of the bias.
func (s *logitGradient[T]) descend(i int, d []T, factor T, v0, v1 int) {
	b, bias := &s.block, s.block.layer.Bias
	if bias == nil {
		kernel.Scale(b.path, d, factor)
	} else {
		kernel.ScaleAdd(b.path, bias.Grad[v0:v1], d, factor)
	}
	for _, word := range b.targets.of(b.first + i) {
		if j := int(word); j >= v0 && j < v1 {
			d[j-v0] -= b.weight
			if bias != nil {
				bias.Grad[j] -= b.weight
			}
		}
	}
}

// BagOfWords adds −Σ_t ln softmax(h·Wᵀ + b)[x_t] of every example (Zhao, Zhao
// and Eskenazi 2017), (B) in nats per response, to the graph of h (B, H). The
// words are those the decoder predicts, </s> included. The graph must weigh every
// row by the Weight of the batch times factor.
func BagOfWords[T kernel.Float](t *kernel.Team, w *Output[T], b *Batch, h *G.Node, factor float64) (*G.Node, error) {
	n := h.Shape()[0]
	var s softmax[T]
	var g targets
	loss := make([]float64, n)
	var dh []T
	return apply("bagOfWords", tensor.Shape{n}, fused[T]{
		check: func() error { return checkSize(b, n) },
		forward: func(in [][]T, out []T) {
			g.reset()
			for _, words := range b.Target {
				g.add(words...)
			}
			var into []T
			if b.Weight != 0 {
				dh = resize(dh, len(in[0]))
				into = dh
			}
			s.run(t, w, in[0], &g, T(b.Weight*factor), loss, into)
			for i, l := range loss {
				out[i] = T(l)
			}
		},
		backward: func(_ [][]T, _ []T, din [][]T) {
			copy(din[0], dh)
		},
	}, h)
}
