package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/chat"
	"github.com/cvae-go/cvae/tui/conversation"
)

// chatOptions are the argument and flags of chat.
type chatOptions struct {
	// Reply are those that reply has too; its Path is empty for the built-in
	// model.
	Reply  replyOptions
	Resume string // ID of a saved conversation, or newest
	List   bool   // the saved conversations
	Plain  bool   // a conversation in lines instead of the chat, also where there is no terminal
	Given  bool   // at least one setting of the candidates
	With   string // another run that talks with the first
	Turns  int    // of both together
	Begin  string // the first of them
}

func newChat(runF func(context.Context, *chatOptions) error) *cobra.Command {
	o := &chatOptions{Reply: replyOptions{Sampling: dialog.DefaultSampling()}}
	o.Reply.Sampling.NoRepeat = chat.NoRepeat
	c := &cobra.Command{
		Use: "chat [RUN]", Short: "Talk with a model in the terminal",
		Long: `Talk with a model in the terminal: every turn has several candidates, each from
its own place in latent space, which is shown beside them. Without RUN it is the
built-in model. /help in the chat lists its commands and keys. Conversations are
saved after every turn; --list lists them and --resume continues one, without
ID the last one, without RUN with the run that it was held with.

No candidate says three words in a row twice, as one that loops would, unless
--no-repeat-ngram 0 lets it. A saved conversation keeps its own settings.

--plain is the same conversation in lines, for screen readers and pipes: every
line is a turn or a command such as /choose 2, and the same file is saved.
--with RUN2 lets two runs talk with each other.

Where standard input or output is no terminal, and without --plain, every line of
the input is a context of its own, as in cvae reply, which lets candidates loop, and
its candidates are printed; the seed grows by one with every line.`,
		Example: `  cvae chat
  cvae chat run --seed 7 -n 8 --temperature 0.7
  cvae chat run --plain < talk.txt
  cvae chat run --with other --turns 10
  cvae chat run --json < contexts.txt`,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.Reply.Path = args[0]
			}
			o.Reply.In, o.Reply.Out, o.Reply.Err = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			o.Reply.Tempered = c.Flags().Changed("temperature")
			if c.Flags().Changed("turns") && o.With == "" {
				return usagef("--turns is of two runs that talk; name the second by --with")
			}
			if !c.Flags().Changed("no-repeat-ngram") && !o.isTalk() && o.With == "" { // contexts line by line, as in reply
				o.Reply.Sampling.NoRepeat = 0
			}
			o.Reply.Rank.read(c, &o.Reply.Sampling)
			for _, name := range []string{"number", "temperature", "top-p", "top-k", "prior-scale", "no-repeat-ngram", "seed", "rank"} {
				o.Given = o.Given || c.Flags().Changed(name)
			}
			return runF(c.Context(), o)
		},
	}
	o.addFlags(c)
	return c
}

func (o *chatOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	addSampling(f, &o.Reply.Sampling)
	addRank(c, &o.Reply.Rank)
	f.StringVar(&o.Resume, "resume", "", "continue the saved conversation with this `ID`, or with the only ID that begins with it; without ID the last one")
	f.BoolVar(&o.List, "list", false, "list the saved conversations, and stop")
	f.BoolVar(&o.Plain, "plain", false, "a conversation in lines instead of the chat, for screen readers and pipes")
	f.StringVar(&o.With, "with", "", "another `run` that talks with the first, instead of you")
	f.IntVar(&o.Turns, "turns", defaultTurns, "turns of two runs that talk")
	f.StringVar(&o.Begin, "begin", "Hello, how are you?", "the first turn of two runs that talk")
	f.BoolVar(&o.Reply.JSON, "json", false, "print a line of JSON for each answer, or with --list one list")
	addThreads(c, &o.Reply.Threads)
	addPrecision(c, &o.Reply.Precision)
}

