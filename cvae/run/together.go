package run

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/dialog"
)

// A Question is a request that is answered in one decoding pass with others.
type Question struct {
	// Ctx ends the question alone.
	Ctx context.Context
	dialog.Request
	// MaxTokens is the most tokens of a response after the Prompt; 0, or more than the
	// model has room for: as many as that.
	MaxTokens int
	// Prompt is what the responses of a model of sentences begin with; empty: nothing.
	Prompt string
	// KeepWords, Alternatives and Each are those of [decode.Job].
	KeepWords    bool
	Alternatives int
	Each         func(row int, w decode.Word) bool
}

// An Answer is the reply to a Question, without a search by beams.
type Answer struct {
	dialog.Reply
	Sequences []decode.Sequence // of the responses, in tokens
	Prompt    []int32           // the tokens that all of them begin with
	Err       error
}

// Together answers questions in one decoding pass. Every question has the answer that it
// has alone.
func (r *Run) Together(questions []Question) []Answer {
	answers := make([]Answer, len(questions))
	var asked []prepared
	for i, q := range questions {
		p, err := r.prepare(q)
		if err != nil {
			answers[i].Err = err
			continue
		}
		p.place = i
		asked = append(asked, p)
	}
	if len(asked) == 0 {
		return answers
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	jobs, begun := make([]decode.Job, len(asked)), make([]decode.Beginning, len(asked))
	for i, p := range asked {
		jobs[i], begun[i] = r.job(p), decode.Begin(r.model, p.batch, p.Sampling, p.z)
	}
	for i, result := range decode.Together(decode.Join(r.model, begun...), r.Tokenizer.Size(), jobs) {
		p, answer := asked[i], &answers[asked[i].place]
		answer.Err, answer.Sequences, answer.Prompt = result.Err, result.Sequences, p.prompt
		if result.Err == nil {
			answer.Reply, answer.Sequences, answer.Err = r.answered(p, result.Sequences, begun[i])
		}
	}
	return answers
}

// A prepared question is laid out for the model.
type prepared struct {
	Question
	batch  *dialog.Batch
	unread dialog.Unread
	z      []float32 // (N,Z); nil: to be drawn
	prompt []int32
	place  int // among the questions
	ranked int // so many responses are wanted, of N that are drawn; 0: N
}

// prepare checks a question and encodes what it gives.
func (r *Run) prepare(q Question) (p prepared, err error) {
	if q.Z != nil {
		q.N = len(q.Z)
	}
	p.Question = q
	if err := q.Check(); err != nil {
		return p, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if p.batch, p.unread, err = r.contextBatch(q.Context, q.Labels); err != nil {
		return p, err
	}
	if p.z, err = r.latents(q.Request); err != nil {
		return p, err
	}
	if q.Rank != nil && p.z == nil {
		if err := r.CheckRank(*q.Rank); err != nil {
			return p, err
		}
		p.ranked, p.N, p.Each = q.N, dialog.RankDraws*q.N, nil
	}
	if q.Prompt == "" {
		return p, nil
	}
	if !r.Sentences() {
		return p, fmt.Errorf("%w: a model of dialogue has no prompt", ErrRequest)
	}
	p.prompt, err = r.Tokenizer.Encode(q.Prompt)
	if most := r.Config.Model.Decoder.Tokens - 2; err == nil && len(p.prompt) > most {
		return p, fmt.Errorf("%w has %d tokens, and the model has room for %d and one of its own", ErrPrompt, len(p.prompt), most)
	}
	return p, err
}

// job is how a question is decoded.
func (r *Run) job(p prepared) decode.Job {
	o := decode.Options{MaxTokens: r.MaxTokens(), Sampling: p.Sampling, Team: r.model.Team()}
	if p.MaxTokens > 0 {
		o.MaxTokens = min(o.MaxTokens, len(p.prompt)+p.MaxTokens)
	}
	return decode.Job{Context: p.Ctx, Options: o, Prefix: p.prompt, KeepWords: p.KeepWords, Alternatives: p.Alternatives, Each: p.Each}
}

// MaxTokens is the most tokens of a response, </s> not counted.
func (r *Run) MaxTokens() int { return r.Config.Model.Decoder.Tokens - 1 }
