package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// memoryCases have fewer and more keys than queries, one of each, sequences whose
// examples are in another order, heads, and keys that are the values too.
var memoryCases = []struct {
	lengths, count, of []int
	heads, width       int
	beside             bool
}{
	{[]int{1}, []int{1}, []int{0}, 1, 1, false},
	{[]int{5, 3, 3, 1}, []int{2, 9, 1, 40}, []int{2, 0, 3, 1}, 2, 6, true},
	{[]int{attentionRows + 1, attentionRows, 2}, []int{3, attentionRows + 5, 70}, []int{1, 2, 0}, 1, 17, false},
	{[]int{130, 64, 7}, []int{50, 200, 1}, []int{2, 1, 0}, 2, 34, true},
}

// memory is that of a case over rows that begin after one that belongs to nobody.
func memory[T Float](rows []T, count, of []int, beside bool) Memory[T] {
	m := Memory[T]{Count: count, Of: of, Rows: rows, Beside: beside, Scale: 0.5}
	next := 1
	for _, n := range count {
		m.First = append(m.First, next)
		next += n
	}
	return m
}

func (m Memory[T]) parts() int {
	if m.Beside {
		return 2
	}
	return 1
}

func sum(x []int) (n int) {
	for _, v := range x {
		n += v
	}
	return n
}

// literalMemory is the definition of AttendTo, query by query.
func literalMemory(s Sequences, m Memory[float64], heads, width int, q []float64) []float64 {
	out, d, parts := make([]float64, s.rows()*width), width/heads, m.parts()
	for p, n := range s.Length {
		first, count := m.First[m.Of[p]], m.Count[m.Of[p]]
		for t := range n {
			for h := 0; h < width; h += d {
				at := (s.Offset[t]+p)*width + h
				weights, mass := make([]float64, count), 0.0
				for u := range weights {
					for i, k := range m.Rows[(first+u)*parts*width+h:][:d] {
						weights[u] += q[at+i] * k
					}
					weights[u] = math.Exp(weights[u] * m.Scale)
					mass += weights[u]
				}
				for u, w := range weights {
					for i, v := range m.Rows[((first+u)*parts+parts-1)*width+h:][:d] {
						out[at+i] += w / mass * v
					}
				}
			}
		}
	}
	return out
}

// TestAttendTo is the definition, in float64 and on every path.
func TestAttendTo(t *testing.T) {
	for _, c := range memoryCases {
		s := timeMajor(c.lengths...)
		q := normals(s.rows()*c.width, 5)
		m := memory(normals((sum(c.count)+1)*2*c.width, 6), c.count, c.of, c.beside)
		want := literalMemory(s, m, c.heads, c.width, q)
		out, norm := make([]float64, len(want)), make([]float64, s.rows()*c.heads)
		AttendTo(newTeam(t, 2, PureGo), s, m, c.heads, q, out, norm)
		farthest(t, fmt.Sprint(c.lengths), out, want, 1e-13)
		for _, path := range Paths() {
			got := make([]float32, len(want))
			single := memory(to32(m.Rows), c.count, c.of, c.beside)
			AttendTo(newTeam(t, 2, path), s, single, c.heads, to32(q), got, make([]float32, len(norm)))
			farthest(t, fmt.Sprint(path, c.lengths), to64(got), want, 2e-6)
		}
	}
}

// TestAttendToGradient compares with central differences of the definition, in float64,
// and float32 on every path with float64. The gradient of the memory is added to.
func TestAttendToGradient(t *testing.T) {
	for _, c := range memoryCases {
		s := timeMajor(c.lengths...)
		q, dout := normals(s.rows()*c.width, 5), normals(s.rows()*c.width, 7)
		m := memory(normals((sum(c.count)+1)*2*c.width, 6), c.count, c.of, c.beside)
		dq, drows := memoryGradientOn(t, PureGo, 1, s, m, c.heads, q, dout)
		loss := func() (sum float64) {
			for i, v := range literalMemory(s, m, c.heads, c.width, q) {
				sum += v * dout[i]
			}
			return sum
		}
		for name, pair := range map[string][2][]float64{"query": {q, dq}, "memory": {m.Rows, drows}} {
			x, d := pair[0], pair[1]
			for at := 0; at < len(x); at += max(1, len(x)/40) {
				old, h := x[at], 1e-5
				x[at] = old + h
				up := loss()
				x[at] = old - h
				slope := (up - loss()) / (2 * h)
				x[at] = old
				if math.Abs(slope-d[at]) > 1e-7*max(1, math.Abs(slope)) {
					t.Errorf("%v: gradient %d of the %s is %v, central difference %v", c.lengths, at, name, d[at], slope)
				}
			}
		}
		for _, path := range Paths() {
			single := memory(to32(m.Rows), c.count, c.of, c.beside)
			gotQ, gotRows := memoryGradientOn(t, path, 1, s, single, c.heads, to32(q), to32(dout))
			farthest(t, fmt.Sprint(path, c.lengths), to64(gotQ), dq, 2e-5)
			farthest(t, fmt.Sprint(path, c.lengths), to64(gotRows), drows, 2e-5)
		}
	}
}

func memoryGradientOn[T Float](t *testing.T, path Path, threads int, s Sequences, m Memory[T], heads int, q, dout []T) (dq, drows []T) {
	team := newTeam(t, threads, path)
	out, norm := make([]T, len(q)), make([]T, s.rows()*heads)
	dq, drows = make([]T, len(q)), make([]T, len(m.Rows))
	for i := range drows {
		drows[i] = 1
	}
	AttendTo(team, s, m, heads, q, out, norm)
	AttendToBackward(team, s, m, heads, q, out, norm, dout, dq, drows)
	for i := range drows {
		drows[i]--
	}
	return dq, drows
}

// TestAttendToThreads gives the same bits for any number of threads.
func TestAttendToThreads(t *testing.T) {
	s := timeMajor(60, 50, 33, 4, 1)
	q, dout := to32(normals(s.rows()*32, 8)), to32(normals(s.rows()*32, 9))
	for _, beside := range []bool{false, true} {
		m := memory(to32(normals(2*32*202, 4)), []int{30, 1, 90, 60, 20}, []int{4, 0, 3, 1, 2}, beside)
		for _, path := range Paths() {
			dq, drows := memoryGradientOn(t, path, 1, s, m, 4, q, dout)
			for _, threads := range []int{2, 5} {
				q, rows := memoryGradientOn(t, path, threads, s, m, 4, q, dout)
				if !slices.Equal(q, dq) || !slices.Equal(rows, drows) {
					t.Errorf("%s: other bits on %d threads", path, threads)
				}
			}
		}
	}
}
