package decode

import (
	"container/heap"
	"math"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// A chooser picks one token from the logits of one row. It owns the scratch
// space of that.
type chooser struct {
	options Options
	vocab   int
	allowed []int32   // ids that may be generated, ascending
	exps    []float32 // (V): p(token) up to a factor, and then that of sampling
	weights []float64 // (V): p(token)^(1/T) up to a factor, to truncate
	barred  []int32   // by what the sequence holds already
	masked  []float32 // (V): the logits without them
	ranking ranking
}

func newChooser(vocab int, o Options) *chooser {
	return &chooser{options: o, vocab: vocab, allowed: allowed(vocab, o), exps: make([]float32, vocab), weights: make([]float64, vocab)}
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

// choose returns the token number step of hypothesis row, whose tokens before it are
// sofar, and its log-probability under the raw logits (V).
func (c *chooser) choose(logits []float32, step, row int, sofar []int32) (token int32, logProb float64, err error) {
	norm, largest, err := logSumExp(c.options.path(), c.exps, logits)
	if err != nil {
		return 0, 0, err
	}
	c.barred = repeats(c.barred[:0], sofar, c.options.NoRepeat)
	if o, left := c.options, c.without(logits, c.barred); o.Temperature == 0 {
		token = c.most(left)
	} else {
		stream := rng.New(o.Seed, rng.Sample, step, row)
		if u := stream.Float64(); o.TopK > 0 && o.TopK < len(c.allowed) || o.TopP < 1 {
			token = c.sample(c.candidates(left), u)
		} else {
			token = c.sampleAll(left, largest, u)
		}
	}
	return token, float64(logits[token]) - norm, nil
}

// most is the allowed token of the largest logit, the lowest id of equals. The logit of
// </s> is finite.
func (c *chooser) most(logits []float32) int32 {
	const end = int(tokenize.End) // from here on everything is allowed
	top := kernel.Max(c.options.path(), logits[end:])
	if c.options.AllowUnk && logits[tokenize.Unk] >= top {
		return tokenize.Unk
	}
	for i, l := range logits[end:] {
		if l == top {
			return int32(end + i)
		}
	}
	return tokenize.End // never
}

// sampleAll inverts the distribution function of all allowed tokens at u in
// [0, 1). exps holds what logSumExp left there, which is what temperature 1 asks
// for, unless the largest logit is that of a token that is not allowed.
func (c *chooser) sampleAll(logits []float32, largest float32, u float64) int32 {
	p, top := c.options.path(), logits[c.most(logits)]
	switch {
	case c.options.Temperature == 1 && top == largest:
	case c.options.Temperature == 1:
		kernel.ExpSum(p, c.exps, logits, top)
	default:
		for i, l := range logits {
			c.exps[i] = float32(float64(l-top) / c.options.Temperature)
		}
		kernel.ExpSum(p, c.exps, c.exps, 0)
	}
	c.exps[tokenize.Pad], c.exps[tokenize.Start] = 0, 0
	if !c.options.AllowUnk {
		c.exps[tokenize.Unk] = 0
	}
	for _, id := range c.barred {
		c.exps[id] = 0
	}
	return invert(c.exps, u)
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
	if c.options.TopP < 1 {
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

// invert returns the first index at which the running sum of weights passes the
// share u of their total. Sums are of blocks and then within one block.
func invert(weights []float32, u float64) int32 {
	const block = 256
	sums := make([]float64, 0, len(weights)/block+1)
	total := 0.0
	for lo := 0; lo < len(weights); lo += block {
		sum := sumOf(weights[lo:min(lo+block, len(weights))])
		sums, total = append(sums, sum), total+sum
	}
	rest, at := u*total, 0
	for at < len(sums)-1 && rest >= sums[at] {
		rest -= sums[at]
		at++
	}
	last := int32(at * block)
	for i, w := range weights[at*block : min((at+1)*block, len(weights))] {
		if w == 0 {
			continue
		}
		last = int32(at*block + i)
		if rest -= float64(w); rest < 0 {
			break
		}
	}
	return last // also when rounding left u at the total
}

// sumOf adds four by four, which the processor can do at once.
func sumOf(x []float32) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a, b, c, d = a+float64(x[0]), b+float64(x[1]), c+float64(x[2]), d+float64(x[3])
	}
	for _, v := range x {
		a += float64(v)
	}
	return (a + b) + (c + d)
}

// likeliest lists the n most probable of all tokens, those that are not generated
// included. norm is ln Σ exp(logit).
func (c *chooser) likeliest(logits []float32, norm float64, n int) (list []Likely) {
	all := make([]int32, len(logits))
	for id := range all {
		all[id] = int32(id)
	}
	c.rank(logits, all)
	for range min(n, len(all)) {
		id := heap.Pop(&c.ranking).(int32)
		list = append(list, Likely{id, float64(logits[id]) - norm})
	}
	return list
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
