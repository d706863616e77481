// Package decode turns next-token logits into sequences: greedily, by sampling
// with temperature, top-k and nucleus truncation, or by beam search. Start makes
// the hypotheses of a model; the rest knows no model, only a Stepper.
//
// Log-probabilities are natural logarithms under the untruncated softmax of
// the raw logits, with float32 exponentials summed in float64, whatever the
// decoding did to choose the tokens.
//
// References: top-k is Fan, Lewis and Dauphin (2018), Hierarchical Neural Story
// Generation, section 5.4; the nucleus is Holtzman et al. (2020), The Curious
// Case of Neural Text Degeneration, section 3.1.
package decode

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// A Stepper advances hypotheses by one token each. It is used by one call of
// Decode or Beam, from one goroutine.
type Stepper interface {
	// Begin returns the logits (M,V), row-major, of the first token of each of
	// the M hypotheses: what follows <s>.
	Begin() []float32
	// Step feeds tokens and returns the logits (len(tokens),V) of what follows.
	// New row i continues row rows[i] of the logits that the last call
	// returned: rows may be missing, once their hypothesis is finished, and in
	// beam search be repeated and reordered. The result is valid until the
	// next call, and the arguments until Step returns.
	Step(tokens []int32, rows []int) []float32
}

// Options say how tokens are chosen.
type Options struct {
	// MaxTokens is the most tokens of a sequence, </s> not counted; at least 1.
	MaxTokens int
	// Sampling is what N sequences are chosen with; its PriorScale and Labels have
	// no part in it. Temperature divides the logits before sampling; 0 takes the
	// most probable token, the lowest id of equals, and then TopK and TopP have no
	// effect. TopK samples from the k most probable tokens, ties by lowest id. TopP
	// samples from the smallest set of most probable tokens that holds at least
	// this share of the probability that temperature and TopK left, ties by lowest
	// id. A token that would repeat an n-gram of NoRepeat tokens is none of these, and
	// the others share its probability. <unk> is generated with AllowUnk alone, <pad> and <s> never. Seed selects
	// the random stream of rng.Sample.
	dialog.Sampling
	// Team works on the rows; nil: the caller alone, with plain Go.
	Team *kernel.Team
}

// path is the kernel path.
func (o Options) path() kernel.Path {
	if o.Team == nil {
		return kernel.PureGo
	}
	return o.Team.Path()
}

// A Sequence is one decoded hypothesis.
type Sequence struct {
	Tokens []int32 // without </s>
	// LogProb is Σ ln p(token | what came before) in nats, </s> included. A
	// sequence that is not Finished has no </s>, and no term for it.
	LogProb float64
	// Finished is false when the sequence was cut at MaxTokens, or by its caller.
	Finished bool
	// Words are its tokens with their probabilities, </s> included; nil unless a
	// Job asks for them.
	Words []Word
}

// check refuses options outside their range.
func (o Options) check(vocab int) error {
	switch {
	case vocab <= int(tokenize.End):
		return fmt.Errorf("a vocabulary of %d tokens has no room for the special tokens", vocab)
	case o.MaxTokens < 1:
		return fmt.Errorf("max tokens is %d, it must be at least 1", o.MaxTokens)
	}
	return o.Sampling.Check()
}

// Decode continues each of the o.N hypotheses of s until </s> or
// o.MaxTokens, and returns them in order. Every row's result depends on its own
// logits, its index and the seed alone: the draw for its token number t comes
// from rng.New(seed, rng.Sample, t, row).
//
// It calls stream, when not nil, for each token but </s> as it is chosen: all
// rows' first tokens in row order, then all second ones. It fails when an
// option is out of range, when a logit is NaN or infinite, and when ctx is done.
func Decode(ctx context.Context, s Stepper, vocab int, o Options, stream func(row int, token int32)) ([]Sequence, error) {
	job := Job{Context: ctx, Options: o}
	if stream != nil {
		job.Each = func(row int, w Word) bool {
			stream(row, w.Token)
			return true
		}
	}
	result := Together(s, vocab, []Job{job})[0]
	return result.Sequences, result.Err
}

// rowsOf checks the shape (n,vocab) of logits and returns the accessor of its
// rows.
func rowsOf(logits []float32, n, vocab int) (func(i int) []float32, error) {
	if len(logits) != n*vocab {
		return nil, fmt.Errorf("the model returned %d logits for %d hypotheses of %d tokens", len(logits), n, vocab)
	}
	return func(i int) []float32 { return logits[i*vocab : (i+1)*vocab] }, nil
}

var errNotFinite = errors.New("the model returned a logit that is NaN or infinite")

// logSumExp returns ln Σ exp(logit), the largest logit, and the exponentials of
// the logits less the largest in exps (V), or an error when a logit is not
// finite.
func logSumExp(p kernel.Path, exps, logits []float32) (norm float64, top float32, err error) {
	if squares := kernel.SumSquares(p, logits); math.IsNaN(squares) || math.IsInf(squares, 0) {
		return 0, 0, errNotFinite
	}
	top = kernel.Max(p, logits)
	return float64(top) + math.Log(kernel.ExpSum(p, exps, logits, top)), top, nil
}

// Hypotheses are the beginnings of N responses of a model to one context.
type Hypotheses struct {
	Stepper
	Beginning
}

// Start is Begin and Join of the only beginning.
func Start(m *cvae.Model[float32], b *dialog.Batch, s dialog.Sampling, z []float32) Hypotheses {
	begun := Begin(m, b, s, z)
	return Hypotheses{Join(m, begun), begun}
}

// A Beginning is what N responses of a model to one context are decoded from.
type Beginning struct {
	Z     []float32              // (N,Z); nil without a latent
	Prior cvae.PriorRow          // p(z|c)
	c     cvae.Contexts[float32] // one
	n     int
}

// Begin encodes the context of the only example of a batch and draws s.N latents about
// the prior unless z (N,Z) is given. Draw i comes from rng.New(s.Seed, rng.Prior, 0, i).
// Without a context the batch may be empty.
func Begin(m *cvae.Model[float32], b *dialog.Batch, s dialog.Sampling, z []float32) Beginning {
	c, mean, logvar := m.EncodeContext(b)
	h := Beginning{Z: z, Prior: cvae.PriorRow{Mean: mean, LogVar: logvar}, c: c, n: s.N}
	if h.Z == nil && !m.Latent().None() {
		h.Z = draw(m, c.C, h.Prior, s)
	}
	return h
}

// Join hands the hypotheses of several beginnings to the decoder, one after the other.
func Join(m *cvae.Model[float32], beginnings ...Beginning) Stepper {
	var c cvae.Contexts[float32]
	var z []float32
	n := 0
	for _, b := range beginnings {
		c, z, n = c.Append(b.c, b.n), append(z, b.Z...), n+b.n
	}
	return m.Generate(n, c, z)
}

// draw draws the latents about the prior, (N,Z).
func draw(m *cvae.Model[float32], c []float32, prior cvae.PriorRow, s dialog.Sampling) []float32 {
	d := m.Latent().Width()
	eps := make([]float32, s.N*d)
	for i := range s.N {
		draws := rng.New(s.Seed, rng.Prior, 0, i)
		for j := range d {
			eps[i*d+j] = float32(draws.Normal())
		}
	}
	return m.Draw(s.N, c, prior, eps, s.PriorScale)
}
