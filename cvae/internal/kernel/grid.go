package kernel

// A grid cuts C into tasks: rows × chunks of panels.
type grid struct {
	m, mr          int // rows of C; rows of a micro-kernel
	panels         int
	rowCuts, pCuts int
}

const (
	// tasksPerThread evens out workers that are late or slowed down.
	tasksPerThread = 6
	// taskWork is the least multiply-adds worth handing to another worker: a
	// few microseconds.
	taskWork = 1 << 17
	// taskColumns is the least columns of a task with many rows: each task
	// copies its rows of A, which must stay small against the products.
	taskColumns = 96
)

// newGrid cuts C for the team's workers. Rows are cut where the copy of A would
// leave the L2 cache; then panels are shared out; rows again if those do not
// go round. Cuts come in multiples of the number of threads.
func newGrid[T Float](t *Team, m int, b *Packed[T]) grid {
	threads := t.Threads()
	g := grid{m: m, mr: tileRows(t.path), panels: b.Panels(), rowCuts: 1, pCuts: 1}
	want := min(tasksPerThread*threads, m*b.n*max(1, b.depth())/taskWork)
	if threads == 1 || want <= 1 {
		return g
	}
	groups := ceilDiv(m, g.mr)
	minPanels := 1
	if m >= 2*g.mr {
		minPanels = ceilDiv(taskColumns, b.width)
	}
	g.rowCuts = ceilDiv(m, stretchRows(t.path, blockLength(b.depth())))
	g.pCuts = cuts(ceilDiv(want, g.rowCuts), threads, max(1, g.panels/minPanels))
	if g.rowCuts > 1 || g.tasks() < want {
		g.rowCuts = cuts(max(g.rowCuts, ceilDiv(want, g.pCuts)), threads, max(1, groups/2))
	}
	return g
}

// cuts rounds n up to a multiple of threads, but not above limit.
func cuts(n, threads, limit int) int {
	if n > 1 {
		n = ceilDiv(n, threads) * threads
	}
	return min(n, limit)
}

func (g grid) tasks() int { return g.rowCuts * g.pCuts }

// tile returns the rows [i0,i1) and panels [p0,p1) of a task. Rows are cut
// between groups of mr rows.
func (g grid) tile(task int) (i0, i1, p0, p1 int) {
	r, p := task/g.pCuts, task%g.pCuts
	groups := ceilDiv(g.m, g.mr)
	i0, i1 = min(g.m, groups*r/g.rowCuts*g.mr), min(g.m, groups*(r+1)/g.rowCuts*g.mr)
	return i0, i1, g.panels * p / g.pCuts, g.panels * (p + 1) / g.pCuts
}
