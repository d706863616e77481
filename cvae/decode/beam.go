package decode

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/tokenize"
)

// Beam searches for the most probable sequences of a Stepper with one
// hypothesis (M = 1) and returns at most width of them, best first.
//
// At every step the beam holds the width best of all one-token continuations
// and of the sequences that are finished already, ranked by total LogProb with
// no length normalisation, as in the text VAE literature (He et al. 2019). As
// a log-probability only falls, the search ends when the whole beam is
// finished, or cut at o.MaxTokens; a cut sequence competes without a </s>
// term. A continuation that o.NoRepeat bars competes in no beam. Ties go to the earlier hypothesis, then to the lower id, so width 1 is
// greedy decoding.
//
// Temperature must be 0. It fails as Decode does.
func Beam(ctx context.Context, s Stepper, vocab, width int, o Options) ([]Sequence, error) {
	if err := checkBeam(vocab, width, o); err != nil {
		return nil, fmt.Errorf("beam search: %w", err)
	}
	b := beam{width: width, vocab: vocab, maxTokens: o.MaxTokens, noRepeat: o.NoRepeat, allowed: allowed(vocab, o), exps: make([]float32, vocab), members: make([]Sequence, 1)}
	logits := s.Begin()
	for step := 1; ; step++ {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("beam search at token %d: %w", step, err)
		}
		if err := b.expand(logits); err != nil {
			return nil, fmt.Errorf("beam search at token %d: %w", step, err)
		}
		tokens, rows := b.advance()
		if len(tokens) == 0 {
			return b.members, nil
		}
		logits = s.Step(tokens, rows)
	}
}

func checkBeam(vocab, width int, o Options) error {
	if err := o.check(vocab); err != nil {
		return err
	}
	if width < 1 {
		return fmt.Errorf("beam width is %d, it must be at least 1", width)
	}
	if o.Temperature != 0 {
		return errors.New("it does not sample: leave the temperature at 0")
	}
	return nil
}

// A beam is the state of one Beam.
type beam struct {
	width, vocab, maxTokens, noRepeat int

	allowed    []int32
	barred     []int32     // after the member that is expanded
	exps       []float32   // (V) scratch
	members    []Sequence  // best first
	candidates []candidate // for the next beam, best first, at most width
}

// A candidate is a continuation of one member of the beam, or a member that
// is done.
type candidate struct {
	score  float64 // total log-probability
	member int     // rank of the member in the beam
	row    int     // its row of the logits
	logit  float32
	token  int32
	done   bool // carried over as it is
}

// order puts the better candidate first. The logit decides between tokens
// whose difference is lost in the score, as it does in greedy decoding.
func order(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.member, b.member),
		cmp.Compare(b.logit, a.logit), cmp.Compare(a.token, b.token))
}

// done tells whether a sequence is not to be continued.
func (b *beam) done(s Sequence) bool { return s.Finished || len(s.Tokens) == b.maxTokens }

// expand collects the best candidates from the logits of the members that go
// on, which are its rows in order.
func (b *beam) expand(logits []float32) error {
	live := 0
	for _, s := range b.members {
		if !b.done(s) {
			live++
		}
	}
	table, err := rowsOf(logits, live, b.vocab)
	if err != nil {
		return err
	}
	b.candidates = b.candidates[:0]
	row := 0
	for rank, s := range b.members {
		if b.done(s) {
			b.offer(candidate{score: s.LogProb, member: rank, done: true})
			continue
		}
		if err := b.expandMember(rank, row, table(row)); err != nil {
			return err
		}
		row++
	}
	return nil
}

func (b *beam) expandMember(rank, row int, logits []float32) error {
	norm, _, err := logSumExp(kernel.PureGo, b.exps, logits)
	if err != nil {
		return err
	}
	b.barred = repeats(b.barred[:0], b.members[rank].Tokens, b.noRepeat)
	for _, id := range b.allowed {
		if slices.Contains(b.barred, id) {
			continue
		}
		score := b.members[rank].LogProb + (float64(logits[id]) - norm)
		b.offer(candidate{score: score, member: rank, row: row, logit: logits[id], token: id})
	}
	return nil
}

// offer keeps c if it is among the best so far.
func (b *beam) offer(c candidate) {
	if len(b.candidates) == b.width {
		if order(c, b.candidates[b.width-1]) >= 0 {
			return
		}
		b.candidates = b.candidates[:b.width-1]
	}
	at, _ := slices.BinarySearchFunc(b.candidates, c, order)
	b.candidates = slices.Insert(b.candidates, at, c)
}

// advance makes the candidates the beam and returns what to feed to Step.
func (b *beam) advance() (tokens []int32, rows []int) {
	next := make([]Sequence, len(b.candidates))
	for i, c := range b.candidates {
		next[i] = b.members[c.member]
		if c.done {
			continue
		}
		next[i].LogProb = c.score
		if c.token == tokenize.End {
			next[i].Finished = true
			continue
		}
		// Siblings share their parent's tokens, so the array is copied.
		next[i].Tokens = append(slices.Clip(next[i].Tokens), c.token)
		if !b.done(next[i]) {
			tokens, rows = append(tokens, c.token), append(rows, c.row)
		}
	}
	b.members = next
	return tokens, rows
}
