package training

import (
	"context"
	"strings"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
)

// What an outcome is measured on: so many contexts of the validation split with so many
// replies each, and so many training responses.
const (
	outcomeContexts  = 20
	outcomeReplies   = 5
	outcomeResponses = 2000
)

// An Outcome is what a run has reached, in numbers that say what to do next.
type Outcome struct {
	Out      string // the run directory, as it stands in a command line
	Corpus   string // as the configuration names it, likewise
	Embedded bool   // the corpus is part of this program
	Foreign  bool   // most contexts are in another script than English is
	Init     bool   // it began with another run
	Method   string
	Latent   bool
	Text     bool    // a model of sentences
	Pairs    int     // that it was trained on
	Epochs   float64 // done
	// Bounds are those of the validations, in nats, in order.
	Bounds []float64
	// Since is how many validations came after that of the weights that are kept, which was
	// after KeptAt epochs.
	Since  int
	KeptAt float64
	// Stopped says that training ended because the bound no longer improved; else Raise
	// is the flag that raises the limit which ended it.
	Stopped  bool
	Raise    string
	Patience int     // optimiser.patience
	Rising   bool    // the weight of the KL is below what it will be
	Tokens   int     // decoder.tokens
	Full     float64 // share of the training responses that have so many, so that most of them are cut
	// Distinct is the mean number of different replies to a context, of Replies.
	Distinct float64
	Replies  int
	// Usual is the reply that answers most contexts: UsualOf of Contexts.
	Usual             string
	UsualOf, Contexts int
	// Findings are the collapses of the latent, with what helps: those that the
	// evaluation says.
	Findings []latent.Finding
}

// Outcome measures what training has reached; r is its evaluation.
func (t *Training) Outcome(ctx context.Context, r eval.Report) (o Outcome, err error) {
	c := t.Config
	o = Outcome{Out: safe.Argument(t.options.Out), Corpus: safe.Argument(c.Corpus), Embedded: t.corpus.Embedded(), Init: c.Init != "", Latent: !t.model.Latent().None(),
		Text: c.Model.Mode == cvae.Text, Pairs: t.data[dialog.Train].Len(), Stopped: t.Stopped(), Tokens: c.Model.Decoder.Tokens, Full: t.full()}
	situation := t.run.Situation(ctx)
	o.Findings, o.Rising, o.Method, o.Patience = r.Findings, situation.Rising, c.Method, c.Optimiser.Patience
	for e, err := range rundir.Follow(t.options.Out).Events(ctx, func() bool { return false }) {
		if err != nil {
			return o, err
		}
		o.Epochs = max(o.Epochs, float64(e.Step)/float64(max(1, e.StepsPerEpoch)))
		if e.Kind == dialog.Validated {
			o.Bounds = append(o.Bounds, e.Bound)
			if o.Since++; e.Best {
				o.Since, o.KeptAt = 0, float64(e.Step)/float64(max(1, e.StepsPerEpoch))
			}
		}
	}
	if !o.Stopped {
		o.Raise = t.raise()
	}
	return o, t.countReplies(ctx, &o)
}

// full is the share of the first training responses that are as long as the model takes.
func (t *Training) full() float64 {
	set, most := t.data[dialog.Train], t.Config.Model.Window().Response
	n, long := min(set.Len(), outcomeResponses), 0
	for i := range n {
		if set.Length(i) == most {
			long++
		}
	}
	return float64(long) / float64(max(1, n))
}

// raise is the flag that doubles the limit which ended training.
func (t *Training) raise() string {
	c := t.Config
	switch {
	case t.OutOfTime():
		return "--max-time " + (2 * c.MaxTime).String()
	case strings.HasSuffix(t.trainer.Ended(), " steps done"):
		return flag("--max-steps", 2*c.MaxSteps)
	}
	return flag("--max-epochs", 2*c.MaxEpochs)
}

// countReplies counts the different replies to contexts of the validation split.
func (t *Training) countReplies(ctx context.Context, o *Outcome) error {
	contexts, err := t.firstTurns(ctx, outcomeContexts)
	if err != nil {
		return err
	}
	q := dialog.Request{Sampling: t.run.Sampling()}
	q.N, q.Seed = outcomeReplies, t.Config.Seed
	o.Replies = q.N
	of, written := map[string]int{}, corpora.NewScripts()
	for _, c := range contexts {
		written.Add(strings.Join(c, " "))
	}
	o.Foreign = written.Main() != "" && written.Main() != "Latin"
	for _, q.Context = range contexts {
		reply, err := t.run.Respond(ctx, q, nil)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			continue // a context without a word
		}
		o.Contexts++
		o.Distinct += float64(reply.Distinct)
		said := map[string]bool{}
		for _, x := range reply.Responses {
			if said[x.Text] {
				continue
			}
			said[x.Text] = true
			if of[x.Text]++; of[x.Text] > o.UsualOf {
				o.Usual, o.UsualOf = x.Text, of[x.Text]
			}
		}
	}
	o.Distinct /= float64(max(1, o.Contexts))
	return nil
}
