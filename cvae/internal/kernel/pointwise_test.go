package kernel

import (
	"fmt"
	"math"
	"testing"
)

// vectorCase is one pointwise kernel: how to call it on inputs and outputs of
// given lengths, all in units of n.
type vectorCase struct {
	name    string
	in      []int // length of each read-only operand, in n
	out     []int // length of each written operand, in n
	ulps    float64
	tiny    float64
	aliases []int // alias[i] = j: output i may be input j, -1 not
	run     func(p Path, n int, in, out [][]float32) float64
}

// The tolerances follow from the assembly fusing what the reference rounds
// twice; the first group differs only in rounding inside the polynomial, the
// backward steps also where 1-n² cancels. Kernels with 0, 0 promise equal bits.
var vectorCases = []vectorCase{
	{"Exp", []int{1}, []int{1}, 2, 0, []int{0}, func(p Path, _ int, in, out [][]float32) float64 { Exp(p, out[0], in[0]); return 0 }},
	{"Sigmoid", []int{1}, []int{1}, 3, 0, []int{0}, func(p Path, _ int, in, out [][]float32) float64 { Sigmoid(p, out[0], in[0]); return 0 }},
	{"Tanh", []int{1}, []int{1}, 4, 0, []int{0}, func(p Path, _ int, in, out [][]float32) float64 { Tanh(p, out[0], in[0]); return 0 }},
	{"ExpSum", []int{1}, []int{1}, 2, 0, []int{0}, func(p Path, _ int, in, out [][]float32) float64 { return ExpSum(p, out[0], in[0], 0.75) }},
	{"Max", []int{1}, nil, 0, 0, nil, func(p Path, _ int, in, _ [][]float32) float64 { return float64(Max(p, in[0])) }},
	{"SumSquares", []int{1}, nil, 0, 0, nil, func(p Path, _ int, in, _ [][]float32) float64 { return SumSquares(p, in[0]) }},
	{"Add", []int{1}, []int{1}, 0, 0, []int{0}, func(p Path, _ int, in, out [][]float32) float64 { Add(p, out[0], in[0]); return 0 }},
	{"AXPY", []int{1}, []int{1}, 1, 1e-6, []int{0}, func(p Path, _ int, in, out [][]float32) float64 { AXPY(p, out[0], -0.3, in[0]); return 0 }},
	{"Scale", nil, []int{1}, 0, 0, nil, func(p Path, _ int, _, out [][]float32) float64 { Scale(p, out[0], 1.7); return 0 }},
	{"AddRows", []int{5}, []int{1}, 0, 0, []int{-1}, func(p Path, n int, in, out [][]float32) float64 {
		AddRows(p, out[0], in[0], 5, n)
		return 0
	}},
	{"ScaleAdd", nil, []int{1, 1}, 0, 0, nil, func(p Path, _ int, _, out [][]float32) float64 {
		ScaleAdd(p, out[0], out[1], 1.7)
		return 0
	}},
	{"Rectify", nil, []int{1}, 0, 0, nil, func(p Path, _ int, _, out [][]float32) float64 { Rectify(p, out[0]); return 0 }},
	{"RectifyBackward", nil, []int{1, 1}, 0, 0, nil, func(p Path, _ int, _, out [][]float32) float64 {
		Rectify(p, out[1])
		RectifyBackward(p, out[0], out[1])
		return 0
	}},
	{"GRUForward", []int{3, 3, 1}, []int{1, 4}, 4, 1e-6, []int{2, -1}, func(p Path, _ int, in, out [][]float32) float64 {
		GRUForward(p, in[0], in[1], in[2], out[0], out[1])
		return 0
	}},
	{"GRUBackward", []int{4, 1, 1}, []int{3, 3, 1}, 8, 2e-5, []int{-1, -1, 2}, func(p Path, _ int, in, out [][]float32) float64 {
		GRUBackward(p, in[0], in[1], in[2], out[0], out[1], out[2])
		return 0
	}},
	{"LSTMForward", []int{4, 1}, []int{1, 1, 5}, 6, 1e-6, []int{1, -1, -1}, func(p Path, _ int, in, out [][]float32) float64 {
		LSTMForward(p, in[0], in[1], out[0], out[1], out[2])
		return 0
	}},
	{"LSTMBackward", []int{5, 1, 1}, []int{1, 4}, 8, 2e-5, []int{-1, -1}, func(p Path, _ int, in, out [][]float32) float64 {
		LSTMBackward(p, in[0], in[1], in[2], out[0], out[1])
		return 0
	}},
	{"Adam", []int{1}, []int{1, 1, 1}, 0, 0, []int{-1, -1, -1}, func(p Path, n int, in, out [][]float32) float64 {
		for i, v := range out[2] { // second moments are not negative
			out[2][i] = float32(math.Abs(float64(v)))
		}
		Adam(p, out[0], in[0], out[1], out[2], 1e-3, 0.9, 0.999, 1e-8, 0.19, 0.002, 0.5)
		return 0
	}},
}

