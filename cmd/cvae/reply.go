package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// replyOptions are the arguments and flags of reply.
type replyOptions struct {
	Path     string  // of the run; empty: the built-in model
	Text     *string // the context; nil: contexts come from In
	Sampling dialog.Sampling
	Rank     rankOptions
	Tempered bool // --temperature is given; without it the run has a default
	JSON     bool
	Moves    bool // the seed grows by one with every context
	Texts    bool // print the texts of the responses alone
	Threads  int
	In       io.Reader
	Out, Err io.Writer

	Precision cvae.Precision
}

func newReply(runF func(context.Context, *replyOptions) error) *cobra.Command {
	o := &replyOptions{Sampling: dialog.DefaultSampling()}
	c := &cobra.Command{
		Use: "reply [RUN] [TEXT]", Short: "Print several responses to a context",
		Long: `Print several responses to a context, each from its own place in latent space.

Without RUN the built-in model answers. TEXT is a context of one turn. Without
it every line of standard input is a context: a turn, or a JSON object
{"context": ["first turn", "second turn"]}, which may have "labels":
{"topic": "work"} for a run that is conditioned on them, and "seed", "n" and "temperature" in the
place of the flags; its "id" comes back with --json. Other keys are errors. A line that cannot be
answered is named on standard error, or with --json answered by {"error": …, "line": N}; the lines after
it are answered, and the exit status at the end is 1. With --texts such a line has as many empty lines as
it would have responses, so that texts and contexts can be put side by side. With either a blank line
is one that cannot be answered; without, it is passed over. A single argument is a RUN when it
is builtin, names something on disk or is written like a path (./run). A model of sentences has no context; it prints samples.
What of a context does not fit into the window of the model is said on standard
error, and stands under "unread" with --json.
A response that says a word three times in a row, or more words twice, says that it
loops, one that was cut says that, and one without words that; a long loop is cut short.
With --texts they are whole and say nothing, with --json whole with "loops" and "cut".
--no-repeat-ngram 3, the default of cvae chat, passes over words that would repeat
three words in a row, so that none goes on looping; log_prob stays that of the model.

--rank joint draws four times as many responses, drops equal ones, and prints those
that suit the context more than any other: ln p(x|z,c) − λ·ln p(x), best first
(maximum mutual information, Li et al. 2016). ln p(x) is that of a run of method lm,
in the folder lm of RUN or named by --lm; without, the built-in model takes the mean of
its own p(x|z,c) over some usual contexts. With --json "rank" says by what they are
ordered, and each response has "lm_log_prob", ln p(x), and "score". Those that loop
come after the others.`,
		Example: `  cvae reply "Shall we order pizza tonight?"
  cvae reply run "Shall we order pizza tonight?"
  cvae reply run --json -n 10 < contexts.jsonl
  cvae reply run --texts -n 1 < contexts.jsonl`,
		Args: arguments(cobra.MaximumNArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			o.In, o.Out, o.Err = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			o.Path, o.Text = runAndText(args)
			o.Tempered = c.Flags().Changed("temperature")
			o.Rank.read(c, &o.Sampling)
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	addSampling(f, &o.Sampling)
	addRank(c, &o.Rank)
	f.BoolVar(&o.Sampling.AllowUnk, "allow-unk", false, "let <unk> be generated")
	f.BoolVar(&o.JSON, "json", false, "print a line of JSON for each context")
	f.BoolVar(&o.Texts, "texts", false, "print the texts of the responses alone, one a line")
	addThreads(c, &o.Threads)
	addPrecision(c, &o.Precision)
	return c
}

// runAndText tells RUN and TEXT apart. One argument is a RUN when it names
// something on disk or is written like a path, which text with spaces is not.
func runAndText(args []string) (path string, text *string) {
	switch len(args) {
	case 0:
		return "", nil
	case 2:
		return args[0], &args[1]
	}
	_, err := os.Stat(args[0])
	if args[0] == run.StartBuiltin || err == nil || strings.ContainsAny(args[0], `/\`) && !strings.ContainsAny(args[0], " \t\n") {
		return args[0], nil
	}
	return "", &args[0]
}

// openRun opens a run, or with an empty path the built-in model. What it reads stays in
// memory, so collecting garbage meanwhile frees nothing and takes a sixth of the start.
func openRun(path string, threads int) (*run.Run, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	if path == "" {
		return run.OpenBuiltin(threads)
	}
	return run.Open(path, threads)
}

// openIn is openRun for a run that computes in a precision.
func openIn(p cvae.Precision) func(path string, threads int) (*run.Run, error) {
	return func(path string, threads int) (*run.Run, error) {
		if err := checkPrecision(p); err != nil {
			return nil, err
		}
		r, err := openRun(path, threads)
		if err == nil {
			r.Use(p)
		}
		return r, err
	}
}

// question opens a run, checks the labels that it is told, and asks it.
func question(open func(path string, threads int) (*run.Run, error), path string, threads int, labels map[string]string, warnings io.Writer, ask func(*run.Run) error) error {
	if err := checkThreads(threads); err != nil {
		return err
	}
	r, err := open(path, threads)
	if err != nil {
		return err
	}
	defer r.Close()
	warned(warnings, r)
	if err := checkLabels(labels, r, warnings); err != nil {
		return err
	}
	return ask(r)
}

func runReply(ctx context.Context, o *replyOptions) error {
	if err := cmp.Or(checkSampling(o.Sampling), o.Rank.check()); err != nil {
		return err
	}
	if o.JSON && o.Texts {
		return usagef("--json and --texts print different things; leave one of them out")
	}
	return question(openIn(o.Precision), o.Path, o.Threads, o.Sampling.Labels, o.Err, func(r *run.Run) error {
		if err := o.Rank.use(r, o.Threads); err != nil {
			return err
		}
		contexts, err := o.contexts(ctx, r)
		if err != nil {
			return err
		}
		return o.answer(ctx, r, contexts)
	})
}

// sampling is that of the flags, with the run's temperature where none is given
// and no beam searches.
func (o *replyOptions) sampling(r *run.Run) dialog.Sampling {
	s := o.Sampling
	if !o.Tempered && s.Beam == 0 {
		s.Temperature = r.Sampling().Temperature
	}
	return s
}

// answer prints the replies to contexts. A line that cannot be answered does not keep
// others from being answered.
func (o *replyOptions) answer(ctx context.Context, r *run.Run, contexts iter.Seq2[input, error]) error {
	wrong, s := 0, o.sampling(r)
	for c, err := range contexts {
		if err == nil {
			err = o.reply(ctx, r, c, s)
		}
		var line lineError
		switch {
		case err == nil:
			if o.Moves {
				s.Seed++
			}
			continue
		case !errors.As(err, &line) || exitCode(err) != exitUsage: // no fault of the line
			return err
		}
		if err := o.fault(c, line); err != nil {
			return err
		}
		wrong++
	}
	if wrong > 0 {
		return fmt.Errorf("%s could not be answered", counted(wrong, "line"))
	}
	return nil
}

// reply prints the reply to one context.
func (o *replyOptions) reply(ctx context.Context, r *run.Run, c input, s dialog.Sampling) error {
	q := dialog.Request{Context: c.Context, Sampling: c.over(s)}
	var err error
	if q.Labels, err = c.conditioned(r, o.Sampling.Labels, o.Err); err != nil {
		return c.named(err)
	}
	reply, err := r.Respond(ctx, q, nil)
	if err != nil {
		return c.named(err)
	}
	sayUnread(o.Err, c, r, run.PairUnread{Unread: reply.Unread})
	return o.print(q, c, reply)
}

// over is a sampling with what the line asks for itself.
func (a asked) over(s dialog.Sampling) dialog.Sampling {
	if a.Seed != nil {
		s.Seed = uint64(*a.Seed)
	}
	if a.N != nil {
		s.N = int(*a.N)
	}
	if a.Temperature != nil {
		s.Temperature = *a.Temperature
	}
	return s
}

// A faultReport is the JSON of a line that cannot be answered.
type faultReport struct {
	Error string          `json:"error"`
	Line  int             `json:"line"`
	ID    json.RawMessage `json:"id"` // null where it cannot be read
}

// fault answers a line that cannot be answered.
func (o *replyOptions) fault(c input, e lineError) error {
	if o.JSON {
		return printJSON(o.Out, faultReport{Error: e.fault.Error(), Line: e.line, ID: c.ID})
	}
	if _, err := fmt.Fprintln(o.Err, printable(e.Error())); err != nil || !o.Texts {
		return err
	}
	n := o.Sampling.N // so that the texts of the lines after it stand where they are looked for
	if s := (asked{N: c.N}).over(o.Sampling); s.Check() == nil {
		n = s.N
	}
	_, err := io.WriteString(o.Out, strings.Repeat("\n", n))
	return err
}

// sayUnread says what of an input the model has not read.
func sayUnread(out io.Writer, c input, r *run.Run, u run.PairUnread) {
	w, where := r.Config.Model.Window(), c.where()
	if u.Unread != (dialog.Unread{}) {
		warn(out, []string{fmt.Sprintf("%s%s and %s of the context are not read: the model reads the last %s, and of each the first %s",
			where, counted(u.Turns, "turn"), counted(u.Tokens, "token"), counted(w.Turns, "turn"), counted(w.Tokens-1, "token"))})
	}
	if u.Response > 0 {
		warn(out, []string{fmt.Sprintf("%sthe response has %s, of which the first %d are scored: the model reads no more",
			where, counted(u.Response+w.Response-1, "token"), w.Response-1)})
	}
}

// contexts are what to reply to.
func (o *replyOptions) contexts(ctx context.Context, r *run.Run) (iter.Seq2[input, error], error) {
	switch {
	case r.Sentences() && o.Text != nil:
		return nil, usagef("%s is a model of sentences and has no context; leave TEXT out", o.Path)
	case r.Sentences():
		return only(input{}), nil
	case o.Text != nil:
		return only(input{Pair: run.Pair{Context: []string{*o.Text}}}), nil
	case isTerminal(o.In):
		return nil, usagef("there is no context: give TEXT, or contexts on standard input")
	}
	return inputs(ctx, o.In, o.blank(), parseContext), nil
}

// blank is the fault of a blank line where answers and lines are put side by side.
func (o *replyOptions) blank() error {
	if o.JSON || o.Texts {
		return errors.New("the line is blank")
	}
	return nil
}

// only is a sequence of one input.
func only(i input) iter.Seq2[input, error] {
	return func(yield func(input, error) bool) { yield(i, nil) }
}

func (o *replyOptions) print(q dialog.Request, c input, r dialog.Reply) error {
	switch {
	case o.JSON:
		out := jsonReply(r, o.Sampling.Rank)
		out.ID, out.N, out.Temperature = c.ID, q.N, q.Temperature
		return printJSON(o.Out, out)
	case o.Texts:
		return printTexts(o.Out, r)
	}
	return printReply(o.Out, r)
}

// printTexts prints a response a line.
func printTexts(w io.Writer, r dialog.Reply) error {
	var b strings.Builder
	for _, answer := range r.Responses {
		b.WriteString(printable(answer.Text) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// printReply prints the context and below it the responses as they are shown.
func printReply(w io.Writer, r dialog.Reply) error {
	var b strings.Builder
	for _, turn := range r.Context {
		fmt.Fprintln(&b, "> "+printable(turn))
	}
	for i, answer := range r.Responses {
		fmt.Fprintf(&b, "%3d  %s\n", i+1, printable(answer.Shown()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A replyReport is the JSON of one context and its responses.
type replyReport struct {
	Context   []string         `json:"context"`
	Seed      uint64           `json:"seed"`
	Distinct  int              `json:"distinct"`
	Rank      *dialog.Rank     `json:"rank"` // null: as they were drawn
	Responses []responseReport `json:"responses"`
	Latent    latentReport     `json:"latent"`
	Unread    dialog.Unread    `json:"unread"`
	// N and Temperature are those asked for, and ID is that of the line, null without.
	N           int             `json:"n"`
	Temperature float64         `json:"temperature"`
	ID          json.RawMessage `json:"id"`
}

type responseReport struct {
	Text    string   `json:"text"`
	LogProb float64  `json:"log_prob"` // untruncated ln p(x|z,c), nats
	Tokens  []string `json:"tokens"`
	Cut     bool     `json:"cut"`   // it reached its greatest length before its end
	Loops   bool     `json:"loops"` // it repeats itself
	// Z and PriorDistance are null without a latent.
	Z             dialog.Block `json:"z"`
	PriorDistance *float64     `json:"prior_distance"`
	// LMLogProb is ln p(x) and Score what the rank orders by, nats; null without.
	LMLogProb *float64 `json:"lm_log_prob"`
	Score     *float64 `json:"score"`
}

// latentReport is the prior p(z|c), null without a latent.
type latentReport struct {
	PriorMean dialog.Block `json:"prior_mean"`
	PriorStd  dialog.Block `json:"prior_std"`
}

func jsonReply(r dialog.Reply, rank *dialog.Rank) replyReport {
	out := replyReport{
		Context: append([]string{}, r.Context...), Seed: r.Seed, Distinct: r.Distinct, Responses: []responseReport{},
		Latent: latentReport{PriorMean: r.PriorMean, PriorStd: r.PriorStd}, Unread: r.Unread, Rank: rank,
	}
	for _, a := range r.Responses {
		answer := responseReport{Text: a.Text, LogProb: a.LogProb, Tokens: append([]string{}, a.Tokens...), Cut: a.Cut, Loops: dialog.Loops(a.Text), Z: a.Z}
		if a.Z != nil {
			answer.PriorDistance = &a.PriorDistance
		}
		if a.Ranked != nil {
			answer.LMLogProb, answer.Score = a.Ranked.LM, &a.Ranked.Score
		}
		out.Responses = append(out.Responses, answer)
	}
	return out
}
