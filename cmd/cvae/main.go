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
)

func main() {
	ctx := interruptible()
	os.Exit(supervised(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// interruptible ends at the first SIGINT or SIGTERM, so that work in progress
// is saved. The second one ends the process, once its terminal is restored.
func interruptible() context.Context {
	screen := &screen{}
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), screenKey{}, screen))
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel(errInterrupted)
		<-signals
		screen.restore()
		os.Exit(exitInterrupted)
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

// execute runs one command line and returns its exit status.
func execute(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	return complain(errs, command, err)
}
