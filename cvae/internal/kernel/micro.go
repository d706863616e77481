package kernel

// micro computes a tile of rows × cols of C from kc rows of a panel:
//
//	for i < rows, n < cols {
//		sum := T(0)
//		for k < kc { sum += a[i*rs+k*cs] * panel[k*width+n] }
//		if add { c[i*ldc+n] += sum } else { c[i*ldc+n] = sum }
//	}
func micro[T Float](p Path, rows, kc int, a []T, rs, cs int, panel []T, width int, c []T, ldc, cols int, add bool) {
	if p != PureGo && isFloat32[T]() {
		microAsm(p, rows, kc, ptr(a), rs, cs, ptr(panel), ptr(c), ldc, cols, add)
		return
	}
	for i := 0; i < rows; i += 2 {
		for n := 0; n < cols; n += 4 {
			var sum [8]T
			if i+1 < rows {
				sum = micro2x4(kc, a[i*rs:], a[(i+1)*rs:], cs, panel[n:], width)
			} else {
				sum = micro1x4(kc, a[i*rs:], cs, panel[n:], width)
			}
			for r := range min(2, rows-i) {
				store(c[(i+r)*ldc+n:][:min(4, cols-n)], sum[4*r:], add)
			}
		}
	}
}

// micro2x4 is two rows of four columns. T(x*y) is rounded before the sum on
// every architecture: Go may fuse x*y + z otherwise.
func micro2x4[T Float](kc int, a0, a1 []T, cs int, panel []T, width int) [8]T {
	var s00, s01, s02, s03, s10, s11, s12, s13 T
	for k, i := 0, 0; k < kc; k++ {
		b := (*[4]T)(panel[k*width:])
		x, y := a0[i], a1[i]
		i += cs
		s00 += T(x * b[0])
		s01 += T(x * b[1])
		s02 += T(x * b[2])
		s03 += T(x * b[3])
		s10 += T(y * b[0])
		s11 += T(y * b[1])
		s12 += T(y * b[2])
		s13 += T(y * b[3])
	}
	return [8]T{s00, s01, s02, s03, s10, s11, s12, s13}
}

// micro1x4 is one row of four columns; the second half of the result is zero.
func micro1x4[T Float](kc int, a []T, cs int, panel []T, width int) [8]T {
	var s0, s1, s2, s3 T
	for k, i := 0, 0; k < kc; k++ {
		b := (*[4]T)(panel[k*width:])
		x := a[i]
		i += cs
		s0 += T(x * b[0])
		s1 += T(x * b[1])
		s2 += T(x * b[2])
		s3 += T(x * b[3])
	}
	return [8]T{s0, s1, s2, s3}
}

func store[T Float](c, sum []T, add bool) {
	for n := range c {
		if add {
			c[n] += sum[n]
		} else {
			c[n] = sum[n]
		}
	}
}
