package kernel

// Gather writes the given rows of a matrix with n columns to dst (len(ids), n),
// in parallel.
//
//	for i, c < n { dst[i*n+c] = m[ids[i]*n+c] }
func Gather[T Float](t *Team, dst, m []T, ids []int32, n int) {
	j := &jobsOf[T](t).gather
	*j = gatherJob[T]{dst, m, ids, n}
	t.Rows(len(ids), j)
	*j = gatherJob[T]{}
}

type gatherJob[T Float] struct {
	dst, m []T
	ids    []int32
	n      int
}

func (j *gatherJob[T]) Row(i int) {
	copy(j.dst[i*j.n:(i+1)*j.n], j.m[int(j.ids[i])*j.n:(int(j.ids[i])+1)*j.n])
}

// columnUnit is what the columns of a task of Scatter and AddColumns are a
// multiple of.
const columnUnit = 64

// columnChunk is the number of columns of a task for n in all: wide runs, but
// some tasks for each worker.
func columnChunk(t *Team, n int) int { return (n/(2*t.Threads())/columnUnit + 1) * columnUnit }

// Scatter adds the rows of x (len(ids), n) to the given rows of a matrix with n
// columns, in parallel. Tasks own columns, so that a row that ids repeats is
// added to in the order of ids.
//
//	for i, c < n { m[ids[i]*n+c] += x[i*n+c] }
func Scatter[T Float](t *Team, m []T, ids []int32, x []T, n int) {
	j := &jobsOf[T](t).scatter
	*j = scatterJob[T]{t.path, m, x, ids, n, columnChunk(t, n)}
	t.Do(ceilDiv(n, j.chunk), j)
	*j = scatterJob[T]{}
}

type scatterJob[T Float] struct {
	path  Path
	m, x  []T
	ids   []int32
	n     int
	chunk int // columns of a task
}

func (j *scatterJob[T]) Task(task, _ int) {
	lo, hi := task*j.chunk, min(j.n, (task+1)*j.chunk)
	for i, id := range j.ids {
		Add(j.path, j.m[int(id)*j.n+lo:int(id)*j.n+hi], j.x[i*j.n+lo:i*j.n+hi])
	}
}
