package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// kill ends training at random moments, with the signals that people and systems send,
// until it is done: the weights are those of an uninterrupted run.
func kill(b *bench, r *rand.Rand) error {
	method, out := pick(r, "vae", "bn", "scale", "agg", "skip"), filepath.Join(b.trial, "run")
	if _, err := b.reference(method); err != nil {
		return err
	}
	for range 1 + r.IntN(4) {
		c := b.command(context.Background(), b.goOn(method, out)...)
		if err := c.Start(); err != nil {
			return err
		}
		wait := time.Duration(r.IntN(int(1500 * time.Millisecond)))
		time.Sleep(wait)
		_ = c.Process.Signal(pick(r, syscall.SIGKILL, syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT)) // it may have ended
		if err := ends(c); err != nil {
			return err
		}
	}
	return b.finish(method, out)
}

// ends waits for a process that was told to end. One that does not is made to print what it
// is doing.
func ends(c *exec.Cmd) error {
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	select {
	case <-done: // however it ended
		return nil
	case <-time.After(limit):
	}
	_ = c.Process.Signal(syscall.SIGABRT) // the runtime prints its goroutines
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		_ = c.Process.Kill()
	}
	return errors.New("it does not end after a signal")
}

// damage changes a file of a run and runs a command on it: it says what is wrong or does
// its work, and no damaged weight or token is taken.
func damage(b *bench, r *rand.Rand) error {
	out := filepath.Join(b.trial, "run")
	if err := os.CopyFS(out, os.DirFS(b.sound)); err != nil {
		return err
	}
	files, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	file := pick(r, files...).Name()
	how, err := spoil(r, filepath.Join(out, file))
	if err != nil {
		return err
	}
	in, args := []byte("hello\n"), pick(r,
		[]string{"reply", out, "do you like tea ?"}, []string{"chat", out}, []string{"eval", out, "--iw", "0"},
		[]string{"train", "--resume", "--out", out, "--max-steps", fmt.Sprint(steps + 5), "--threads", "1"},
		[]string{"train", "--init", out, "--corpus", b.corpus, "--config", b.config, "--out", filepath.Join(b.trial, "next"), "--max-steps", "3", "--threads", "1"},
		[]string{"check", out}, []string{"check", out, "--repair"}, []string{"watch", out, "--plain"}, []string{"probe", out, "--labels", "topic"},
		[]string{"report", out, "--out", filepath.Join(b.trial, "report"), "--lm-steps", "0", "--max-contexts", "3"})
	result := b.run(in, args...)
	if err := result.healthy(); err != nil {
		return fmt.Errorf("%s %s: %w", file, how, err)
	}
	critical := file == "model.safetensors" || file == "tokenizer.json"
	reads := args[0] == "reply" || args[0] == "eval" || args[0] == "chat" || args[0] == "probe"
	if critical && reads && result.status == 0 && !strings.Contains(result.errs, "warning: ") {
		return fmt.Errorf("%s %s is taken unseen: %s", file, how, result)
	}
	return nil
}

// spoil damages a file in one of the ways in which files are.
func spoil(r *rand.Rand, path string) (how string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	switch how = pick(r, "flipped", "flipped", "flipped", "cut", "empty", "scribbled", "missing", "a pipe", "endless", "a folder"); how {
	case "flipped":
		text[r.IntN(len(text))] ^= 1 << r.IntN(8)
	case "cut":
		text = text[:r.IntN(len(text))]
	case "empty":
		text = nil
	case "scribbled":
		for range 1 + r.IntN(64) {
			text[r.IntN(len(text))] = byte(r.Uint32())
		}
	default:
		return how, errors.Join(os.Remove(path), special(how, path))
	}
	return how, os.WriteFile(path, text, 0o600)
}

func special(how, path string) error {
	switch how {
	case "a pipe":
		return pipe(path)
	case "endless":
		return os.Symlink("/dev/zero", path)
	case "a folder":
		return os.Mkdir(path, 0o700)
	}
	return nil // missing
}

