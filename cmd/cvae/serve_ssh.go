package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	gossh "golang.org/x/crypto/ssh"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve"
	"github.com/cvae-go/cvae/cvae/serve/batch"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tui/chat"
	"github.com/cvae-go/cvae/tui/conversation"
	"github.com/cvae-go/cvae/tui/sshchat"
)

// sshOptions are the flags of serve that are of SSH.
type sshOptions struct {
	sshchat.Options
	Listen string // empty: not at all
	Keys   string // file of those that may come in
}

func (o *sshOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.Listen, "ssh", "", "`address` to chat on over SSH, :PORT or host:port; port 0: any that is free")
	f.StringVar(&o.Keys, "authorized-keys", "", "`file` of the public keys that may chat over SSH, in the format of OpenSSH")
	f.IntVar(&o.Sessions, "sessions", o.Sessions, "most chats over SSH at a time; more are told to come again")
	f.DurationVar(&o.Idle, "idle", o.Idle, "time without a key after which a chat over SSH ends")
}

// validate checks the flags and reads the keys.
func (o *sshOptions) validate(warnings io.Writer) (err error) {
	switch {
	case o.Sessions < 1 || o.Sessions > 1e5:
		return usagef("--sessions is %d; it must be from 1 to 100000", o.Sessions)
	case o.Idle < time.Second || o.Idle > 7*24*time.Hour:
		return usagef("--idle is %s; it must be from 1s to 168h", o.Idle)
	case o.Listen == "" && o.Keys != "":
		return usagef("--authorized-keys is of SSH; add --ssh :2222")
	case o.Listen == "":
		return nil
	}
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return usagef("--ssh is %q; it must be :PORT or host:port, such as :2222", o.Listen)
	}
	if o.Keys != "" {
		o.Authorized, err = readKeys(o.Keys, warnings)
		return err
	}
	if host == "" {
		host = "127.0.0.1"
		o.Listen = net.JoinHostPort(host, port)
	}
	if !serve.IsLoopback(host) {
		return usagef("--ssh %s is open to other machines; name the keys that may come in by --authorized-keys, or listen on 127.0.0.1", o.Listen)
	}
	return nil
}

// readKeys reads the keys that may come in, and warns where others can add some.
func readKeys(path string, warnings io.Writer) (*sshchat.Authorized, error) {
	keys, err := sshchat.NewAuthorized(path)
	if err != nil {
		return nil, usageError{fmt.Errorf("--authorized-keys: %w", err)}
	}
	if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		warn(warnings, []string{fmt.Sprintf("others can write %s and so let themselves in; chmod 600 keeps them from it", path)})
	}
	return keys, nil
}

// chats listens for clients of SSH.
func (o *serveOptions) chats(ctx context.Context, s *serve.Server) (*sshchat.Server, net.Listener, error) {
	options := o.SSH.Options
	home, _ := os.UserHomeDir() // none is empty
	dir := conversation.StateDir(os.Getenv, home)
	if dir == "" {
		return nil, nil, errors.New("the SSH server has no folder for its key; set HOME or XDG_STATE_HOME")
	}
	var err error
	if options.HostKey, err = sshchat.HostKey(dir); err != nil {
		return nil, nil, err
	}
	open, err := guests(s, o.Server.Timeout)
	if err != nil {
		return nil, nil, err
	}
	options.Open, options.Drain, options.Log = open, o.Server.Drain, o.Err
	server, err := sshchat.New(options)
	if err != nil {
		return nil, nil, err
	}
	l, err := listen(ctx, "--ssh", o.SSH.Listen)
	if err != nil {
		return nil, nil, err
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil, nil, err
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "HOST"
	}
	fmt.Fprintf(o.Err, "chat by ssh -p %s %s, on %s; key of this server: %s; models: %s\n", port, host, l.Addr(), gossh.FingerprintSHA256(options.HostKey.PublicKey()), printable(strings.Join(s.IDs(), ", ")))
	return server, l, nil
}

// guests gives each user the model of that name, or the first.
func guests(s *serve.Server, most time.Duration) (func(string) (dialog.Responder, chat.Options), error) {
	type model struct {
		guest
		options chat.Options
	}
	models := map[string]model{}
	ids := s.IDs()
	for _, id := range ids {
		responder, err := s.Responder(id)
		if err != nil {
			return nil, err
		}
		m := model{guest: guest{responder, id, most}}
		m.options.Settings = responder.Sampling()
		m.options.Settings.NoRepeat = chat.NoRepeat
		m.options.Knows, m.options.Examples = welcome(responder.Run)
		if responder.Dir != run.BuiltinName {
			m.options.Knows = "It learnt from " + printable(filepath.Base(responder.Config.Corpus)) + "." // and not where that is
		}
		models[id] = m
	}
	return func(user string) (dialog.Responder, chat.Options) {
		m, ok := models[user]
		if !ok {
			m = models[ids[0]]
		}
		return m.guest, m.options
	}, nil
}

// mostGuests is the most candidates that a guest may ask for.
const mostGuests = 128

// A guest asks as those of other machines may: for so much, for so long, and without
// being told where anything is on this machine.
type guest struct {
	batch.Responder
	id   string
	most time.Duration
}

// Describe implements dialog.Responder.
func (g guest) Describe(ctx context.Context) (dialog.Card, error) {
	card, err := g.Responder.Describe(ctx)
	card.Name = g.id
	return card, err
}

// Respond implements dialog.Responder.
func (g guest) Respond(ctx context.Context, q dialog.Request, stream func(dialog.Delta)) (dialog.Reply, error) {
	if q.N > mostGuests {
		return dialog.Reply{}, fmt.Errorf("at most %d candidates can be asked for here", mostGuests)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, g.most, fmt.Errorf("it took longer than %s", g.most))
	defer cancel()
	reply, err := g.Responder.Respond(ctx, q, stream)
	switch {
	case errors.Is(err, batch.ErrFull):
		err = errors.New("too many ask at the moment; ^r asks again")
	case errors.Is(err, context.DeadlineExceeded):
		err = context.Cause(ctx)
	}
	return reply, err
}

// CheckRank is that of the run.
func (g guest) CheckRank(k dialog.Rank) error {
	if g.Responder.CheckRank(k) != nil {
		return errors.New("the server has no language model to rank with")
	}
	return nil
}

// turns is a writer that several write to, one after the other.
type turns struct {
	mu sync.Mutex
	to io.Writer
}

// Write implements io.Writer.
func (t *turns) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.to.Write(p)
}
