package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// timeMajor lays sequences of descending lengths out step by step.
func timeMajor(lengths ...int) Sequences {
	s := Sequences{Length: lengths, Offset: []int{0}}
	for step := range lengths[0] {
		alive := 0
		for _, n := range lengths {
			if n > step {
				alive++
			}
		}
		s.Offset = append(s.Offset, s.Offset[step]+alive)
	}
	return s
}

func (s Sequences) rows() int { return s.Offset[len(s.Offset)-1] }

func normals(n int, seed uint64) []float64 {
	draw, out := rand.New(rand.NewPCG(seed, 1)), make([]float64, n)
	for i := range out {
		out[i] = draw.NormFloat64()
	}
	return out
}

func to32(x []float64) (out []float32) {
	for _, v := range x {
		out = append(out, float32(v))
	}
	return out
}

// literalAttention is the definition, query by query.
func literalAttention(s Sequences, heads, width int, qkv []float64) []float64 {
	out, d := make([]float64, s.rows()*width), width/heads
	for p, n := range s.Length {
		for t := range n {
			for h := 0; h < width; h += d {
				q := qkv[(s.Offset[t]+p)*3*width+h:][:d]
				weights, mass := make([]float64, t+1), 0.0
				for u := range weights {
					k := qkv[(s.Offset[u]+p)*3*width+width+h:][:d]
					for i := range d {
						weights[u] += q[i] * k[i]
					}
					weights[u] = math.Exp(weights[u] / math.Sqrt(float64(d)))
					mass += weights[u]
				}
				for u, w := range weights {
					for i, v := range qkv[(s.Offset[u]+p)*3*width+2*width+h:][:d] {
						out[(s.Offset[t]+p)*width+h+i] += w / mass * v
					}
				}
			}
		}
	}
	return out
}

// attentionCases have one step, tiles that are full and that are not, and heads of
// sizes that fill no panel.
var attentionCases = []struct {
	lengths      []int
	heads, width int
}{
	{[]int{1}, 1, 1},
	{[]int{5, 3, 3, 1}, 2, 6},
	{[]int{attentionRows + 1, attentionRows, attentionRows - 1}, 1, 17},
	{[]int{130, 64, 7}, 2, 34},
}

// TestAttention is the definition, in float64 and on every path.
func TestAttention(t *testing.T) {
	for _, c := range attentionCases {
		s := timeMajor(c.lengths...)
		qkv := normals(s.rows()*3*c.width, 5)
		want := literalAttention(s, c.heads, c.width, qkv)
		out, norm := make([]float64, len(want)), make([]float64, s.rows()*c.heads)
		Attention(newTeam(t, 2, PureGo), s, c.heads, qkv, out, norm)
		farthest(t, fmt.Sprint(c.lengths), out, want, 1e-13)
		for _, path := range Paths() {
			got := make([]float32, len(want))
			Attention(newTeam(t, 2, path), s, c.heads, to32(qkv), got, make([]float32, len(norm)))
			farthest(t, fmt.Sprint(path, c.lengths), to64(got), want, 2e-6)
		}
	}
}

func to64(x []float32) (out []float64) {
	for _, v := range x {
		out = append(out, float64(v))
	}
	return out
}

func farthest(t *testing.T, what string, got, want []float64, most float64) {
	t.Helper()
	for i, v := range want {
		if !(math.Abs(got[i]-v) <= most*max(1, math.Abs(v))) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], v)
		}
	}
}

// TestAttentionGradient compares with central differences of the definition, in
// float64, and float32 on every path with float64.
func TestAttentionGradient(t *testing.T) {
	for _, c := range attentionCases {
		s := timeMajor(c.lengths...)
		qkv, dout := normals(s.rows()*3*c.width, 6), normals(s.rows()*c.width, 7)
		want := gradientOn(t, PureGo, 1, s, c.heads, qkv, dout)
		loss := func() (sum float64) {
			for i, v := range literalAttention(s, c.heads, c.width, qkv) {
				sum += v * dout[i]
			}
			return sum
		}
		for at := 0; at < len(qkv); at += max(1, len(qkv)/40) {
			old, h := qkv[at], 1e-5
			qkv[at] = old + h
			up := loss()
			qkv[at] = old - h
			slope := (up - loss()) / (2 * h)
			qkv[at] = old
			if math.Abs(slope-want[at]) > 1e-7*max(1, math.Abs(slope)) {
				t.Errorf("%v: gradient %d is %v, central difference %v", c.lengths, at, want[at], slope)
			}
		}
		for _, path := range Paths() {
			got := gradientOn(t, path, 1, s, c.heads, to32(qkv), to32(dout))
			farthest(t, fmt.Sprint(path, c.lengths), to64(got), want, 2e-5)
		}
	}
}

func gradientOn[T Float](t *testing.T, path Path, threads int, s Sequences, heads int, qkv, dout []T) []T {
	team := newTeam(t, threads, path)
	out, norm, dqkv := make([]T, len(dout)), make([]T, s.rows()*heads), make([]T, len(qkv))
	Attention(team, s, heads, qkv, out, norm)
	AttentionBackward(team, s, heads, qkv, out, norm, dout, dqkv)
	return dqkv
}

// TestAttentionThreads gives the same bits for any number of threads.
func TestAttentionThreads(t *testing.T) {
	s := timeMajor(60, 50, 33, 4, 1)
	qkv, dout := to32(normals(s.rows()*3*32, 8)), to32(normals(s.rows()*32, 9))
	for _, path := range Paths() {
		want := gradientOn(t, path, 1, s, 4, qkv, dout)
		for _, threads := range []int{2, 5} {
			if !slices.Equal(gradientOn(t, path, threads, s, 4, qkv, dout), want) {
				t.Errorf("%s: other bits on %d threads", path, threads)
			}
		}
	}
}

// TestAttendOne is the last query of Attention, from rows in any order of memory.
func TestAttendOne(t *testing.T) {
	const n, heads, width = 9, 2, 10
	s, rows := timeMajor(n), make([]int32, n)
	qkv := normals(n*3*width, 3)
	want := literalAttention(s, heads, width, qkv)[(n-1)*width:]
	kv := make([]float64, (n+2)*2*width)
	for i := range rows {
		rows[i] = int32((i*4 + 1) % 11)
		copy(kv[int(rows[i])*2*width:], qkv[(i*3+1)*width:(i+1)*3*width])
	}
	out, scores := make([]float64, width), make([]float64, n)
	AttendOne(PureGo, heads, qkv[(n-1)*3*width:][:width], kv, rows, out, scores)
	farthest(t, "float64", out, want, 1e-13)
	for _, path := range Paths() {
		got := make([]float32, width)
		AttendOne(path, heads, to32(qkv[(n-1)*3*width:][:width]), to32(kv), rows, got, make([]float32, n))
		farthest(t, string(path), to64(got), want, 2e-6)
	}
}
