package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// pairCPU runs f if this CPU multiplies pairs of bfloat16. With
// -kernel.require=bf16 it must.
func pairCPU(t *testing.T) {
	if AVX512.assemblyPairs() {
		return
	}
	if slices.Contains(strings.Split(*require, ","), "bf16") {
		t.Fatal("AVX512_BF16 is required, but this CPU or build cannot run it")
	}
	t.Skip("this CPU or build has no AVX512_BF16")
}

// nearest is x rounded to bfloat16 by its definition: of the two neighbours the
// nearer, at a tie the even one.
func nearest(x float32) uint32 {
	low := math.Float32bits(x) >> 16
	value := func(half uint32) float64 {
		if half&0x7fff == 0x7f80 { // what infinity would be with one more exponent
			return math.Copysign(0x1p128, float64(x))
		}
		return float64(math.Float32frombits(half << 16))
	}
	down, up := math.Abs(float64(x)-value(low)), math.Abs(value(low+1)-float64(x))
	if up < down || up == down && low&1 == 1 {
		return low + 1
	}
	return low
}

func TestBfloat16IsTheNearest(t *testing.T) {
	for upper := range uint32(1 << 16) {
		for _, lower := range []uint32{0, 1, 0x7fff, 0x8000, 0x8001, 0xffff, upper * 40503 & 0xffff} {
			bits := upper<<16 | lower
			x, want := math.Float32frombits(bits), uint32(0)
			switch {
			case x != x:
				want = upper | 0x40
			case math.IsInf(float64(x), 0):
				want = upper
			case upper&0x7f80 == 0: // denormal
				want = upper & 0x8000
			default:
				want = nearest(x)
			}
			if got := bfloat16(x); got != want {
				t.Fatalf("bfloat16 of %08x is %04x, want %04x", bits, got, want)
			}
		}
	}
}

// bitsOf draws numbers of every kind: of any bits, near the smallest and the largest,
// of one size so that sums cancel, and with few bits so that sums are ties.
func bitsOf(r *rand.Rand, kind int) float32 {
	sign := r.Uint32() & (1 << 31)
	exponent := func(lo, n uint32) uint32 { return (lo + r.Uint32N(n)) << 23 }
	switch kind {
	case 0:
		return math.Float32frombits(r.Uint32())
	case 1: // products near the smallest numbers
		return math.Float32frombits(sign | exponent(48, 32) | r.Uint32()&0x7fffff)
	case 2: // products near the largest
		return math.Float32frombits(sign | exponent(184, 14) | r.Uint32()&0x7fffff)
	case 3: // cancellation
		return math.Float32frombits(sign | exponent(126, 3) | r.Uint32()&0x7fffff)
	}
	return math.Float32frombits(sign | exponent(100, 50) | r.Uint32()&0x610000)
}

// The reference gives the bits of the instructions, whatever the numbers are.
func TestPairReferenceIsTheInstruction(t *testing.T) {
	pairCPU(t)
	r, cases := random(), 6000
	if testing.Short() {
		cases = 600
	}
	const rows, width, most = 12, 32, 6
	numbers := func(kind, n int) []float32 {
		src, words := make([]float32, 2*n), make([]float32, n)
		for i := range src {
			src[i] = bitsOf(r, kind)
		}
		pairRow(AVX512, words, src)
		for i := range words {
			got, want := math.Float32bits(words[i]), math.Float32bits(pair(src[2*i], src[2*i+1]))
			if got != want {
				t.Fatalf("the instruction makes %08x of %g and %g, the reference %08x", got, src[2*i], src[2*i+1], want)
			}
		}
		return words
	}
	for i := range cases {
		kc := 1 + i%most
		comparePairs(t, fmt.Sprintf("kinds %d and %d, %d words", i%5, i/5%5, kc), kc, numbers(i%5, rows*kc), numbers(i/5%5, kc*width))
	}
}

// comparePairs demands the bits of the instruction from the reference, for tiles of 12×32.
func comparePairs(t *testing.T, what string, kc int, a, panel []float32) {
	t.Helper()
	const rows, width = 12, 32
	got, want := make([]float32, rows*width), make([]float32, rows*width)
	microPairs(AVX512, 1, 0, rows, kc, a, kc, 1, panel, width, got, width, width, nil, false)
	microPairs(PureGo, 1, 0, rows, kc, a, kc, 1, panel, width, want, width, width, nil, false)
	for at := range want {
		g, w := got[at], want[at]
		if math.Float32bits(g) != math.Float32bits(w) && (g == g || w == w) {
			t.Fatalf("%s, element %d: the instruction gives %x (%g), the reference %x (%g)", what, at, math.Float32bits(g), g, math.Float32bits(w), w)
		}
	}
}

