package kernel

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// A Team is a fixed number of workers, the path and the precision they compute in
// and their scratch memory. The goroutine that calls [Team.Run] is worker 0; the others
// are helper goroutines that live until [Team.Close]. A Team serves one caller
// at a time.
type Team struct {
	path      Path
	precision Precision
	helpers   []helper
	scratch   []scratch
	exited    sync.WaitGroup
	closed    bool

	tasks  int
	chunk  int
	job    Job
	rows   rows
	failed atomic.Pointer[failure]

	_     [64]byte
	next  atomic.Int64  // first task that nobody has claimed
	_     [56]byte      // claims are frequent: keep them off the other words' line
	gate  atomic.Int64  // open flag plus the number of helpers inside the job
	epoch atomic.Uint32 // counts jobs, so that a spinning helper notices one
	busy  atomic.Bool   // a Run is in progress
	quit  atomic.Bool
	_     [40]byte

	jobs32 jobs[float32]
	jobs64 jobs[float64]
}

// open is the flag in Team.gate that lets helpers enter the job.
const open = 1 << 32

// A failure is a panic caught in a task.
type failure struct{ value any }

// jobs holds the arguments of the parallel kernels of one element type, so that
// a call allocates nothing.
type jobs[T Float] struct {
	gemm    gemmJob[T]
	pack    packJob[T]
	gather  gatherJob[T]
	scatter scatterJob[T]
	columns columnsJob[T]
	mask    maskJob[T]
	add     addJob[T]
	each    eachJob[T]

	attention attentionJob[T]

	loans loans[T]
}

// scratch is one worker's memory for copies of A.
type scratch struct {
	f32 []float32
	f64 []float64
	_   [80]byte
}

// NewTeam starts threads-1 helpers. It fails when threads < 1 or when this CPU
// or build cannot run path.
func NewTeam(threads int, path Path) (*Team, error) {
	if threads < 1 {
		return nil, fmt.Errorf("a team needs at least 1 thread, not %d", threads)
	}
	if !path.available() {
		return nil, fmt.Errorf("kernel path %q is not available here; choose one of %q", path, Paths())
	}
	t := &Team{path: path, precision: FP32, helpers: make([]helper, threads-1), scratch: make([]scratch, threads)}
	t.exited.Add(len(t.helpers))
	for i := range t.helpers {
		t.helpers[i].wake = make(chan struct{}, 1)
		go t.help(&t.helpers[i], i+1)
	}
	return t, nil
}

// jobsOf returns the jobs of element type T.
func jobsOf[T Float](t *Team) *jobs[T] {
	if j, ok := any(&t.jobs32).(*jobs[T]); ok {
		return j
	}
	return any(&t.jobs64).(*jobs[T])
}

// Threads returns the number of workers, the caller included.
func (t *Team) Threads() int { return len(t.helpers) + 1 }

// Path returns the path the team computes on.
func (t *Team) Path() Path { return t.path }

// Close stops the helpers and waits for them. The team must not be used
// afterwards; closing twice is harmless.
func (t *Team) Close() {
	if t.closed {
		return
	}
	t.closed = true
	t.quit.Store(true)
	t.announce(len(t.helpers))
	t.exited.Wait()
}

// Run calls f once for every task in [0,tasks), in any order and on any worker
// (0 ≤ worker < Threads()), and returns when all are done. A worker runs one
// task at a time, so f may use memory indexed by worker. Run is not re-entrant:
// f must not call it. A panic in a task is raised again here, with its value,
// once no worker is inside f any more; the tasks not yet claimed are dropped.
func (t *Team) Run(tasks int, f func(task, worker int)) { t.Do(tasks, function(f)) }

// Do is Run for a Job.
func (t *Team) Do(tasks int, job Job) {
	if tasks <= 1 || len(t.helpers) == 0 {
		for i := range tasks {
			job.Task(i, 0)
		}
		return
	}
	if !t.busy.CompareAndSwap(false, true) {
		panic("kernel: Team.Run called while a Run is in progress")
	}
	t.tasks, t.job = tasks, job
	t.chunk = max(1, tasks/(16*t.Threads()))
	t.next.Store(0)
	t.gate.Store(open)
	t.announce(min(tasks-1, len(t.helpers)))
	t.work(0)
	t.gate.Add(-open)
	for spins := 0; t.gate.Load() != 0; spins++ {
		wait(spins)
	}
	t.job = nil
	t.busy.Store(false)
	if failed := t.failed.Swap(nil); failed != nil {
		panic(failed.value)
	}
}

// work claims chunks of tasks until none is left.
func (t *Team) work(worker int) {
	defer t.catch()
	for {
		end := int(t.next.Add(int64(t.chunk)))
		for i := end - t.chunk; i < min(end, t.tasks); i++ {
			t.job.Task(i, worker)
		}
		if end >= t.tasks {
			return
		}
	}
}

// catch records a panic of a task and drops the tasks not yet claimed.
func (t *Team) catch() {
	if v := recover(); v != nil {
		t.failed.CompareAndSwap(nil, &failure{v})
		t.next.Store(int64(t.tasks))
	}
}

// wait passes a moment: first in the CPU, later by letting other goroutines run.
func wait(spins int) {
	if spins%64 == 63 {
		runtime.Gosched()
		return
	}
	pause()
}
