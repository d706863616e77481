package kernel

// rowBlock is how many rows AddColumns adds before it goes on with the next
// columns: few enough to stay in the cache and in the pages the CPU remembers.
const rowBlock = 32

// AddColumns adds the sum over the rows of m (rows, len(sum)) to sum, in
// parallel; every column is summed in row order by one worker.
//
//	for r, c { sum[c] += m[r*len(sum)+c] }
func AddColumns[T Float](t *Team, sum, m []T) {
	n := len(sum)
	j := &jobsOf[T](t).columns
	*j = columnsJob[T]{t.path, sum, m, columnChunk(t, n)}
	t.Do(ceilDiv(n, j.chunk), j)
	*j = columnsJob[T]{}
}

type columnsJob[T Float] struct {
	path   Path
	sum, m []T
	chunk  int // columns of a task
}

func (j *columnsJob[T]) Task(task, _ int) {
	n := len(j.sum)
	lo, hi := task*j.chunk, min(n, (task+1)*j.chunk)
	for r, rows := 0, len(j.m)/n; r < rows; r += rowBlock {
		AddRows(j.path, j.sum[lo:hi], j.m[r*n+lo:], min(rowBlock, rows-r), n)
	}
}