// Sums of ±2⁻¹²⁶ and something of 2⁻¹⁴⁶ to 2⁻¹⁵⁶, where a result begins to be denormal.
func TestPairReferenceAtTheSmallestNumber(t *testing.T) {
	pairCPU(t)
	a, panel := make([]float32, 12), make([]float32, 32)
	for shift := range 11 {
		for fraction := range 128 {
			for i := range a {
				a[i] = pair(float32(math.Ldexp(1+float64(fraction)/128, -75)), float32(math.Ldexp(1+float64(i)/128, -63)))
			}
			for j := range panel {
				sign := float64(1 - j%2*2)
				panel[j] = pair(float32(sign*math.Ldexp(1+float64(j/8%2)/128, -71-shift)), float32(math.Ldexp(float64(1-j/2%2*2), -63)))
			}
			comparePairs(t, fmt.Sprintf("shift %d, fraction %d", shift, fraction), 1, a, panel)
		}
	}
}

// pairModel computes C as the products of pairs of bfloat16 do, with the fused
// multiply-add of the other tests.
func (g gemmCase[T]) pairModel() []T {
	c := append([]T(nil), g.c...)
	half := func(x T) float32 { return math.Float32frombits(nearest(float32(x)) << 16) }
	depth := ceilDiv(g.k, 2)
	kc := blockLength(depth)
	for i := range g.m {
		for n := range g.n {
			at := i*g.ldc + n
			switch {
			case g.base.row != nil:
				c[at] = g.base.row[n]
			case !g.base.itself:
				c[at] = 0
			}
			for k0 := 0; k0 < depth; k0 += kc {
				var sum float32
				for word := k0; word < min(depth, k0+kc); word++ {
					for _, k := range []int{2*word + 1, 2 * word} {
						if k < g.k {
							sum = fused(half(g.a.Data[i*g.a.RowStride+k*g.a.ColStride]), half(g.b[k*g.n+n]), sum)
						}
					}
				}
				c[at] += T(sum)
			}
		}
	}
	return c
}

func TestPairGemmEqualsTheModel(t *testing.T) {
	for _, p := range Paths() {
		t.Run(string(p), func(t *testing.T) {
			if p == AVX512 {
				pairCPU(t)
			}
			team := pairTeam(t, 2, p)
			variant := 0
			gemmSizes(func(m, n, k int) {
				variant++
				if p.assemblyPairs() && variant%3 == 0 || variant%11 == 0 {
					g := newCase[float32](m, n, k, variant)
					testGemm(t, team, g, g.pairModel())
				}
			})
		})
	}
}

func pairTeam(t *testing.T, threads int, p Path) *Team {
	team := newTeam(t, threads, p)
	team.Use(BF16)
	return team
}

// One result for any number of threads and on any path.
func TestPairGemmSameBits(t *testing.T) {
	for _, s := range [][3]int{{64, 100, 257}, {200, 66, 70}, {5, 300, 600}, {30, 34, 2100}} {
		for variant := range 4 {
			var want []float32
			for _, p := range Paths() {
				for _, threads := range []int{1, 2, 3, 5} {
					got := newCase[float32](s[0], s[1], s[2], variant).run(pairTeam(t, threads, p))
					if want == nil {
						want = got
					}
					compare(t, fmt.Sprintf("%s %v with %d threads", p, s, threads), got, want, 0, 0)
				}
			}
		}
	}
}

// Rounding costs at most 2⁻⁸ of every product, and the sum what float32 sums cost.
func TestPairGemmIsNearTheProduct(t *testing.T) {
	for _, p := range Paths() {
		g := newCase[float32](40, 70, 600, 0)
		got := g.run(pairTeam(t, 2, p))
		for i := range g.m {
			for n := range g.n {
				sum, size := 0.0, 0.0
				for k := range g.k {
					v := float64(g.a.Data[i*g.a.RowStride+k*g.a.ColStride]) * float64(g.b[k*g.n+n])
					sum += v
					size += math.Abs(v)
				}
				if err := math.Abs(float64(got[i*g.ldc+n]) - sum); err > 0x1p-8*1.01*size || err == 0 {
					t.Fatalf("%s: element %d,%d is %g from the product, of size %g", p, i, n, err, size)
				}
			}
		}
	}
}

