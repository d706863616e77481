package decode

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/tokenize"
)

// A Job is what one caller wants of a decoding pass that several share: the next
// Options.N hypotheses of the Stepper.
type Job struct {
	// Context ends the job, whose hypotheses then leave the pass. The others go on.
	Context context.Context
	Options
	// Prefix is tokens that every sequence begins with. They count as the others do, and
	// may repeat themselves.
	Prefix []int32
	// KeepWords asks for the Words of the sequences, and Alternatives for so many of the
	// likeliest tokens with each.
	KeepWords    bool
	Alternatives int
	// Each, when not nil, is told each token but </s> as it is chosen. The sequence ends
	// there when it returns false.
	Each func(row int, w Word) bool
}

// A Word is one token of a sequence.
type Word struct {
	Token     int32
	LogProb   float64  // ln p(token | what came before), nats, untruncated
	Likeliest []Likely // the likeliest tokens there, best first; nil unless asked for
}

// A Likely token is one that might have been chosen.
type Likely struct {
	Token   int32
	LogProb float64 // nats, untruncated
}

// A Result is what came of a Job.
type Result struct {
	Sequences []Sequence
	Err       error
}

// Together runs jobs as one decoding pass over the hypotheses of s, those of the first
// job first. Every job has the result that [Decode] gives it alone. The Team is that of
// the first.
func Together(s Stepper, vocab int, jobs []Job) []Result {
	d := decoder{vocab: vocab, jobs: jobs, results: make([]Result, len(jobs))}
	if err := d.begin(); err != nil {
		for j := range d.results {
			d.results[j].Err = fmt.Errorf("decoding: %w", err)
		}
		return d.results
	}
	logits := s.Begin()
	for step := 0; ; step++ {
		tokens, rows := d.advance(logits, step)
		if len(tokens) == 0 {
			break
		}
		logits = s.Step(tokens, rows)
	}
	for j := range d.results {
		if d.results[j].Err != nil {
			d.results[j].Sequences = nil
		}
	}
	return d.results
}

// A decoder is the state of one pass.
type decoder struct {
	vocab    int
	team     *kernel.Team
	jobs     []Job
	allowed  [][]int32  // by job
	choosers []*chooser // one a worker
	results  []Result
	live     []place  // live[i] is the hypothesis of logits row i
	chosen   []choice // for each live hypothesis
}

// A place is a hypothesis: row row of job job.
type place struct{ job, row int }

// A choice is the next token of a hypothesis.
type choice struct {
	Word
	err error
}

// begin checks the jobs and lays out their hypotheses.
func (d *decoder) begin() (err error) {
	for _, job := range d.jobs {
		if err := job.check(d.vocab); err != nil {
			return err
		}
	}
	for j, job := range d.jobs {
		d.results[j].Sequences = make([]Sequence, job.N)
		d.allowed = append(d.allowed, allowed(d.vocab, job.Options))
		for row := range job.N {
			d.live = append(d.live, place{j, row})
		}
	}
	d.chosen = make([]choice, len(d.live))
	if d.team = d.jobs[0].Team; d.team == nil {
		if d.team, err = kernel.NewTeam(1, kernel.PureGo); err != nil {
			return err
		}
	}
	for range d.team.Threads() {
		d.choosers = append(d.choosers, newChooser(d.vocab, Options{Team: d.team}))
	}
	return nil
}

// advance chooses the next token of every live hypothesis and returns what to
// feed to Step: the tokens of the hypotheses that go on, and their logits rows.
func (d *decoder) advance(logits []float32, step int) (tokens []int32, rows []int) {
	table, err := rowsOf(logits, len(d.live), d.vocab)
	for j := range d.jobs {
		if ended := d.jobs[j].Context.Err(); err == nil && ended != nil {
			d.fail(j, step, ended)
		} else if err != nil {
			d.fail(j, step, err)
		}
	}
	if err != nil {
		return nil, nil
	}
	d.team.Run(len(d.live), func(i, worker int) {
		if at := d.live[i]; d.results[at.job].Err == nil {
			d.chosen[i] = d.choose(d.choosers[worker], table(i), step, at)
		}
	})
	var next []place
	for i, at := range d.live {
		if token, more := d.take(at, d.chosen[i], step); more {
			next, tokens, rows = append(next, at), append(tokens, token), append(rows, i)
		}
	}
	d.live = next
	return tokens, rows
}

// fail ends a job that has not ended.
func (d *decoder) fail(job, step int, err error) {
	if d.results[job].Err == nil {
		d.results[job].Err = fmt.Errorf("decoding token %d: %w", step+1, err)
	}
}

// choose picks the token number step of a hypothesis from its logits (V).
func (d *decoder) choose(c *chooser, logits []float32, step int, at place) (made choice) {
	job := &d.jobs[at.job]
	c.options, c.allowed = job.Options, d.allowed[at.job]
	c.options.Team = d.team
	norm := 0.0
	if step < len(job.Prefix) {
		made.Token = job.Prefix[step]
		if norm, _, made.err = logSumExp(c.options.path(), c.exps, logits); made.err == nil {
			made.LogProb = float64(logits[made.Token]) - norm
		}
	} else {
		made.Token, made.LogProb, made.err = c.choose(logits, step, at.row, d.results[at.job].Sequences[at.row].Tokens)
	}
	if made.err == nil && job.Alternatives > 0 {
		norm = float64(logits[made.Token]) - made.LogProb
		made.Likeliest = c.likeliest(logits, norm, job.Alternatives)
	}
	return made
}

// take takes in what was chosen for a hypothesis, and tells whether it goes on.
func (d *decoder) take(at place, made choice, step int) (token int32, more bool) {
	job, result := &d.jobs[at.job], &d.results[at.job]
	if result.Err != nil {
		return 0, false
	}
	if made.err != nil {
		d.fail(at.job, step, fmt.Errorf("hypothesis %d: %w", at.row, made.err))
		return 0, false
	}
	s := &result.Sequences[at.row]
	s.LogProb += made.LogProb
	if job.KeepWords {
		s.Words = append(s.Words, made.Word)
	}
	if made.Token == tokenize.End {
		s.Finished = true
		return 0, false
	}
	s.Tokens = append(s.Tokens, made.Token)
	if job.Each != nil && !job.Each(at.row, made.Word) {
		return 0, false
	}
	return made.Token, len(s.Tokens) < job.MaxTokens
}