// fullDisk trains on a disk that fills up; once there is room the run goes on from its last
// checkpoint.
func fullDisk(b *bench, r *rand.Rand) error {
	disk := filepath.Join(b.trial, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		return err
	}
	unmount, err := mount(disk, fmt.Sprintf("%dk", 4+r.IntN(400)))
	if err != nil {
		return errSkipped
	}
	defer unmount()
	out := filepath.Join(disk, "run")
	first := b.run(nil, b.train("bn", out)...)
	if err := first.healthy(); err != nil {
		return err
	}
	if first.status != 0 && !strings.Contains(first.errs, "no space left") {
		return fmt.Errorf("it does not say that the disk is full: %s", first)
	}
	if _, err := mount(disk, "64m"); err != nil {
		return err
	}
	return b.finish("bn", out)
}

// mutatedInput gives commands files that somebody else made, with some of their bytes changed.
func mutatedInput(b *bench, r *rand.Rand) error {
	seeds := []string{b.corpus, b.config, filepath.Join(b.sound, "tokenizer.json"), filepath.Join(b.sound, "model.safetensors"), filepath.Join(b.sound, "log.jsonl")}
	text, err := os.ReadFile(pick(r, seeds...))
	if err != nil {
		return err
	}
	text = text[:min(len(text), 1+r.IntN(20000))]
	for range 1 + r.IntN(40) {
		at := r.IntN(len(text))
		switch r.IntN(4) {
		case 0:
			text[at] = byte(r.Uint32())
		case 1:
			text = append(text[:at:at], text[min(len(text), at+r.IntN(50)):]...)
		case 2:
			text = append(text[:at:at], append([]byte(pick(r, "\x00", "\xff\xfe", "\u202e", "\x1b[2J", "{", "\"", "\n\n", "999999999999", "\t", "<", "PAR1")), text[at:]...)...)
		case 3:
			piece := text[at:min(len(text), at+r.IntN(200))]
			text = append(text[:at:at], append(append([]byte{}, piece...), text[at:]...)...)
		}
		if len(text) == 0 {
			text = []byte{0}
		}
	}
	path := filepath.Join(b.trial, "input"+pick(r, ".txt", ".jsonl", ".json", ".tsv", ".yaml", ".csv", ".parquet", ""))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	formats := []string{"dailydialog", "jsonl", "sentences", "labelled", "tsv", "text", "sharegpt", "parlai", "personachat", "chatterbot", "multiwoz", "huggingface", "meld", "oasst"}
	return b.run(text, pick(r,
		[]string{"corpus", "stats", path}, []string{"corpus", "stats", path, "--format", pick(r, formats...), "--skip-bad"}, []string{"corpus", "show", path, "--format", pick(r, formats...)},
		[]string{"train", "--config", path, "--dry-run", "--corpus", b.corpus, "--max-steps", "2"}, []string{"train", "--dry-run", "--corpus", path, "--max-steps", "2"},
		[]string{"train", "--dry-run", "--corpus", b.corpus, "--config", b.config, "--set", "tokenizer.kind=file", "--set", "tokenizer.file=" + path},
		[]string{"train", "--dry-run", "--corpus", b.corpus, "--config", b.config, "--set", "embedding.init=" + path},
		[]string{"probe", b.sound, "--labels", path}, []string{"score", b.sound, path}, []string{"score", b.sound}, []string{"reply", b.sound}, []string{"chat", b.sound, "--json"},
	)...).healthy()
}

// race trains in one run twice at once: one of the two is refused, by the name of the
// other, and the weights are those of one.
func race(b *bench, r *rand.Rand) error {
	if _, err := b.reference("bn"); err != nil {
		return err
	}
	out := filepath.Join(b.trial, "run")
	first := b.command(context.Background(), b.train("bn", out)...)
	if err := first.Start(); err != nil {
		return err
	}
	time.Sleep(time.Duration(r.IntN(int(400 * time.Millisecond))))
	second := b.run(nil, b.goOn("bn", out)...)
	if err := errors.Join(ends(first), second.healthy()); err != nil {
		return err
	}
	if second.status != 0 && !strings.Contains(second.errs, "in use by") && !strings.Contains(second.errs, "not empty") {
		return fmt.Errorf("the second is refused for another reason: %s", second)
	}
	return b.finish("bn", out)
}
