package kernel

import (
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestNewTeamErrors(t *testing.T) {
	for _, c := range []struct {
		threads int
		path    Path
		want    string
	}{{0, PureGo, "at least 1 thread"}, {-3, PureGo, "at least 1 thread"}, {1, "sse9", `"sse9" is not available`}, {1, "", "not available"}} {
		if _, err := NewTeam(c.threads, c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("NewTeam(%d, %q) gave error %v, want one with %q", c.threads, c.path, err, c.want)
		}
	}
}

func TestPaths(t *testing.T) {
	paths := Paths()
	if paths[0] != PureGo || paths[len(paths)-1] != Best() {
		t.Errorf("Paths() = %q, Best() = %q", paths, Best())
	}
	for _, p := range strings.Split(*require, ",") {
		if p != "" && !slices.Contains(paths, Path(p)) {
			t.Errorf("path %s is required; this CPU and build have %q", p, paths)
		}
	}
}

func TestRunClaimsEachTaskOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		team := newTeam(t, threads, PureGo)
		for _, tasks := range []int{0, 1, 2, 3, 7, 64, 1000, 5000} {
			counts := make([]atomic.Int32, tasks)
			busy := make([]atomic.Int32, threads)
			team.Run(tasks, func(task, worker int) {
				if busy[worker].Add(1) != 1 {
					t.Errorf("worker %d has two tasks at once", worker)
				}
				counts[task].Add(1)
				busy[worker].Add(-1)
			})
			for i := range counts {
				if n := counts[i].Load(); n != 1 {
					t.Fatalf("%d threads, %d tasks: task %d ran %d times", threads, tasks, i, n)
				}
			}
		}
	}
}

// Two tasks that wait for each other end only if two workers run them.
func TestRunUsesHelpers(t *testing.T) {
	team := newTeam(t, 2, PureGo)
	for _, idle := range []time.Duration{0, 20 * time.Millisecond} { // a helper that spins, one that sleeps
		time.Sleep(idle)
		first, second := make(chan int), make(chan int)
		team.Run(2, func(task, _ int) {
			if task == 0 {
				first <- 1
				<-second
			} else {
				<-first
				second <- 1
			}
		})
	}
}

func TestRunRaisesPanics(t *testing.T) {
	for _, threads := range []int{1, 2, 4} {
		team := newTeam(t, threads, PureGo)
		for _, bad := range []int{0, 5, 99} {
			got := func() (v any) {
				defer func() { v = recover() }()
				team.Run(100, func(task, _ int) {
					if task == bad {
						panic(bad)
					}
				})
				return nil
			}()
			if got != bad {
				t.Errorf("%d threads: task %d panicked, Run raised %v", threads, bad, got)
			}
			var ran atomic.Int32
			team.Run(10, func(int, int) { ran.Add(1) })
			if ran.Load() != 10 {
				t.Errorf("after a panic %d of 10 tasks ran", ran.Load())
			}
		}
	}
}

func TestRunIsNotReentrant(t *testing.T) {
	team := newTeam(t, 2, PureGo)
	defer func() {
		if v := recover(); v == nil || !strings.Contains(v.(string), "in progress") {
			t.Errorf("a Run inside a Run raised %v", v)
		}
	}()
	team.Run(2, func(int, int) { team.Run(2, func(int, int) {}) })
}

func TestClose(t *testing.T) {
	for _, idle := range []time.Duration{0, 20 * time.Millisecond} {
		team, err := NewTeam(4, PureGo)
		if err != nil {
			t.Fatal(err)
		}
		if team.Threads() != 4 || team.Path() != PureGo {
			t.Errorf("Threads() = %d, Path() = %q", team.Threads(), team.Path())
		}
		time.Sleep(idle)
		team.Close()
		team.Close()
	}
	// The helpers have ended: none is left on any stack.
	stacks := ""
	for range 200 {
		buffer := make([]byte, 1<<20)
		stacks = string(buffer[:runtime.Stack(buffer, true)])
		if !strings.Contains(stacks, "(*Team).help") {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("a helper runs on after Close:\n%s", stacks)
}

func TestRunAllocatesNothing(t *testing.T) {
	team := newTeam(t, 2, PureGo)
	f := func(int, int) {}
	if n := testing.AllocsPerRun(50, func() { team.Run(10, f) }); n != 0 {
		t.Errorf("%v allocations per Run", n)
	}
}

// TestRowJobsAllocateNothing and give what the loops in their comments give.
func TestRowJobsAllocateNothing(t *testing.T) {
	for _, p := range Paths() {
		team := newTeam(t, 2, p)
		ids, m := []int32{2, 0, 2}, []float32{1, 2, 3, 4, 5, 6}
		twice, mask := []int32{1, 1}, []float32{2}
		got, sum, x := make([]float32, 6), make([]float32, 2), []float32{3, 5}
		add, first := []float32{1, 2, 4, 8}, slices.Clone(x)
		if n := testing.AllocsPerRun(20, func() {
			clear(sum)
			Gather(team, got, m, ids, 2)
			AddColumns(team, sum, got)
			Scatter(team, got, twice, add, 2)
			copy(x, first)
			Mask(team, x, mask)
		}); n != 0 {
			t.Errorf("%s: %v allocations", p, n)
		}
		if !slices.Equal(got, []float32{5, 6, 1 + 1 + 4, 2 + 2 + 8, 5, 6}) || !slices.Equal(sum, []float32{11, 14}) || !slices.Equal(x, []float32{6, 5}) {
			t.Errorf("%s: rows %v, sums %v, masked %v", p, got, sum, x)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	team := newTeam(b, 2, PureGo)
	f := func(int, int) {}
	for b.Loop() {
		team.Run(2, f)
	}
}
