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

// maskChunk is how many elements one task of Mask takes.
const maskChunk = 1 << 14

// Mask multiplies the first len(mask) elements of x by mask, in parallel.
//
//	for i { x[i] *= mask[i] }
func Mask[T Float](t *Team, x, mask []T) {
	j := &jobsOf[T](t).mask
	*j = maskJob[T]{x, mask}
	t.Do(ceilDiv(len(mask), maskChunk), j)
	*j = maskJob[T]{}
}

type maskJob[T Float] struct{ x, mask []T }

func (j *maskJob[T]) Task(task, _ int) {
	for i := task * maskChunk; i < min(len(j.mask), (task+1)*maskChunk); i++ {
		j.x[i] *= j.mask[i]
	}
}

// AddAll computes dst[i] += x[i], in parallel.
func AddAll[T Float](t *Team, dst, x []T) {
	j := &jobsOf[T](t).add
	*j = addJob[T]{t.path, dst, x}
	t.Do(ceilDiv(len(x), maskChunk), j)
	*j = addJob[T]{}
}

type addJob[T Float] struct {
	path   Path
	dst, x []T
}

func (j *addJob[T]) Task(task, _ int) {
	lo, hi := task*maskChunk, min(len(j.x), (task+1)*maskChunk)
	Add(j.path, j.dst[lo:hi], j.x[lo:hi])
}

// AddEach adds row to every row of m (rows, len(row)), in parallel.
//
//	for r, c { m[r*len(row)+c] += row[c] }
func AddEach[T Float](t *Team, m, row []T) {
	j := &jobsOf[T](t).each
	*j = eachJob[T]{t.path, m, row}
	t.Rows(len(m)/len(row), j)
	*j = eachJob[T]{}
}

type eachJob[T Float] struct {
	path   Path
	m, row []T
}

func (j *eachJob[T]) Row(r int) {
	n := len(j.row)
	Add(j.path, j.m[r*n:(r+1)*n], j.row)
}
