package kernel

import (
	"fmt"
	"math"
	"testing"
)

// A gemmCase is one product with all its operands.
type gemmCase[T Float] struct {
	m, n, k int
	a       Operand[T]
	b       []T // K×N, row-major
	c       []T
	ldc     int
	base    Base[T]
	check   func(*testing.T, string)
}

// newCase draws a product; variant chooses the layout of A, the offset of C in
// memory and in its rows, and what the product is added to.
func newCase[T Float](m, n, k, variant int) gemmCase[T] {
	r := random()
	draw := func() T { return T(r.NormFloat64()) }
	g := gemmCase[T]{m: m, n: n, k: k, ldc: n + variant%3}
	a, _ := guarded(m*k+(m+k)*(variant%4), variant%4, draw)
	if variant&2 == 0 {
		g.a = Rows(a, k+variant%4)
	} else {
		g.a = Columns(a, m+variant%4)
	}
	g.b, _ = guarded(k*n, 0, draw)
	switch variant % 3 {
	case 1:
		g.base = Itself[T]()
	case 2:
		row, _ := guarded(n, variant%4, draw)
		g.base = Each(row)
	}
	g.c, g.check = guarded((m-1)*g.ldc+n, variant%4, draw)
	return g
}

// model computes C as the kernels do: blocks of k in order, each summed by step
// and then added.
func (g gemmCase[T]) model(step func(a, b, sum T) T) []T {
	c := append([]T(nil), g.c...)
	kc := blockLength(g.k)
	for i := range g.m {
		for n := range g.n {
			at := i*g.ldc + n
			switch {
			case g.base.row != nil:
				c[at] = g.base.row[n]
			case !g.base.itself:
				c[at] = 0
			}
			for k0 := 0; k0 < g.k; k0 += kc {
				var sum T
				for k := k0; k < min(g.k, k0+kc); k++ {
					sum = step(g.a.Data[i*g.a.RowStride+k*g.a.ColStride], g.b[k*g.n+n], sum)
				}
				c[at] += sum
			}
		}
	}
	return c
}

// run computes C by Gemm.
func (g gemmCase[T]) run(team *Team) []T {
	var b Packed[T]
	b.Pack(team, g.k, g.n, g.b, g.n)
	Gemm(team, g.m, g.a, &b, g.c, g.ldc, g.base)
	return g.c
}

// rounded is a multiply and an add, each rounded: the reference.
func rounded[T Float](a, b, sum T) T { return sum + T(a*b) }

// fused is a float32 fused multiply-add. The product is exact in float64; the
// sum is rounded to odd, which makes the second rounding, to float32, correct
// (Boldo and Melquiond, Emulation of FMA and correctly rounded sums, 2008).
func fused(a, b, sum float32) float32 {
	p, c := float64(a)*float64(b), float64(sum)
	s := p + c
	t := s - p
	low := (p - (s - t)) + (c - t) // what s lacks, exactly (Knuth's two-sum)
	if bits := math.Float64bits(s); low != 0 && bits&1 == 0 {
		if (low > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
		s = math.Float64frombits(bits)
	}
	return float32(s)
}

// gemmSizes are all small shapes, and some that cross the k block, the stretch
// of rows and the grid.
func gemmSizes(f func(m, n, k int)) {
	for m := 1; m <= 14; m++ {
		for n := 1; n <= 70; n++ {
			for k := 1; k <= 20; k++ {
				if testing.Short() && (m*31+n*7+k)%37 != 0 {
					continue
				}
				f(m, n, k)
			}
		}
	}
	for _, s := range [][3]int{{1, 40, 513}, {7, 33, 1100}, {25, 17, 1024}, {130, 100, 600}, {700, 20, 70}, {3, 900, 64}} {
		f(s[0], s[1], s[2])
	}
}

func TestGemmReferenceEqualsTheLoop(t *testing.T) {
	team := newTeam(t, 2, PureGo)
	variant := 0
	gemmSizes(func(m, n, k int) {
		variant++
		if variant%5 == 0 { // the assembly tests need the model more than this one
			g32, g64 := newCase[float32](m, n, k, variant), newCase[float64](m, n, k, variant)
			testGemm(t, team, g32, g32.model(rounded))
			testGemm(t, team, g64, g64.model(rounded))
		}
	})
}

func TestGemmAssemblyEqualsFusedLoop(t *testing.T) {
	eachPath(t, func(t *testing.T, p Path) {
		team := newTeam(t, 2, p)
		variant := 0
		gemmSizes(func(m, n, k int) {
			variant++
			g := newCase[float32](m, n, k, variant)
			testGemm(t, team, g, g.model(fused))
		})
	})
}

// testGemm demands the bits of want: the order of the sum is part of the
// contract, and both assembly paths share the model.
func testGemm[T Float](t *testing.T, team *Team, g gemmCase[T], want []T) {
	t.Helper()
	what := fmt.Sprintf("Gemm %d×%d×%d strides %d,%d base %v", g.m, g.k, g.n, g.a.RowStride, g.a.ColStride, g.base)
	compare(t, what, g.run(team), want, 0, 0)
	g.check(t, what)
}

// float64 takes the reference on every path, against a product computed with
// the loops in another order.
func TestGemmFloat64(t *testing.T) {
	for _, p := range Paths() {
		team := newTeam(t, 3, p)
		g := newCase[float64](37, 41, 700, 7)
		want := append([]float64(nil), g.c...)
		for k := g.k - 1; k >= 0; k-- {
			for i := range g.m {
				for n := range g.n {
					want[i*g.ldc+n] += g.a.Data[i*g.a.RowStride+k*g.a.ColStride] * g.b[k*g.n+n]
				}
			}
		}
		for i, got := range g.run(team) {
			if math.Abs(got-want[i]) > 1e-11 {
				t.Fatalf("%s: element %d is %v, want %v", p, i, got, want[i])
			}
		}
	}
}

func TestGemmEmpty(t *testing.T) {
	for _, p := range Paths() {
		team := newTeam(t, 2, p)
		var b Packed[float32]
		b.Pack(team, 0, 3, nil, 3)
		c := []float32{1, 2, 3, 4, 5, 6}
		Gemm(team, 2, Rows([]float32{}, 0), &b, c, 3, Itself[float32]())
		compare(t, "K=0 accumulated", c, []float32{1, 2, 3, 4, 5, 6}, 0, 0)
		Gemm(team, 2, Rows([]float32{}, 0), &b, c, 3, Base[float32]{})
		compare(t, "K=0", c, make([]float32, 6), 0, 0)
		Gemm(team, 2, Rows([]float32{}, 0), &b, c, 3, Each([]float32{7, 8, 9}))
		compare(t, "K=0 and a row", c, []float32{7, 8, 9, 7, 8, 9}, 0, 0)
		Gemm(team, 0, Rows([]float32{}, 0), &b, nil, 3, Base[float32]{})
		b.Pack(team, 4, 0, nil, 0)
		Gemm(team, 2, Rows(make([]float32, 8), 4), &b, nil, 0, Base[float32]{})
	}
}

func TestGemmSameBitsForAnyThreads(t *testing.T) {
	for _, p := range Paths() {
		for _, s := range [][3]int{{64, 300, 256}, {700, 96, 70}, {5, 2000, 600}, {333, 64, 1100}} {
			for variant := range 4 {
				var want []float32
				for _, threads := range []int{1, 2, 3, 5} {
					got := newCase[float32](s[0], s[1], s[2], variant).run(newTeam(t, threads, p))
					if want == nil {
						want = got
					}
					compare(t, fmt.Sprintf("%s %v with %d threads", p, s, threads), got, want, 0, 0)
				}
			}
		}
	}
}

// Parts inside a Run give the bits of the whole, however rows are cut.
func TestGemmPart(t *testing.T) {
	for _, p := range Paths() {
		team := newTeam(t, 2, p)
		g, whole := newCase[float32](75, 90, 530, 1), newCase[float32](75, 90, 530, 1)
		var b Packed[float32]
		b.Pack(team, g.k, g.n, g.b, g.n)
		team.Run(75*b.Panels(), func(task, worker int) {
			i, panel := task%75, task/75
			GemmPart(team, worker, i, i+1, panel, panel+1, g.a, &b, g.c, g.ldc, g.base)
		})
		compare(t, "GemmPart", g.c, whole.run(team), 0, 0)
		g.check(t, "GemmPart")
	}
}

// mustPanic fails the test unless f panics.
func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	f()
}