func runChat(ctx context.Context, o *chatOptions) error {
	if err := cmp.Or(checkSampling(o.Reply.Sampling), o.Reply.Rank.check(), checkThreads(o.Reply.Threads)); err != nil {
		return err
	}
	if o.Plain && o.Reply.JSON {
		return usagef("--plain is a conversation and --json answers each line by itself; leave one of them out")
	}
	if o.List {
		return o.list()
	}
	if o.With != "" {
		return o.selves(ctx)
	}
	if err := o.resumed(); err != nil {
		return err
	}
	return question(openIn(o.Reply.Precision), o.Reply.Path, o.Reply.Threads, o.Reply.Sampling.Labels, o.Reply.Err, func(r *run.Run) error {
		if err := o.Reply.Rank.use(r, o.Reply.Threads); err != nil {
			return err
		}
		if k := o.Reply.Sampling.Rank; k != nil { // or the first turn would be refused
			if err := r.CheckRank(*k); err != nil {
				return err
			}
		}
		switch {
		case o.Plain:
			return o.plain(ctx, r)
		case o.isTalk():
			return o.talk(ctx, r)
		}
		return o.lines(ctx, r)
	})
}

// isTalk reports whether there is a conversation, and not contexts line by line.
func (o *chatOptions) isTalk() bool {
	return o.Plain || !o.Reply.JSON && isInteractive(o.Reply.In, o.Reply.Out)
}

// newest stands for the conversation that was saved last.
const newest = "\x00newest"

// resumed finds the conversation that is to go on, and the run for it.
func (o *chatOptions) resumed() (err error) {
	if o.Resume == "" || !o.isTalk() {
		return nil
	}
	if o.Resume == newest {
		if o.Resume, err = store().Newest(); err != nil {
			return err
		}
	}
	if o.Reply.Path == "" {
		return o.partner()
	}
	return nil
}

// bareResume gives --resume without an ID that of the newest conversation: at the end of the command line, or before another flag.
func bareResume(args []string) []string {
	for i, a := range args {
		if a == "--" {
			break
		}
		if a == "--resume" && args[0] == "chat" && (i == len(args)-1 || strings.HasPrefix(args[i+1], "-")) {
			args = slices.Clone(args)
			args[i] = "--resume=" + newest
		}
	}
	return args
}

// partner makes the run that a conversation was held with the one that goes on
// with it.
func (o *chatOptions) partner() error {
	c, err := store().Load(o.Resume)
	if err != nil || c.Model == run.BuiltinName {
		return err
	}
	for _, dir := range []string{c.Where, c.Model} {
		if dir == "" || !isRun(dir) {
			continue
		}
		if here, err := filepath.Abs(c.Model); err == nil && here == dir {
			dir = c.Model // the shorter name of the same folder
		}
		o.Reply.Path = dir
		return nil
	}
	return usagef("the conversation %s was held with the run %s, which is not there; name a run: cvae chat RUN --resume %s", printable(c.ID), printable(cmp.Or(c.Where, c.Model)), printable(c.ID))
}

// isRun reports whether a folder is that of a run.
func isRun(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, rundir.ConfigFile))
	return err == nil
}

// whereIs is the folder of a run from the root; empty for the built-in model.
func whereIs(r *run.Run) string {
	if r.Dir == run.BuiltinName {
		return ""
	}
	dir, err := filepath.Abs(r.Dir)
	if err != nil { // the folder of the process is gone: the name as it is
		return ""
	}
	return dir
}

// options are those of a conversation.
func (o *chatOptions) options(r *run.Run) chat.Options {
	knows, examples := welcome(r)
	return chat.Options{
		Settings: o.Reply.sampling(r), Keep: o.Given, Store: store(), Resume: o.Resume, In: o.Reply.In,
		Editor: cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR")), Knows: knows, Examples: examples, Where: whereIs(r),
	}
}