// operands draws the inputs and outputs of a case.
func (c vectorCase) operands(n, offset int) (in, out [][]float32, checks []func(*testing.T, string)) {
	r := random()
	draw := func() float32 { return 4*r.Float32() - 2 }
	for _, units := range c.in {
		x, check := guarded(units*n, offset, draw)
		in, checks = append(in, x), append(checks, check)
	}
	for i, units := range c.out {
		x, check := guarded(units*n, (offset+i)%4, draw)
		out, checks = append(out, x), append(checks, check)
	}
	return in, out, checks
}

// Every kernel of every path agrees with the reference for all small lengths
// and offsets, writes nothing else, and allows the aliases it documents.
func TestVectorAssemblyEqualsReference(t *testing.T) {
	for _, c := range vectorCases {
		t.Run(c.name, func(t *testing.T) {
			eachPath(t, func(t *testing.T, p Path) {
				for n := 0; n <= 80; n++ {
					for offset := range 4 {
						c.test(t, p, n, offset, -1)
						for output, input := range c.aliases {
							if input >= 0 {
								c.test(t, p, n, offset, output)
							}
						}
					}
				}
			})
		})
	}
}

// test compares p with the reference; output alias, if not -1, is in the memory
// of its input.
func (c vectorCase) test(t *testing.T, p Path, n, offset, alias int) {
	t.Helper()
	wantIn, want, _ := c.operands(n, offset)
	in, out, checks := c.operands(n, offset)
	if alias >= 0 {
		out[alias], want[alias] = in[c.aliases[alias]], wantIn[c.aliases[alias]]
	}
	wantValue, value := c.run(PureGo, n, wantIn, want), c.run(p, n, in, out)
	what := fmt.Sprintf("%s offset %d alias %d", c.name, offset, alias)
	if !near(value, wantValue, c.ulps, 0) {
		t.Fatalf("%s of %d returned %v, want %v", what, n, value, wantValue)
	}
	for i := range out {
		compare(t, fmt.Sprintf("%s output %d", what, i), out[i], want[i], c.ulps, c.tiny)
	}
	for _, check := range checks {
		check(t, what)
	}
}

// The reference may alias too: same results as with separate memory.
func TestVectorReferenceAllowsAliases(t *testing.T) {
	for _, c := range vectorCases {
		for output, input := range c.aliases {
			if input < 0 {
				continue
			}
			in, out, _ := c.operands(19, 0)
			copy(out[output], in[input])
			aliasIn, alias, _ := c.operands(19, 0)
			alias[output] = aliasIn[input]
			c.run(PureGo, 19, in, out)
			c.run(PureGo, 19, aliasIn, alias)
			for i := range out {
				compare(t, fmt.Sprintf("%s output %d", c.name, i), alias[i], out[i], 0, 0)
			}
		}
	}
}

// A function under test and the truth in float64 from package math.
var functions = []struct {
	name  string
	run   func(p Path, dst, src []float32)
	run64 func(p Path, dst, src []float64)
	truth func(float64) float64
	ulps  float64
	flush float64 // results below are 0
}{
	{"Exp", Exp[float32], Exp[float64], math.Exp, 2, 1.7e-38},
	{"Sigmoid", Sigmoid[float32], Sigmoid[float64], func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, 3, 1.2e-38},
	{"Tanh", Tanh[float32], Tanh[float64], math.Tanh, 4, 0},
}