func TestGemmRefusesWrongOperands(t *testing.T) {
	for _, p := range Paths() {
		team := newTeam(t, 2, p)
		var b Packed[float32]
		b.Pack(team, 4, 20, make([]float32, 80), 20)
		a, c := make([]float32, 24*12), make([]float32, 12*20)
		mustPanic(t, "a short A", func() { Gemm(team, 12, Rows(a[:47], 4), &b, c, 20, Base[float32]{}) })
		mustPanic(t, "a short C", func() { Gemm(team, 12, Rows(a, 4), &b, c[:239], 20, Base[float32]{}) })
		mustPanic(t, "an A without a unit stride", func() { Gemm(team, 12, Operand[float32]{a, 8, 2}, &b, c, 20, Base[float32]{}) })
		for _, other := range Paths() {
			if panelWidth[float32](other) != panelWidth[float32](p) {
				mustPanic(t, "packing for "+string(p), func() { Gemm(newTeam(t, 1, other), 12, Rows(a, 4), &b, c, 20, Base[float32]{}) })
			}
		}
	}
}

func TestPackTransposed(t *testing.T) {
	r := random()
	for _, p := range Paths() {
		team := newTeam(t, 2, p)
		var b, bt Packed[float32]
		for _, s := range [][2]int{{1, 1}, {5, 7}, {9, 16}, {20, 33}, {100, 70}, {3, 500}} {
			k, n := s[0], s[1]
			src, transposed := make([]float32, k*(n+2)), make([]float32, n*(k+3))
			for i := range k {
				for j := range n {
					v := float32(r.NormFloat64())
					src[i*(n+2)+j], transposed[j*(k+3)+i] = v, v
				}
			}
			b.Pack(team, k, n, src, n+2)
			bt.PackTransposed(team, k, n, transposed, k+3)
			if b.Panels()*b.Width() < n || b.Panels() != bt.Panels() {
				t.Fatalf("%v: %d panels of %d, transposed %d", s, b.Panels(), b.Width(), bt.Panels())
			}
			compare(t, "PackTransposed", bt.data, b.data, 0, 0)
		}
	}
}

func TestGemmAllocatesNothing(t *testing.T) {
	for _, p := range Paths() {
		team := newTeam(t, 2, p)
		g := newCase[float32](60, 200, 300, 0)
		var b Packed[float32]
		if n := testing.AllocsPerRun(20, func() {
			b.Pack(team, g.k, g.n, g.b, g.n)
			Gemm(team, g.m, g.a, &b, g.c, g.ldc, Base[float32]{})
			GemmPart(team, 0, 0, 30, 0, 2, g.a, &b, g.c, g.ldc, Base[float32]{})
		}); n != 0 {
			t.Errorf("%s: %v allocations per Pack, Gemm and GemmPart", p, n)
		}
	}
}
