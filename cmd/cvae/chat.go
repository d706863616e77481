package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run"
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
	Resume string // ID of a saved conversation
	List   bool   // the saved conversations
	Plain  bool   // lines instead of the chat, also on a terminal
	Given  bool   // at least one setting of the candidates
}

func newChat(runF func(context.Context, *chatOptions) error) *cobra.Command {
	o := &chatOptions{Reply: replyOptions{Sampling: dialog.DefaultSampling()}}
	c := &cobra.Command{
		Use: "chat [RUN]", Short: "Talk with a model in the terminal",
		Long: `Talk with a model in the terminal: every turn has several candidates, each from
its own place in latent space, which is shown beside them. Without RUN it is the
built-in model. /help in the chat lists its commands and keys. Conversations are
saved after every turn; --list lists them and --resume continues one, without
RUN with the run that it was held with.

Where standard input or output is no terminal, every line of the input is a
context of its own, as in cvae reply, and its candidates are printed.`,
		Example: `  cvae chat
  cvae chat run --seed 7 -n 8 --temperature 0.7
  cvae chat run --json < contexts.txt`,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.Reply.Path = args[0]
			}
			o.Reply.In, o.Reply.Out, o.Reply.Err = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			o.Reply.Tempered = c.Flags().Changed("temperature")
			for _, name := range []string{"number", "temperature", "top-p", "top-k", "prior-scale", "seed"} {
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
	f.StringVar(&o.Resume, "resume", "", "continue the saved conversation with this `ID`, or with the only ID that begins with it")
	f.BoolVar(&o.List, "list", false, "list the saved conversations, and stop")
	f.BoolVar(&o.Plain, "plain", false, "print answers as lines instead of the chat")
	f.BoolVar(&o.Reply.JSON, "json", false, "print a line of JSON for each answer, or with --list one list")
	addThreads(c, &o.Reply.Threads)
}

func runChat(ctx context.Context, o *chatOptions) error {
	if err := cmp.Or(checkSampling(o.Reply.Sampling), checkThreads(o.Reply.Threads)); err != nil {
		return err
	}
	if o.List {
		return o.list()
	}
	if o.Resume != "" && o.Reply.Path == "" && o.isTalk() {
		if err := o.partner(); err != nil {
			return err
		}
	}
	return question(openRun, o.Reply.Path, o.Reply.Threads, o.Reply.Sampling.Labels, o.Reply.Err, func(r *run.Run) error {
		if o.isTalk() {
			return o.talk(ctx, r)
		}
		return o.lines(ctx, r)
	})
}

// isTalk reports whether there is a chat, and not lines.
func (o *chatOptions) isTalk() bool {
	return !o.Reply.JSON && !o.Plain && isInteractive(o.Reply.In, o.Reply.Out)
}

// partner makes the run that a conversation was held with the one that goes on
// with it.
func (o *chatOptions) partner() error {
	c, err := store().Load(o.Resume)
	if err != nil || c.Model == run.BuiltinName {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Model, rundir.ConfigFile)); err != nil {
		return usagef("the conversation %s was held with the run %s, which is not there; name a run: cvae chat RUN --resume %s", printable(c.ID), printable(c.Model), printable(c.ID))
	}
	o.Reply.Path = c.Model
	return nil
}

// talk shows the chat.
func (o *chatOptions) talk(ctx context.Context, r *run.Run) error {
	err := hold(ctx, o.Reply.In, raw(o.Reply.Out), func(ctx context.Context) error {
		return chat.Run(ctx, r, chat.Options{
			Settings: o.Reply.sampling(r), Keep: o.Given, Store: store(), Resume: o.Resume, In: o.Reply.In, Out: raw(o.Reply.Out),
		})
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
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
		return usagef("--resume needs a terminal: lines are contexts of their own, and belong to no conversation")
	}
	contexts := inputs(ctx, o.Reply.In, parseContext)
	if r.Sentences() {
		contexts = only(input{})
	}
	return o.Reply.answer(ctx, r, contexts)
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
		if _, err := fmt.Fprintf(o.Reply.Out, "%s  %3d  %s  %s\n", c.ID, c.Exchanges, printable(c.Model), preview(c.Preview)); err != nil {
			return err
		}
	}
	return err
}
