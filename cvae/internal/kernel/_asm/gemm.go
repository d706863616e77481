package main

import "fmt"

// microDoc says what both matrix kernels compute.
const microDoc = `microAVX2 computes count > 0 tiles of C, one below the other, rows ≤ 6, cols ≤ 16 = W.
Strides are in elements.

	for t < count, i < rows, n < cols {
		sum := 0; for k < kc { sum = fma(a[t*step+i*rs+k*cs], panel[k*W+n], sum) }
		if add { sum += c[(t*rows+i)*ldc+n] } else if base != nil { sum += base[n] }
		c[(t*rows+i)*ldc+n] = sum
	}`

var microParameters = []string{"count int", "step int", "rows int", "kc int", "a *float32", "rs int", "cs int", "panel *float32", "c *float32", "ldc int", "cols int", "base *float32", "add bool"}

// rowPointers hold the addresses of rows 0, 3, 6 and 9 of A; the two rows after
// each are reached by the row stride in R8.
var rowPointers = []string{"AX", "DX", "SI", "R12"}

// element is the operand of row i of A.
func element(i int) string {
	return fmt.Sprintf("(%s)%s", rowPointers[i/3], []string{"", "(R8*1)", "(R8*2)"}[i%3])
}

// nextTile goes on with the tile below, from the row of C after DI, or returns.
// The arguments a and c move along.
func nextTile(f *file, r int) {
	fn := f.functions[0]
	f.p("DECQ %s", fn.arg("count"))
	f.p("JZ done")
	f.p("MOVQ %s, R15", fn.arg("step"))
	f.p("MOVQ %s, AX", fn.arg("a"))
	f.p("LEAQ (AX)(R15*4), AX")
	f.p("MOVQ AX, %s", fn.arg("a"))
	f.p("MOVQ DI, %s", fn.arg("c"))
	f.p("MOVQ %s, BX", fn.arg("panel"))
	f.p("MOVQ %s, CX", fn.arg("kc"))
	f.p("JMP rows%d", r)
}

// microTail is where every tile ends.
func microTail(f *file) {
	f.p("done:")
	f.p("VZEROUPPER")
	f.p("RET")
}

// microHead loads the arguments and branches to the code of each number of rows.
func microHead(f *file, name, doc string, rows int) {
	fn := f.function(name, doc, microParameters...)
	for _, load := range [][2]string{{"a", "AX"}, {"rs", "R8"}, {"cs", "R9"}, {"panel", "BX"}, {"c", "DI"}, {"ldc", "R10"}, {"cols", "R13"}} {
		f.p("MOVQ %s, %s", fn.arg(load[0]), load[1])
	}
	f.p("MOVBLZX %s, R11", fn.arg("add"))
	for _, stride := range []string{"R8", "R9", "R10"} {
		f.p("SHLQ $2, %s", stride)
	}
	f.p("MOVQ %s, R15", fn.arg("rows"))
	f.p("MOVQ %s, CX", fn.arg("kc"))
	for r := rows; r > 1; r-- {
		f.p("CMPQ R15, $%d", r)
		f.p("JEQ rows%d", r)
	}
}

// rowStart begins the code for r rows: pointers, zero sums, and C on its way
// into the cache while k runs.
func rowStart(f *file, r, sums int, zero func(int), lines ...int) {
	f.p("rows%d:", r)
	for i := 1; i < (r+2)/3; i++ {
		f.p("LEAQ (%s)(R8*2), %s", rowPointers[i-1], rowPointers[i])
		f.p("ADDQ R8, %s", rowPointers[i])
	}
	f.p("MOVQ DI, R15")
	for i := range r {
		for _, at := range lines {
			f.p("PREFETCHT0 %d(R15)", at)
		}
		if i+1 < r {
			f.p("ADDQ R10, R15")
		}
	}
	for i := range sums {
		zero(i)
	}
}

// rowStep moves A and the panel to the next k and closes the loop.
func rowStep(f *file, r, width int) {
	f.p("ADDQ $%d, BX", width)
	for i := range (r + 2) / 3 {
		f.p("ADDQ R9, %s", rowPointers[i])
	}
	f.p("DECQ CX")
	f.p("JNZ loop%d", r)
}

// products writes the loop over k for r rows: each has two sums in the vectors
// v0, v1, …, of the given bytes; the row of the panel goes to vectors b and b+1,
// the elements of A to the two after them. multiply adds a product to a sum.
func products(f *file, r int, v string, bytes, b int, multiply func(sum, a, b int)) {
	f.p("loop%d:", r)
	f.p("VMOVUPS (BX), %s%d", v, b)
	f.p("VMOVUPS %d(BX), %s%d", bytes, v, b+1)
	for at := 0; at < 2*bytes; at += 64 {
		f.p("PREFETCHT0 %d(BX)", 1024+at)
	}
	for i := range r {
		a := b + 2 + i%2
		f.p("VBROADCASTSS %s, %s%d", element(i), v, a)
		multiply(2*i, a, b)
		multiply(2*i+1, a, b+1)
	}
	rowStep(f, r, 2*bytes)
}

// fusedProducts multiplies and adds float32.
func fusedProducts(f *file, v string) func(sum, a, b int) {
	return func(sum, a, b int) { f.p("VFMADD231PS %s%d, %s%d, %s%d", v, b, v, a, v, sum) }
}

// gemmAVX2 is the 6×16 kernel: two sums of eight columns in Y0..Y11 per row.
func gemmAVX2() *file {
	f := newFile("gemm_avx2_amd64.s")
	microHead(f, "microAVX2", microDoc, 6)
	for r := 1; r <= 6; r++ {
		rowStart(f, r, 2*r, func(i int) { f.p("VXORPS Y%d, Y%d, Y%d", i, i, i) }, 0, 60)
		products(f, r, "Y", 32, 12, fusedProducts(f, "Y"))
		storeAVX2(f, r)
	}
	microTail(f)
	return f
}

