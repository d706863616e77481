// Command cvae trains dialogue conditional variational autoencoders, measures
// whether their latent variable is alive, and talks with them.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/cvae-go/cvae/dialog/safe"
)

func main() {
	ctx := interruptible()
	os.Exit(supervised(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// exitQuit is the status after SIGQUIT, which asks to leave at once: 128 and its
// number, as a shell has it. Go's own would be that of a wrong command line.
const exitQuit = 131

// interruptible ends at the first SIGINT, SIGTERM, SIGUSR1 or SIGHUP, which comes when the
// terminal is closed, so that work in progress is saved. The second one ends the
// process, once its terminal is restored, and so does SIGQUIT. Under nohup there is no
// SIGHUP.
func interruptible() context.Context {
	screen := &screen{}
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), screenKey{}, screen))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, append(stopping(), syscall.SIGQUIT)...)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		status := exitInterrupted
		if s := <-signals; s == syscall.SIGQUIT {
			status = exitQuit
		} else {
			cancel(errInterrupted)
			if s := <-signals; s == syscall.SIGQUIT {
				status = exitQuit
			}
		}
		screen.restore()
		os.Exit(status)
	}()
	return ctx
}

// whileRead ends also when whoever reads standard output or error has gone, as head, or tee at
// ctrl-C: that is SIGPIPE, which would end the process before it has saved. From then on
// writes fail. Commands that have nothing to save leave the signal to the system.
func whileRead(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	gone := make(chan os.Signal, 1)
	signal.Notify(gone, syscall.SIGPIPE)
	go func() {
		select {
		case <-gone:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx
}

// supervised is execute, with a sentence instead of a stack for a bug.
func supervised(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintln(errs, "cvae: a fault in the program, please report it: "+printable(fmt.Sprint(fault)))
			code = exitFailure
		}
	}()
	return execute(ctx, args, in, out, errs)
}

// execute runs one command line and returns its exit status. Output that is lost is a
// failure, and nothing in it can act on a terminal.
func execute(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	root := newRoot()
	root.SetArgs(bareResume(args))
	root.SetIn(in)
	printed := safe.NewWriter(out)
	root.SetOut(printed)
	root.SetErr(safe.NewWriter(errs))
	command, err := root.ExecuteContextC(ctx)
	if lost := printed.Close(); err == nil && lost != nil {
		err = fmt.Errorf("writing to standard output: %w", lost)
	}
	if err == nil {
		return exitOK
	}
	return complain(errs, command, err)
}
