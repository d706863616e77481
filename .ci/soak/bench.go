package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

var errSkipped = errors.New("not possible here")

// steps is how long the runs of the trials are.
const steps = 60

// A bench has what trials start from.
type bench struct {
	program string
	folder  string // of everything
	trial   string // folder of the trial, in which commands work
	corpus  string
	config  string
	whole   map[string][sha256.Size]byte // last.safetensors of uninterrupted runs, by method
	sound   string                       // a finished run
}

const settings = `preset: tiny
batch: 16
log_interval: 10
encoder: {embedding: 8, hidden: 12}
context: {hidden: 12}
decoder: {hidden: 12, bag_of_words: 8}
latent: {dim: 4, prior: 8, recognition: 8}
`

func newBench(folder string) (b *bench, err error) {
	b = &bench{folder: folder, trial: filepath.Join(folder, "trial"), corpus: filepath.Join(folder, "corpus.jsonl"), config: filepath.Join(folder, "config.yaml"), whole: map[string][sha256.Size]byte{}}
	if b.program, err = build(folder); err != nil {
		return b, err
	}
	var text bytes.Buffer
	for i := range 200 {
		fmt.Fprintf(&text, `{"labels":{"topic":"t%d"},"turns":["do you like the number %d ?","yes , %d is fine","then take %d","thanks"]}`+"\n", i%3, i%7, i%5, i%11)
	}
	if err := errors.Join(os.WriteFile(b.corpus, text.Bytes(), 0o600), os.WriteFile(b.config, []byte(settings), 0o600), b.fresh()); err != nil {
		return b, err
	}
	b.sound = filepath.Join(folder, "sound")
	r := b.run(nil, b.train("bn", b.sound)...)
	if r.status != 0 {
		return b, fmt.Errorf("training: %s", r)
	}
	return b, nil
}

// fresh empties the folder of the trial.
func (b *bench) fresh() error {
	return errors.Join(os.RemoveAll(b.trial), os.MkdirAll(b.trial, 0o700))
}

// train is the command line of a run.
func (b *bench) train(method, out string) []string {
	return []string{"train", "--corpus", b.corpus, "--config", b.config, "--method", method, "--out", out, "--max-steps", fmt.Sprint(steps), "--threads", "1", "--plain"}
}

// goOn is the command line that goes on with a run, or begins it where none is yet.
func (b *bench) goOn(method, out string) []string {
	args := b.train(method, out)
	if _, err := os.Stat(filepath.Join(out, "config.yaml")); err == nil {
		args = append(args, "--resume")
	}
	return args
}

// A result is what came of a command.
type result struct {
	args        []string
	status      int // -1: a signal ended it
	out, errs   string
	late        bool
	residentMiB int64
}

// limit is how long a command may take, on a machine that does other things too.
const limit = 2 * time.Minute

func (b *bench) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, b.program, args...)
	c.Dir, c.WaitDelay = b.trial, time.Second
	c.Env = b.environment()
	return c
}

func (b *bench) environment() []string {
	return append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(b.folder, "cache"), "XDG_STATE_HOME="+filepath.Join(b.folder, "state"))
}

// run runs a command to its end.
func (b *bench) run(in []byte, args ...string) result {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := b.command(ctx, args...)
	var out, errs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(in), &out, &errs
	_ = c.Run() // its status is looked at
	r := result{args: args, status: -1, out: out.String(), errs: errs.String(), late: ctx.Err() != nil}
	if c.ProcessState != nil {
		r.status, r.residentMiB = c.ProcessState.ExitCode(), resident(c.ProcessState)
	}
	return r
}

func (r result) String() string {
	return fmt.Sprintf("cvae %q: status %d, %d MiB: %.600s", r.args, r.status, r.residentMiB, r.errs)
}

// mostMemory is what a command on these small files may use, in MiB.
const mostMemory = 1024

// healthy wants a command to have ended in one of the ways that it may: by a result, or by
// one sentence.
func (r result) healthy() error {
	switch {
	case r.late:
		return fmt.Errorf("it hangs: %s", r)
	case r.status < 0 || r.status > 2:
		return fmt.Errorf("it ended in an odd way: %s", r)
	case strings.Contains(r.errs, "goroutine ") || strings.Contains(r.errs, "a fault in the program"):
		return fmt.Errorf("it broke: %s", r)
	case r.status != 0 && !strings.Contains(r.errs, "cvae: "):
		return fmt.Errorf("it does not say why: %s", r)
	case r.residentMiB > mostMemory:
		return fmt.Errorf("it needs too much memory: %s", r)
	}
	return nil
}

// reference is the checkpoint of an uninterrupted run.
func (b *bench) reference(method string) ([sha256.Size]byte, error) {
	if sum, ok := b.whole[method]; ok {
		return sum, nil
	}
	out := filepath.Join(b.trial, "whole")
	if r := b.run(nil, b.train(method, out)...); r.status != 0 {
		return [sha256.Size]byte{}, fmt.Errorf("training: %s", r)
	}
	sum, err := sumOf(out)
	b.whole[method] = sum
	return sum, err
}

func sumOf(run string) (sum [sha256.Size]byte, err error) {
	text, err := os.ReadFile(filepath.Join(run, "last.safetensors"))
	return sha256.Sum256(text), err
}

// finish goes on with a run to its end and compares it with an uninterrupted one.
func (b *bench) finish(method, out string) error {
	if r := b.run(nil, b.goOn(method, out)...); r.status != 0 {
		return fmt.Errorf("going on: %s", r)
	}
	return b.same(method, out)
}

func (b *bench) same(method, out string) error {
	want, err := b.reference(method)
	if err != nil {
		return err
	}
	got, err := sumOf(out)
	if err == nil && got != want {
		err = fmt.Errorf("the weights of method %s are not those of an uninterrupted run", method)
	}
	return err
}
