package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve"
	"github.com/cvae-go/cvae/cvae/serve/explore"
	"github.com/cvae-go/cvae/dialog"
)

// exploreOptions are the arguments and flags of explore.
type exploreOptions struct {
	Path    string // of the run; empty: the built-in model
	Listen  string
	Split   string
	Source  source
	Labels  map[string]string
	Seed    uint64
	Threads int
	Err     io.Writer
}

func newExplore(runF func(context.Context, *exploreOptions) error) *cobra.Command {
	o := &exploreOptions{}
	c := &cobra.Command{
		Use: "explore [RUN]", Short: "Look at the latent space of a run in a browser",
		Long: `Look at the latent space of a run in a browser. The page shows where real responses
of the corpus lie, the prior of what you say, and candidates; a click on any place
decodes it. Without RUN it is the built-in model.

It is the server of cvae serve with one page more, for this machine alone.`,
		Example: `  cvae explore
  cvae explore run --listen 127.0.0.1:9000`,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.Path = args[0]
			}
			o.Err = c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Listen, "listen", defaultListen, "`address` of this machine to listen on, host:port; port 0: any that is free")
	f.StringVar(&o.Split, "split", string(dialog.Valid), "split whose responses are on the map: train, valid or test")
	addSource(f, &o.Source, "the run's")
	addLabels(f, &o.Labels)
	f.Uint64Var(&o.Seed, "seed", 1, "seed of all random numbers")
	addThreads(c, &o.Threads)
	return c
}

func runExplore(ctx context.Context, o *exploreOptions) error {
	if err := cmp.Or(checkSplit(o.Split), o.Source.validate()); err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil || !serve.IsLoopback(host) {
		return usagef("--listen is %q; the page is for this machine alone, so it must be such as %s", o.Listen, defaultListen)
	}
	return question(openRun, o.Path, o.Threads, o.Labels, o.Err, func(r *run.Run) error {
		if r.Dir == run.BuiltinName && o.Source.Corpus == "" {
			o.Source.Corpus = "builtin" // what the built-in model learnt from may not be here
		}
		c, err := o.Source.open(r, o.Err)
		if err != nil {
			return err
		}
		space, err := explore.NewSpace(ctx, r, c, dialog.Split(o.Split), o.Seed)
		if err != nil {
			return err
		}
		options := serve.DefaultOptions()
		options.Log = o.Err
		s, err := serve.New([]*run.Run{r}, options)
		if err != nil {
			return err
		}
		defer s.Close()
		return o.serve(ctx, s, r, space)
	})
}

// serve shows the page until ctx ends.
func (o *exploreOptions) serve(ctx context.Context, s *serve.Server, r *run.Run, space *explore.Space) error {
	responder, err := s.Responder("")
	if err != nil {
		return err
	}
	h, err := explore.NewHandler(ctx, space, responder, r.Sampling(), o.Labels)
	if err != nil {
		return err
	}
	for pattern, handle := range h.Routes() {
		s.Handle(pattern, handle)
	}
	l, err := listen(ctx, "--listen", o.Listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Err, "open http://%s/ in a browser\n", l.Addr())
	return s.Serve(ctx, l)
}