// points are dense in [-20,20] and reach the ends of float32.
func points() []float32 {
	var x []float32
	for v := float32(-20); v < 20; v += 0.0013 {
		x = append(x, v)
	}
	for v := float32(1e-30); v < 100; v *= 1.01 {
		x = append(x, v, -v)
	}
	for v := float32(80); v < 110; v += 0.01 {
		x = append(x, v, -v)
	}
	return append(x, 0, math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32)
}

func TestFunctionsAgainstMath(t *testing.T) {
	for _, f := range functions {
		for _, p := range Paths() {
			src := points()
			dst := make([]float32, len(src))
			f.run(p, dst, src)
			worst := 0.0
			for i, x := range src {
				want := f.truth(float64(x))
				if want > math.MaxFloat32 {
					want = math.Inf(1)
				}
				if got := float64(dst[i]); !near(got, want, f.ulps, f.flush) {
					t.Fatalf("%s %s(%v) = %v, want %v", p, f.name, x, got, want)
				} else if math.Abs(want) > f.flush && !math.IsInf(want, 0) {
					worst = max(worst, math.Abs(got-want)/math.Abs(want))
				}
			}
			t.Logf("%s %s: worst relative error %.2g", p, f.name, worst)
		}
	}
}

// float64 is the reference on every path: its results are those of package
// math up to its last bits, far beyond float32.
func TestFunctionsFloat64(t *testing.T) {
	for _, f := range functions {
		for _, p := range Paths() {
			for _, x := range []float64{-700, -3, -1e-9, 0, 0.5, 2, 30} {
				got := []float64{x}
				f.run64(p, got, got)
				if want := f.truth(x); math.Abs(got[0]-want) > 1e-15*math.Abs(want) {
					t.Errorf("%s %s(%v) = %v, want %v", p, f.name, x, got[0], want)
				}
			}
		}
	}
}

func TestFunctionsOfSpecialNumbers(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	want := map[string][]float32{"Exp": {0, inf, nan}, "Sigmoid": {0, 1, nan}, "Tanh": {-1, 1, nan}}
	for _, f := range functions {
		for _, p := range Paths() {
			for at := range 11 { // in a whole vector and in the tail
				for i, x := range []float32{-inf, inf, nan} {
					dst, src := make([]float32, 11), make([]float32, 11)
					src[at] = x
					f.run(p, dst, src)
					compare(t, fmt.Sprintf("%s %s(%v)", p, f.name, x), dst[at:at+1], want[f.name][i:i+1], 0, 0)
					zero := f.truth(0)
					if other := dst[(at+1)%11]; float64(other) != zero {
						t.Errorf("%s %s(0) = %v beside %v", p, f.name, other, x)
					}
				}
			}
		}
	}
}

func TestMaxOfSpecialNumbers(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, p := range Paths() {
		if got := Max(p, []float32{}); got != -inf {
			t.Errorf("%s: Max of nothing is %v", p, got)
		}
		for n := 1; n < 20; n++ {
			for at := range n {
				for _, special := range []float32{nan, inf, -inf} {
					x := make([]float32, n)
					for i := range x {
						x[i] = -float32(i) - 1
					}
					x[at] = special
					want := float32(-1)
					if at == 0 {
						want = -2
					}
					if n == 1 || special != -inf {
						want = special
					}
					if got := Max(p, x); !near(float64(got), float64(want), 0, 0) {
						t.Fatalf("%s: Max of %v is %v", p, x, got)
					}
				}
			}
		}
	}
}

// A softmax whose logits are masked with -Inf has exact zeros there, and NaN
// shows in the sum.
func TestExpSumOfSpecialNumbers(t *testing.T) {
	for _, p := range Paths() {
		src := []float32{1, float32(math.Inf(-1)), 1, 1, 1, 1, 1, 1, 1, float32(math.Inf(-1)), 1}
		dst := make([]float32, len(src))
		if sum := ExpSum(p, dst, src, 1); sum != 9 || dst[1] != 0 || dst[9] != 0 {
			t.Errorf("%s: sum %v of %v", p, sum, dst)
		}
		src[10] = float32(math.NaN())
		if sum := ExpSum(p, dst, src, 1); !math.IsNaN(sum) {
			t.Errorf("%s: NaN gave sum %v", p, sum)
		}
	}
}
