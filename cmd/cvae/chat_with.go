package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// defaultTurns is how many turns two runs talk.
const defaultTurns = 10

// A selfTurn is the JSON of a turn of two runs that talk.
type selfTurn struct {
	Speaker string   `json:"speaker"` // the run
	Text    string   `json:"text"`
	Seed    *uint64  `json:"seed"`     // null for the first turn, which was given
	LogProb *float64 `json:"log_prob"` // ln p(x|z,c), nats; null likewise
}

// selves lets two runs talk: the first answers the turn that is given, the second that answer, and so on. Of the candidates of a turn the first
// that was not said before is taken.
func (o *chatOptions) selves(ctx context.Context) error {
	if o.Resume != "" || o.Plain {
		return usagef("--with lets two runs talk; --resume and --plain are for a conversation of yours")
	}
	if o.Reply.Rank.LM != "" {
		return usagef("--lm ranks the replies of one run; of two that talk each takes the language model in its folder lm")
	}
	if o.Turns < 1 {
		return usagef("--turns is %d; it must be at least 1", o.Turns)
	}
	if strings.TrimSpace(o.Begin) == "" {
		return usagef("--begin is blank; two runs need a first turn to answer")
	}
	open := openIn(o.Reply.Precision)
	return question(open, o.Reply.Path, o.Reply.Threads, o.Reply.Sampling.Labels, o.Reply.Err, func(first *run.Run) error {
		return question(open, o.With, o.Reply.Threads, nil, o.Reply.Err, func(second *run.Run) error {
			for _, r := range []*run.Run{first, second} {
				if r.Sentences() {
					return usagef("%s is a model of sentences and reads no context; two models of dialogue can talk", printable(r.Dir))
				}
				if err := o.dead(ctx, r); err != nil {
					return err
				}
			}
			return o.converse(ctx, [2]*run.Run{second, first}) // who is given the first turn answers it
		})
	})
}

func (o *chatOptions) converse(ctx context.Context, talkers [2]*run.Run) error {
	said := []string{o.Begin}
	if err := o.turn(selfTurn{Speaker: speakerOf(talkers, 0), Text: o.Begin}); err != nil {
		return err
	}
	for len(said) < o.Turns {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r := talkers[len(said)%2]
		q := dialog.Request{Context: said, Sampling: o.Reply.sampling(r)}
		q.Seed += uint64(len(said)) - 1
		if r != talkers[1] {
			q.Labels = nil // they are of the first run
		}
		reply, err := r.Respond(ctx, q, nil)
		if err != nil {
			return err
		}
		answer := reply.Responses[0]
		if i := slices.IndexFunc(reply.Responses, func(a dialog.Response) bool { return strings.TrimSpace(a.Text) != "" && !slices.Contains(said, a.Text) }); i >= 0 {
			answer = reply.Responses[i]
		}
		if err := o.turn(selfTurn{Speaker: speakerOf(talkers, len(said)), Text: answer.Text, Seed: &q.Seed, LogProb: &answer.LogProb}); err != nil {
			return err
		}
		said = append(said, answer.Text)
	}
	return nil
}

// speakerOf is the name of the run that says a turn; two alike are told apart by a number.
func speakerOf(talkers [2]*run.Run, turn int) string {
	name := talkers[turn%2].Dir
	if talkers[0].Dir == talkers[1].Dir {
		name += fmt.Sprintf(" %d", 2-turn%2)
	}
	return name
}

func (o *chatOptions) turn(t selfTurn) error {
	if o.Reply.JSON {
		return printJSON(o.Reply.Out, t)
	}
	_, err := fmt.Fprintf(o.Reply.Out, "%s: %s\n", printable(t.Speaker), printable(dialog.Readable(t.Text)))
	return err
}