// storeAVX2 writes r rows, whole or under the masks of the first cols columns.
func storeAVX2(f *file, r int) {
	masks := f.table("columns", append(repeat(0xffffffff, 16), repeat(0, 16)...))
	f.p("CMPQ R13, $16")
	f.p("JLT edge%d", r)
	f.p("TESTQ R11, R11")
	f.p("JZ base%d", r)
	for i := range 2 * r {
		f.p("VADDPS %d(DI), Y%d, Y%d", i%2*32, i, i)
		if i%2 == 1 && i+1 < 2*r {
			f.p("ADDQ R10, DI")
		}
	}
	f.p("MOVQ %s, DI", f.functions[0].arg("c"))
	f.p("JMP set%d", r)
	f.p("base%d:", r)
	f.p("MOVQ %s, R15", f.functions[0].arg("base"))
	f.p("TESTQ R15, R15")
	f.p("JZ set%d", r)
	f.p("VMOVUPS (R15), Y12")
	f.p("VMOVUPS 32(R15), Y13")
	for i := range 2 * r {
		f.p("VADDPS Y%d, Y%d, Y%d", 12+i%2, i, i)
	}
	f.p("set%d:", r)
	for i := range 2 * r {
		f.p("VMOVUPS Y%d, %d(DI)", i, i%2*32)
		if i%2 == 1 {
			f.p("ADDQ R10, DI")
		}
	}
	nextTile(f, r)
	f.p("edge%d:", r)
	f.note("Y12, Y13 = all ones in the columns that exist")
	f.p("LEAQ %s, R15", masks)
	f.p("MOVQ R13, CX")
	f.p("NEGQ CX")
	f.p("VMOVUPS 64(R15)(CX*4), Y12")
	f.p("VMOVUPS 96(R15)(CX*4), Y13")
	f.p("MOVQ %s, R15", f.functions[0].arg("base"))
	f.p("TESTQ R15, R15")
	f.p("JZ edge%dstore", r)
	f.p("TESTQ R11, R11")
	f.p("JNZ edge%dstore", r)
	for v := range 2 {
		f.p("VMASKMOVPS %d(R15), Y%d, Y14", 32*v, 12+v)
		for i := range r {
			f.p("VADDPS Y14, Y%d, Y%d", 2*i+v, 2*i+v)
		}
	}
	f.p("edge%dstore:", r)
	for i := range r {
		f.p("TESTQ R11, R11")
		f.p("JZ edge%dset%d", r, i)
		for v := range 2 {
			f.p("VMASKMOVPS %d(DI), Y%d, Y14", 32*v, 12+v)
			f.p("VADDPS Y14, Y%d, Y%d", 2*i+v, 2*i+v)
		}
		f.p("edge%dset%d:", r, i)
		for v := range 2 {
			f.p("VMASKMOVPS Y%d, Y%d, %d(DI)", 2*i+v, 12+v, 32*v)
		}
		f.p("ADDQ R10, DI")
	}
	nextTile(f, r)
}

// gemmAVX512 is the 12×32 kernel: two sums of sixteen columns in Z0..Z23 per
// row. K1 and K2 mask the columns that exist.
func gemmAVX512() *file {
	f := newFile("gemm_avx512_amd64.s")
	micro512(f, "microAVX512", "microAVX512 is microAVX2 for rows ≤ 12, cols ≤ 32 = W.", fusedProducts(f, "Z"))
	return f
}

// micro512 is the 12×32 kernel with its way of multiplying.
func micro512(f *file, name, doc string, multiply func(sum, a, b int)) {
	microHead(f, name, doc, 12)
	for r := 1; r <= 12; r++ {
		rowStart(f, r, 2*r, func(i int) { f.p("VPXORD Z%d, Z%d, Z%d", i, i, i) }, 0, 64)
		products(f, r, "Z", 64, 28, multiply)
		storeAVX512(f, r)
	}
	microTail(f)
}

func storeAVX512(f *file, r int) {
	f.note("K1, K2 = 1 in the columns that exist")
	f.p("MOVQ R13, CX")
	f.p("MOVL $1, R15")
	f.p("SHLQ CX, R15")
	f.p("DECQ R15")
	f.p("KMOVW R15, K1")
	f.p("SHRQ $16, R15")
	f.p("KMOVW R15, K2")
	f.p("TESTQ R11, R11")
	f.p("JZ base%d", r)
	for i := range r {
		for v := range 2 {
			f.p("VMOVUPS.Z %d(DI), K%d, Z28", 64*v, v+1)
			f.p("VADDPS Z28, Z%d, Z%d", 2*i+v, 2*i+v)
		}
		f.p("ADDQ R10, DI")
	}
	f.p("MOVQ %s, DI", f.functions[0].arg("c"))
	f.p("JMP set%d", r)
	f.p("base%d:", r)
	f.p("MOVQ %s, R15", f.functions[0].arg("base"))
	f.p("TESTQ R15, R15")
	f.p("JZ set%d", r)
	for v := range 2 {
		f.p("VMOVUPS.Z %d(R15), K%d, Z%d", 64*v, v+1, 28+v)
	}
	for i := range 2 * r {
		f.p("VADDPS Z%d, Z%d, Z%d", 28+i%2, i, i)
	}
	f.p("set%d:", r)
	for i := range r {
		for v := range 2 {
			f.p("VMOVUPS Z%d, K%d, %d(DI)", 2*i+v, v+1, 64*v)
		}
		f.p("ADDQ R10, DI")
	}
	nextTile(f, r)
}
