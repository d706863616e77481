package kernel

// A Job is work that is done in tasks. A pointer to memory that its owner keeps
// makes a Job without allocating, which a closure does not.
type Job interface {
	// Task does one task, under the rules of [Team.Run].
	Task(task, worker int)
}

// function is a Job of a function.
type function func(task, worker int)

func (f function) Task(task, worker int) { f(task, worker) }

// A RowJob is work on the rows of a matrix.
type RowJob interface {
	// Row does one row.
	Row(row int)
}

// rowChunk is how many rows one task of [Team.Rows] takes.
const rowChunk = 8

// Rows calls job.Row for every row in [0,n), in parallel.
func (t *Team) Rows(n int, job RowJob) {
	t.rows = rows{n, job}
	t.Do(ceilDiv(n, rowChunk), &t.rows)
	t.rows = rows{}
}

// rows is the Job of a RowJob.
type rows struct {
	n   int
	job RowJob
}

func (r *rows) Task(task, _ int) {
	for i := task * rowChunk; i < min(r.n, (task+1)*rowChunk); i++ {
		r.job.Row(i)
	}
}
