package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tui/watch"
)

// watchOptions are the flags of watch.
type watchOptions struct {
	Path     string // of the run
	Plain    bool   // lines instead of the view, also on a terminal
	In       io.Reader
	Out, Err io.Writer
}

func newWatch(runF func(context.Context, *watchOptions) error) *cobra.Command {
	o := &watchOptions{}
	c := &cobra.Command{
		Use:   "watch RUN",
		Short: "Watch a run that another process trains, or look back at one",
		Long: `Watch a run that another process trains, or look back at one.

On a terminal it shows what cvae train shows, until q is pressed. Otherwise it
prints the lines that cvae train prints, until the run ends.`,
		Example: `  cvae watch runs/a
  cvae watch runs/a | grep validation`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Path = args[0]
			o.In, o.Out, o.Err = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.Plain, "plain", false, "print lines instead of the training view")
	return c
}

func runWatch(ctx context.Context, o *watchOptions) error {
	if o.Path == run.StartBuiltin {
		return usagef("the built-in model has no log to look back at: it was trained elsewhere; cvae explore %s shows its latent space", o.Path)
	}
	c, err := run.ReadConfig(o.Path)
	if errors.Is(err, run.ErrNoRun) {
		return fmt.Errorf("%w; cvae train --out %s starts a run there", err, safe.Argument(o.Path))
	}
	if err != nil {
		return err
	}
	w := &watcher{path: o.Path, log: rundir.Follow(o.Path)}
	if o.Plain || !isInteractive(o.In, o.Out) {
		err = w.print(ctx, o)
	} else {
		err = w.show(ctx, o, titleOf(c, o.Path))
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// A watcher knows how a run goes that another process trains.
type watcher struct {
	path    string
	log     *rundir.Follower
	isKnown bool   // how it ended
	ending  string // of the run, since no process trains it
}

// print prints lines until the run ends.
func (w *watcher) print(ctx context.Context, o *watchOptions) error {
	isLive := func() bool { _, ok := rundir.Running(w.path); return ok }
	lines := &printer{o.Out}
	for e, err := range w.log.Events(ctx, isLive) {
		if err != nil {
			return err
		}
		lines.Report(e)
	}
	if ctx.Err() == nil {
		fmt.Fprintln(o.Err, "the run is "+w.state().Text)
	}
	return nil
}

// show shows the view until the user leaves.
func (w *watcher) show(ctx context.Context, o *watchOptions, title string) error {
	feed := watch.NewFeed()
	go func() {
		for e, err := range w.log.Events(ctx, nil) {
			if err != nil {
				feed.Close(err)
				return
			}
			feed.Report(e)
		}
		feed.Close(nil)
	}()
	return hold(ctx, o.In, raw(o.Out), func(ctx context.Context) error {
		return watch.Show(ctx, watch.Run{Title: title, Feed: feed, State: w.state}, o.In, raw(o.Out))
	})
}

// state says in words how the run is.
func (w *watcher) state() watch.State {
	pid, live := rundir.Running(w.path)
	if live {
		w.isKnown = false
		return watch.State{Text: w.counted(fmt.Sprintf("training in process %d", pid)), Live: true}
	}
	if !w.isKnown {
		w.ending, w.isKnown = ending(w.path), true
	}
	return watch.State{Text: w.counted(w.ending)}
}

// counted adds how many lines of the log could not be read.
func (w *watcher) counted(text string) string {
	if n := w.log.Skipped(); n > 0 {
		text += fmt.Sprintf(" (%s lines of its log are damaged and left out)", grouped(n))
	}
	return text
}

// ending says how a run ended that no process trains.
func ending(path string) string {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "gone: its folder was deleted or moved"
	}
	reason, err := run.Ended(path)
	switch {
	case err != nil:
		return "not readable: " + printable(err.Error())
	case reason == "" && !rundir.Trained(path):
		return "without a checkpoint, as one that was imported: it replies, and cannot be resumed"
	case reason == "":
		return "interrupted"
	}
	return "finished: " + reason
}