func TestPairPackTransposed(t *testing.T) {
	for _, p := range Paths() {
		team, r := pairTeam(t, 2, p), random()
		var b, bt Packed[float32]
		for _, s := range [][2]int{{1, 1}, {5, 7}, {9, 16}, {20, 33}, {101, 70}, {3, 500}, {700, 41}} {
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
			for i := range b.data {
				if math.Float32bits(b.data[i]) != math.Float32bits(bt.data[i]) {
					t.Fatalf("%s %v: word %d is %08x, transposed %08x", p, s, i, math.Float32bits(b.data[i]), math.Float32bits(bt.data[i]))
				}
			}
		}
	}
}

// What a matrix was packed in decides, not what the team uses later; float64 and
// attention know no other precision than theirs.
func TestUse(t *testing.T) {
	for _, p := range Paths() {
		team := newTeam(t, 2, p)
		g, later := newCase[float32](13, 20, 30, 0), newCase[float32](13, 20, 30, 0)
		var b Packed[float32]
		b.Pack(team, g.k, g.n, g.b, g.n)
		if before := team.Use(BF16); before != FP32 || b.Precision() != FP32 || Packs(team, &b) {
			t.Errorf("a new team packs in %s, %s", before, b.Precision())
		}
		Gemm(team, g.m, g.a, &b, g.c, g.ldc, g.base)
		compare(t, "a product of what was packed before", g.c, later.run(newTeam(t, 1, p)), 0, 0)
		b.Pack(team, g.k, g.n, g.b, g.n)
		if b.Precision() != BF16 || !Packs(team, &b) {
			t.Errorf("a team that uses bf16 packs in %s", b.Precision())
		}
		wide := newCase[float64](13, 20, 30, 0)
		compare(t, "float64", newCase[float64](13, 20, 30, 0).run(team), wide.run(newTeam(t, 1, p)), 0, 0)
		lent, _ := Lend[float32](team, "owner", 1)
		lent.Pack(team, g.k, g.n, g.b, g.n)
		if _, kept := Lend[float32](team, "owner", 1); !kept {
			t.Error("a loan of the same precision was not kept")
		}
		team.Use(FP32)
		if _, kept := Lend[float32](team, "owner", 1); kept {
			t.Error("a loan in bf16 was kept for fp32")
		}
	}
}

func TestPairGemmEmpty(t *testing.T) {
	for _, p := range Paths() {
		team := pairTeam(t, 2, p)
		var b Packed[float32]
		b.Pack(team, 0, 3, nil, 3)
		c := []float32{1, 2, 3, 4, 5, 6}
		Gemm(team, 2, Rows([]float32{}, 0), &b, c, 3, Each([]float32{7, 8, 9}))
		compare(t, "K=0 and a row", c, []float32{7, 8, 9, 7, 8, 9}, 0, 0)
		b.Pack(team, 4, 0, nil, 0)
		Gemm(team, 2, Rows(make([]float32, 8), 4), &b, nil, 0, Base[float32]{})
	}
}

func TestPairGemmRefusesWrongOperands(t *testing.T) {
	for _, p := range Paths() {
		team := pairTeam(t, 2, p)
		var b Packed[float32]
		b.Pack(team, 5, 20, make([]float32, 100), 20)
		a, c := make([]float32, 60), make([]float32, 12*20)
		mustPanic(t, "a short A", func() { Gemm(team, 12, Rows(a[:59], 5), &b, c, 20, Base[float32]{}) })
		mustPanic(t, "a short C", func() { Gemm(team, 12, Rows(a, 5), &b, c[:239], 20, Base[float32]{}) })
		mustPanic(t, "a short B", func() { b.Pack(team, 5, 20, make([]float32, 99), 20) })
	}
}

func TestPairGemmAllocatesNothing(t *testing.T) {
	for _, p := range Paths() {
		team := pairTeam(t, 2, p)
		g := newCase[float32](30, 100, 60, 2)
		var b Packed[float32]
		if n := testing.AllocsPerRun(5, func() {
			b.PackTransposed(team, g.k, g.n, g.b, g.k)
			b.Pack(team, g.k, g.n, g.b, g.n)
			Gemm(team, g.m, g.a, &b, g.c, g.ldc, Base[float32]{})
		}); n != 0 {
			t.Errorf("%s: %v allocations per Pack and Gemm", p, n)
		}
	}
}
