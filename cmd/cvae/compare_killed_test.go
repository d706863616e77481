//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// shared is a grid of which the first run takes long enough to be killed in.
const shared = `name: shared
title: two rows
corpus: chat
preset: tiny
max_epochs: 1000000
max_steps: 100
iw: 2
seeds: [1]
rows:
- {method: vae}
- {method: bn, max_steps: 1}
`

// The run of a process that is killed is done by another one in the same folder, which
// waits for it, and ends with the bits of a run that nobody disturbed.
func TestCompareAfterKill(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "shared.yaml"), []byte(shared), 0o600); err != nil {
		t.Fatal(err)
	}
	compare := func(out string) []string {
		return []string{"compare", "--experiment", "shared.yaml", "--threads", "1", "--out", out}
	}
	first := process(t, dir, compare("two")...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Process.Kill() })
	appears(t, filepath.Join(dir, "two", "runs", "vae-*", "state-0.safetensors"))
	second := process(t, dir, compare("two")...)
	var said bytes.Buffer
	second.Stdout, second.Stderr = &said, &said
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Process.Kill() })
	appears(t, filepath.Join(dir, "two", "runs", "bn-*"))
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err == nil {
		t.Fatal("the first process had nothing left to be killed in")
	}
	if err := second.Wait(); err != nil {
		t.Fatalf("%v: %s", err, said.Bytes())
	}
	if out, err := process(t, dir, compare("one")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, row := range []string{"vae", "bn"} {
		if !bytes.Equal(parameters(t, dir, "two", row), parameters(t, dir, "one", row)) {
			t.Errorf("%s: the run of two processes ends with other parameters than that of one", row)
		}
	}
}

// appears waits for a file.
func appears(t *testing.T, pattern string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return
		}
	}
	t.Fatalf("there is no %s after a minute", pattern)
}

// parameters are the last ones of the run of a row.
func parameters(t *testing.T, dir, grid, row string) []byte {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, grid, "runs", row+"-*", rundir.LastFile))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s of %s: %q, %v", row, grid, found, err)
	}
	content, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// A grid on ranks is shown by rank 0, and by one of the others where rank 0 was killed.
func TestCompareLead(t *testing.T) {
	for _, dead := range []bool{false, true} {
		o := &compareOptions{Path: t.TempDir()}
		shows := make(chan bool)
		leads := make([]*lead, 3)
		for r, link := range ranks.Local(3) {
			go func() {
				var err error
				if leads[r], err = o.lead(link); err != nil {
					t.Error(err)
				}
				shows <- true
			}()
		}
		for range leads {
			<-shows
		}
		if dead { // its lock stays behind and is nobody's
			leads[0].end()
			if err := os.WriteFile(filepath.Join(o.Path, rundir.LockFile), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for r, want := range []bool{!dead, dead, false} {
			if dead && r == 0 {
				continue
			}
			if got := leads[r].shows(); got != want {
				t.Errorf("dead %v: rank %d shows: %v, want %v", dead, r, got, want)
			}
		}
		for _, l := range leads {
			l.end()
		}
		if leads[2].shows() {
			t.Error("a rank shows what is shown already")
		}
	}
}
