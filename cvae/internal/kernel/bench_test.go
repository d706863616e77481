package kernel

import (
	"fmt"
	"testing"
)

// BenchmarkGemm measures the shapes of training: recurrent steps, the
// vocabulary projection, its input gradient, its weight gradient (Columns), and
// a wide feed-forward layer. B is packed beforehand, as in use.
func BenchmarkGemm(b *testing.B) {
	shapes := []struct {
		m, k, n int
		columns bool
	}{{1, 256, 768, false}, {8, 256, 768, false}, {32, 64, 192, false}, {64, 256, 768, false}, {1280, 256, 8000, false}, {320, 8000, 256, false}, {8000, 320, 256, true}, {8000, 1280, 256, true}, {5120, 128, 768, false}, {32, 1024, 4096, false}}
	for _, s := range shapes {
		for _, p := range Paths() {
			for threads := 1; threads <= 2; threads++ {
				b.Run(fmt.Sprintf("%dx%dx%d/%s/%d", s.m, s.k, s.n, p, threads), func(b *testing.B) {
					benchmarkGemm(b, newTeam(b, threads, p), s.m, s.k, s.n, s.columns)
				})
				if !BF16.Fast(p) {
					continue
				}
				b.Run(fmt.Sprintf("%dx%dx%d/%s/%s/%d", s.m, s.k, s.n, p, BF16, threads), func(b *testing.B) {
					team := newTeam(b, threads, p)
					team.Use(BF16)
					benchmarkGemm(b, team, s.m, s.k, s.n, s.columns)
				})
			}
		}
	}
}

func benchmarkGemm(b *testing.B, team *Team, m, k, n int, columns bool) {
	x, y, c := ramp(m*k), ramp(k*n), ramp(m*n)
	a := Rows(x, k)
	if columns {
		a = Columns(x, m)
	}
	var packed Packed[float32]
	packed.Pack(team, k, n, y, n)
	b.ReportAllocs()
	for b.Loop() {
		Gemm(team, m, a, &packed, c, n, Base[float32]{})
	}
	b.ReportMetric(2*float64(m)*float64(k)*float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}

func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%17)*0.01 - 0.07
	}
	return x
}

// BenchmarkVector measures the pointwise kernels on data that stays in the L2
// cache: purego and assembly side by side.
func BenchmarkVector(b *testing.B) {
	const n = 1000 // the sections of a cell must not alias in the L1 cache
	for _, c := range vectorCases {
		for _, p := range Paths() {
			b.Run(c.name+"/"+string(p), func(b *testing.B) {
				in, out, _ := c.operands(n, 0)
				for b.Loop() {
					c.run(p, n, in, out)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/unit")
			})
		}
	}
}

func BenchmarkPack(b *testing.B) {
	for _, p := range Paths() {
		for _, precision := range []Precision{FP32, BF16} {
			team, src := newTeam(b, 1, p), ramp(1024*1024)
			team.Use(precision)
			var packed Packed[float32]
			b.Run(fmt.Sprintf("rows/%s/%s", p, precision), func(b *testing.B) {
				for b.Loop() {
					packed.Pack(team, 1024, 1024, src, 1024)
				}
			})
			b.Run(fmt.Sprintf("transposed/%s/%s", p, precision), func(b *testing.B) {
				for b.Loop() {
					packed.PackTransposed(team, 1024, 1024, src, 1024)
				}
			})
		}
	}
}

// BenchmarkMicro measures the micro-kernel alone, its operands in the caches.
func BenchmarkMicro(b *testing.B) {
	for _, p := range Paths() {
		b.Run(string(p), func(b *testing.B) {
			const kc = 256
			rows, width := tileRows(p), panelWidth[float32](p)
			a, panel, c := ramp(rows*(kc+16)), ramp(kc*width), ramp(rows*width)
			for b.Loop() {
				micro(p, false, 1, 0, rows, kc, a, kc+16, 1, panel, width, c, width, width, nil, true)
			}
			b.ReportMetric(2*float64(rows*kc*width)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}
