package rundir

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// steps is the log of the given steps.
func steps(numbers ...int) string {
	var b strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&b, "{\"kind\":\"step\",\"step\":%d}\n", n)
	}
	return b.String()
}

// followed reads what is new in a log.
func followed(t *testing.T, f *Follower) (numbers []int) {
	t.Helper()
	for e, err := range f.Events(t.Context(), func() bool { return false }) {
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, e.Step)
	}
	return numbers
}

func TestFollow(t *testing.T) {
	long := strings.Repeat("x", longestLine+5)
	for _, test := range []struct {
		name    string
		logs    []string // the whole file, look by look; "-": there is none
		want    [][]int
		skipped int // by the last look
	}{
		{"grows", []string{steps(1), steps(1, 2, 3)}, [][]int{{1}, {2, 3}}, 0},
		{"not there yet", []string{"-", steps(1)}, [][]int{nil, {1}}, 0},
		{"unchanged", []string{steps(1), steps(1)}, [][]int{{1}, nil}, 0},
		{"half a line", []string{steps(1) + `{"kind":"st`, steps(1, 2)}, [][]int{{1}, {2}}, 0},
		{"cut back", []string{steps(1, 2, 3), steps(1)}, [][]int{{1, 2, 3}, {1}}, 0},
		{"cut back and grown again", []string{steps(1, 2, 3), steps(1, 4, 5, 6)}, [][]int{{1, 2, 3}, {1, 4, 5, 6}}, 0},
		{"damaged", []string{"\n" + steps(1) + "null\n[1]\n{}\n\x00\xff\n{\"kind\":\"step\",\"step\":1e99}\n" + steps(2)}, [][]int{{1, 2}}, 6},
		{"damage that was cut", []string{"x\n" + steps(1), steps(1)}, [][]int{{1}, {1}}, 0},
		{"a line too long", []string{steps(1) + long + "\n" + steps(2), steps(1) + long + "\n" + steps(2, 3)}, [][]int{{1, 2}, {3}}, 1},
		{"empty", []string{""}, [][]int{nil}, 0},
	} {
		dir := t.TempDir()
		f := Follow(dir)
		for i, log := range test.logs {
			if log != "-" {
				if err := os.WriteFile(filepath.Join(dir, LogFile), []byte(log), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(test.want[i], followed(t, f)); diff != "" {
				t.Errorf("%s, look %d: %s", test.name, i+1, diff)
			}
		}
		if f.Skipped() != test.skipped {
			t.Errorf("%s: %d lines skipped, want %d", test.name, f.Skipped(), test.skipped)
		}
	}
}

// What a run logs while it is followed comes, until it no longer runs.
func TestFollowWaits(t *testing.T) {
	d := create(t, t.TempDir(), false)
	l := openLog(t, d, 0)
	appendAll(t, l, dialog.Event{Kind: dialog.Stepped, Step: 1})
	looks := 0
	isLive := func() bool {
		looks++
		if looks == 2 {
			appendAll(t, l, dialog.Event{Kind: dialog.Validated, Step: 2})
		}
		return looks < 3
	}
	var got []int
	for e, err := range Follow(d.path).Events(t.Context(), isLive) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Step)
	}
	if diff := cmp.Diff([]int{1, 2}, got); diff != "" || looks != 3 {
		t.Errorf("%d looks, %s", looks, diff)
	}
}

func TestFollowEnds(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, LogFile), []byte(steps(1, 2, 3)), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range Follow(dir).Events(ctx, nil) {
		cancel()
	}
	for range Follow(dir).Events(t.Context(), nil) {
		break
	}
	if err := os.Remove(filepath.Join(dir, LogFile)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, LogFile), 0o777); err != nil {
		t.Fatal(err)
	}
	var fault error
	for _, err := range Follow(dir).Events(t.Context(), nil) {
		fault = err
	}
	if fault == nil || !strings.Contains(fault.Error(), filepath.Join(dir, LogFile)) {
		t.Errorf("a folder as log: %v", fault)
	}
}

// Whatever the log holds is read to its end, every whole line once.
func FuzzFollow(f *testing.F) {
	for _, s := range []string{"", steps(1, 2), "{\"kind\":\"samples\",\"samples\":[{\"responses\":[\"\x1b[2J\"]}]}\n", "x\n\n{", "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, LogFile), log, 0o666); err != nil {
			t.Fatal(err)
		}
		follower := Follow(dir)
		if read := len(followed(t, follower)) + follower.Skipped(); read != strings.Count(string(log), "\n") {
			t.Errorf("%d of %d lines are read", read, strings.Count(string(log), "\n"))
		}
	})
}

func TestRunning(t *testing.T) {
	dir := t.TempDir()
	if pid, ok := Running(dir); ok {
		t.Errorf("process %d trains in an empty folder", pid)
	}
	holder, line := startHolder(t, dir)
	if line != "locked" {
		t.Fatal(line)
	}
	for range 2 { // looking changes nothing
		if pid, ok := Running(dir); !ok || pid != holder.Process.Pid {
			t.Errorf("process %d, %v; want %d", pid, ok, holder.Process.Pid)
		}
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // it was killed
	if pid, ok := Running(dir); ok {
		t.Errorf("process %d trains after it was killed", pid)
	}
	create(t, dir, true)
	if pid, ok := Running(dir); !ok || pid != os.Getpid() {
		t.Errorf("process %d, %v; want %d", pid, ok, os.Getpid())
	}
}
