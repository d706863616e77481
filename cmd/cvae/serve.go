package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/tui/sshchat"
)

// serveOptions are the arguments and flags of serve.
type serveOptions struct {
	Paths     []string // of runs; none: the built-in model
	Listen    string
	TokenFile string
	Server    serve.Options
	SSH       sshOptions
	Web       bool // HTTP is answered
	Threads   int
	Precision cvae.Precision
	Err       io.Writer
}

// defaultListen is where a server listens.
const defaultListen = "127.0.0.1:8642"

func newServe(runF func(context.Context, *serveOptions) error) *cobra.Command {
	o := &serveOptions{Server: serve.DefaultOptions(), SSH: sshOptions{Options: sshchat.DefaultOptions()}}
	c := &cobra.Command{
		Use: "serve [RUN…]", Short: "Answer clients of the OpenAI API over HTTP, and chat over SSH",
		Long: `Answer clients of the OpenAI API over HTTP: /v1/models, /v1/chat/completions,
/v1/completions for models of sentences, /v1/embeddings, /health and /metrics.

Each RUN is a model, named after its folder; without RUN it is the built-in model,
named builtin. n asks for several responses, each from its own place in latent
space. What the API has no place for stands under the key cvae: z, labels and
prior_scale in requests, z, log_prob and prior_distance in answers.

The server is for its own machine unless --listen says otherwise, and then it
needs --token-file. An interruption or SIGTERM lets it finish what runs.

--ssh serves the chat to clients of SSH, alone or, with --listen, beside HTTP. The
name of the user is that of a model; any other gets the first. Nobody can run a
command, reach a file or forward a port there, and what is said is kept nowhere.
:PORT is of this machine alone, and of all its addresses with --authorized-keys,
which every address that others can reach needs.`,
		Example: `  cvae serve
  cvae serve run other --listen 127.0.0.1:9000
  cvae serve run --listen 0.0.0.0:8642 --token-file token
  cvae serve --ssh :2222
  cvae serve run --ssh :2222 --authorized-keys keys`,
		Args: arguments(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, args []string) error {
			o.Paths, o.Err = args, c.ErrOrStderr()
			o.Web = o.SSH.Listen == "" || c.Flags().Changed("listen") || c.Flags().Changed("token-file")
			return runF(c.Context(), o)
		},
	}
	o.addFlags(c)
	o.SSH.addFlags(c)
	return c
}

func (o *serveOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.Listen, "listen", defaultListen, "`address` to listen on, host:port; port 0: any that is free")
	f.StringVar(&o.TokenFile, "token-file", "", "`file` that holds the token which clients must send")
	f.IntVar(&o.Server.Waiting, "queue", o.Server.Waiting, "most requests that wait for a model; more are told to come again")
	f.IntVar(&o.Server.Rows, "rows", o.Server.Rows, "most responses that are decoded in one pass")
	f.DurationVar(&o.Server.Timeout, "timeout", o.Server.Timeout, "most time for an answer")
	f.DurationVar(&o.Server.Drain, "drain", o.Server.Drain, "most time to finish answers, and for chats to end, when the server is to stop")
	addThreads(c, &o.Threads)
	addPrecision(c, &o.Precision)
}

// validate checks the flags and reads the token.
func (o *serveOptions) validate() (err error) {
	switch s := o.Server; {
	case s.Waiting < 1 || s.Waiting > 1e6:
		return usagef("--queue is %d; it must be from 1 to 1000000", s.Waiting)
	case s.Rows < 1 || s.Rows > 1e5:
		return usagef("--rows is %d; it must be from 1 to 100000", s.Rows)
	case s.Timeout <= 0 || s.Timeout > 24*time.Hour:
		return usagef("--timeout is %s; it must be above 0 and at most 24h", s.Timeout)
	case s.Drain < 0 || s.Drain > 24*time.Hour:
		return usagef("--drain is %s; it must be from 0 to 24h", s.Drain)
	}
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return usagef("--listen is %q; it must be host:port, such as %s", o.Listen, defaultListen)
	}
	if o.TokenFile != "" {
		o.Server.Token, err = readToken(o.TokenFile, o.Err)
		return err
	}
	if !serve.IsLoopback(host) {
		return usagef("--listen %s is open to other machines; give a token by --token-file, or listen on 127.0.0.1", o.Listen)
	}
	return nil
}

// mostToken is the most bytes of a token.
const mostToken = 4096

// readToken reads a token, and warns where others can.
func readToken(path string, warnings io.Writer) (string, error) {
	text, err := regular.Read(path, mostToken)
	if err != nil {
		return "", usageError{fmt.Errorf("reading the token: %w", err)}
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", usagef("the token in %s is empty", path)
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", usagef("the token in %s must be one word of printable ASCII characters", path)
	}
	if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		warn(warnings, []string{fmt.Sprintf("others can read the token in %s; chmod 600 keeps it from them", path)})
	}
	return token, nil
}

func runServe(ctx context.Context, o *serveOptions) error {
	if err := cmp.Or(checkThreads(o.Threads), o.validate()); err != nil {
		return err
	}
	if err := o.SSH.validate(o.Err); err != nil {
		return err
	}
	o.Err = &turns{to: o.Err}
	return serving(o.Paths, o.Threads, o.Precision, o.Server, o.Err, func(s *serve.Server) error { return o.serve(ctx, s) })
}

// serving opens runs, or the built-in model, and makes a server of them.
func serving(paths []string, threads int, precision cvae.Precision, options serve.Options, errs io.Writer, use func(*serve.Server) error) error {
	if len(paths) == 0 {
		paths = []string{""}
	}
	var runs []*run.Run
	for _, path := range paths {
		r, err := openIn(precision)(path, threads)
		if err != nil {
			return err
		}
		defer r.Close()
		warned(errs, r)
		runs = append(runs, r)
	}
	options.Log = errs
	s, err := serve.New(runs, options)
	if err != nil {
		return err
	}
	defer s.Close()
	return use(s)
}

// serve listens until ctx ends, which is how a server is stopped. Where one of two
// servers cannot go on, the other stops.
func (o *serveOptions) serve(ctx context.Context, s *serve.Server) error {
	both, ctx := errgroup.WithContext(ctx)
	if o.SSH.Listen != "" {
		chats, l, err := o.chats(ctx, s)
		if err != nil {
			return err
		}
		defer l.Close() // where HTTP cannot begin
		both.Go(func() error { return chats.Serve(ctx, l) })
	}
	if o.Web {
		l, err := listen(ctx, "--listen", o.Listen)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.Err, "listening on http://%s/v1, models: %s\n", l.Addr(), printable(strings.Join(s.IDs(), ", ")))
		both.Go(func() error { return s.Serve(ctx, l) })
	}
	return both.Wait()
}

// listen listens on the address that a flag names. 0.0.0.0 is every address of IPv4, and
// not those of IPv6 too.
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	network := "tcp"
	if at, err := netip.ParseAddrPort(address); err == nil && at.Addr().Is4() {
		network = "tcp4"
	}
	l, err := new(net.ListenConfig).Listen(ctx, network, address)
	if err == nil {
		return l, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("listening: %w; choose a port above 1023", err)
	}
	return nil, fmt.Errorf("listening: %w; choose another address by %s, port 0 for any that is free", err, flag)
}