// welcome says what a model learnt from, and gives turns to begin with, as far as that is known.
func welcome(r *run.Run) (knows string, examples []string) {
	if r.Dir == run.BuiltinName {
		return builtin.Knows, builtin.Examples()
	}
	knows = "It learnt from " + printable(r.Config.Corpus) + "."
	if corpus, err := run.OpenCorpus(r.Config); err == nil { // one that is gone has none
		examples = run.Openings(corpus)
	}
	return knows, examples
}

// goesOn says how the conversation that ended is gone on with, if it was saved.
func (o *chatOptions) goesOn(id string) {
	if _, err := store().Load(id); err != nil {
		return
	}
	fmt.Fprintf(o.Reply.Err, "cvae chat --resume %s goes on with this conversation\n", printable(id))
}

// plain talks in lines.
func (o *chatOptions) plain(ctx context.Context, r *run.Run) error {
	options := o.options(r)
	options.Out, options.Left, options.Typed = o.Reply.Out, o.goesOn, isTerminal(o.Reply.In)
	if err := chat.RunPlain(ctx, r, options); ctx.Err() == nil {
		return err
	}
	return context.Cause(ctx)
}

// talk shows the chat.
func (o *chatOptions) talk(ctx context.Context, r *run.Run) error {
	id := ""
	err := hold(ctx, o.Reply.In, raw(o.Reply.Out), func(ctx context.Context) error {
		options := o.options(r)
		options.Out, options.Left = raw(o.Reply.Out), func(saved string) { id = saved }
		return chat.Run(ctx, r, options)
	})
	if id != "" {
		o.goesOn(id)
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, context.Canceled): // ctrl+c, in the chat
		return unsaid{errInterrupted}
	}
	var moved conversation.Moved
	if errors.As(err, &moved) {
		fmt.Fprintln(o.Reply.Err, printable(moved.Error()))
		return nil
	}
	return err
}

// lines answers each line of the input by itself. A model of sentences reads no
// input and answers once.
func (o *chatOptions) lines(ctx context.Context, r *run.Run) error {
	if o.Resume != "" {
		return usagef("--resume needs a terminal, or --plain: lines are contexts of their own, and belong to no conversation")
	}
	if err := o.dead(ctx, r); err != nil {
		return err
	}
	contexts := inputs(ctx, o.Reply.In, nil, parseContext)
	if r.Sentences() {
		contexts = only(input{})
	}
	o.Reply.Moves = true
	return o.Reply.answer(ctx, r, contexts)
}

// dead warns of a run whose latent is dead, where no panel shows it.
func (o *chatOptions) dead(ctx context.Context, r *run.Run) error {
	card, err := r.Describe(ctx)
	if err == nil && card.Latent != nil && card.Latent.Verdict != "" {
		warn(o.Reply.Err, []string{"the latent of " + card.Name + " has collapsed: " + card.Latent.Verdict})
	}
	return err
}

// store is where conversations are kept.
func store() conversation.Store {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	return conversation.Store{Dir: conversation.DefaultDir(os.Getenv, home)}
}

// preview is the beginning of a turn that fits into a line of a list.
func preview(turn string) string { return ansi.Truncate(printable(turn), 60, "…") }

// list prints the saved conversations, newest first.
func (o *chatOptions) list() error {
	s := store()
	if s.Dir == "" {
		return errors.New("there is no folder for conversations: set HOME or XDG_STATE_HOME")
	}
	summaries, err := s.List()
	if o.Reply.JSON {
		return cmp.Or(printJSON(o.Reply.Out, append([]conversation.Summary{}, summaries...)), err)
	}
	for _, c := range summaries {
		line := preview(c.Preview)
		if c.Title != "" {
			line = preview(c.Title + ": " + c.Preview)
		}
		if _, err := fmt.Fprintf(o.Reply.Out, "%s  %3d  %s  %s\n", c.ID, c.Exchanges, printable(c.Model), line); err != nil {
			return err
		}
	}
	return err
}
