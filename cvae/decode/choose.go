package decode

import (
	"container/heap"
	"math"

	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// A chooser picks one token from the logits of one row. It owns the scratch
// space of that.
type chooser struct {
	options Options
	vocab   int
	allowed []int32   // ids that may be generated, ascending
	weights []float64 // (V): p(token)^(1/T) up to a factor
	ranking ranking
}

func newChooser(vocab int, o Options) *chooser {
	return &chooser{options: o, vocab: vocab, allowed: allowed(vocab, o), weights: make([]float64, vocab)}
}

// allowed lists the ids that may be generated.
func allowed(vocab int, o Options) []int32 {
	var ids []int32
	for id := range int32(vocab) {
		if id == tokenize.Pad || id == tokenize.Start || id == tokenize.Unk && !o.AllowUnk {
			continue
		}
		ids = append(ids, id)
	}
	return ids
}

// choose returns the token number step of hypothesis row, and its
// log-probability under the raw logits (V).
func (c *chooser) choose(logits []float32, step, row int) (token int32, logProb float64, err error) {
	norm, err := logSumExp(logits)
	if err != nil {
		return 0, 0, err
	}
	if c.options.Temperature == 0 {
		token = c.most(logits)
	} else {
		draw := rng.New(c.options.Seed, rng.Sample, step, row)
		token = c.sample(c.candidates(logits), draw.Float64())
	}
	return token, float64(logits[token]) - norm, nil
}

// most is the allowed token of the largest logit, the lowest id of equals.
func (c *chooser) most(logits []float32) int32 {
	best := c.allowed[0]
	for _, id := range c.allowed[1:] {
		if logits[id] > logits[best] {
			best = id
		}
	}
	return best
}

// candidates fills the weights and returns the tokens that temperature, top-k
// and nucleus leave to be sampled.
func (c *chooser) candidates(logits []float32) []int32 {
	top := float64(logits[c.most(logits)])
	for _, id := range c.allowed {
		c.weights[id] = math.Exp((float64(logits[id]) - top) / c.options.Temperature)
	}
	kept := c.allowed
	if k := c.options.TopK; k > 0 && k < len(kept) {
		c.rank(logits, kept)
		kept = nil
		for range k {
			kept = append(kept, heap.Pop(&c.ranking).(int32))
		}
	}
	if p := c.options.TopP; p > 0 && p < 1 {
		kept = c.nucleus(logits, kept)
	}
	return kept
}

// nucleus returns the most probable of ids, in order, until they hold the share
// TopP of the weight of all.
func (c *chooser) nucleus(logits []float32, ids []int32) (kept []int32) {
	need := c.options.TopP * c.mass(ids)
	c.rank(logits, ids)
	for held := 0.0; c.ranking.Len() > 0; {
		id := heap.Pop(&c.ranking).(int32)
		kept = append(kept, id)
		if held += c.weights[id]; held >= need {
			break
		}
	}
	return kept
}

func (c *chooser) mass(ids []int32) (sum float64) {
	for _, id := range ids {
		sum += c.weights[id]
	}
	return sum
}

// sample inverts the distribution function of ids at u in [0, 1).
func (c *chooser) sample(ids []int32, u float64) int32 {
	u *= c.mass(ids)
	var held float64
	last := ids[0]
	for _, id := range ids {
		if c.weights[id] == 0 {
			continue
		}
		last = id
		if held += c.weights[id]; u < held {
			break
		}
	}
	return last // also when rounding left u at the total
}

// rank starts a ranking of ids. Popping a few from a heap is much cheaper than
// sorting a vocabulary.
func (c *chooser) rank(logits []float32, ids []int32) {
	c.ranking.logits = logits
	c.ranking.ids = append(c.ranking.ids[:0], ids...)
	heap.Init(&c.ranking)
}

// A ranking is a heap of ids, the largest logit and then the lowest id first.
type ranking struct {
	logits []float32
	ids    []int32
}

func (r *ranking) Len() int { return len(r.ids) }

func (r *ranking) Less(i, j int) bool {
	a, b := r.ids[i], r.ids[j]
	if r.logits[a] != r.logits[b] {
		return r.logits[a] > r.logits[b]
	}
	return a < b
}

func (r *ranking) Swap(i, j int) { r.ids[i], r.ids[j] = r.ids[j], r.ids[i] }

func (r *ranking) Push(x any) { r.ids = append(r.ids, x.(int32)) }

func (r *ranking) Pop() any {
	last := len(r.ids) - 1
	id := r.ids[last]
	r.ids = r.ids[:last]
	return id
}
