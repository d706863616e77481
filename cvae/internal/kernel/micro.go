package kernel

// micro computes count tiles of rows × cols of C, one below the other, from kc
// rows of a panel; the rows of A of one tile are step elements after those of
// the tile before:
//
//	for t < count, i < rows, n < cols {
//		sum := T(0)
//		for k < kc { sum += a[t*step+i*rs+k*cs] * panel[k*width+n] }
//		if add { sum += c[(t*rows+i)*ldc+n] } else if base != nil { sum += base[n] }
//		c[(t*rows+i)*ldc+n] = sum
//	}
//
// With pairs, elements of a and panel are words of two bfloat16; see [fusedPair].
func micro[T Float](p Path, pairs bool, count, step, rows, kc int, a []T, rs, cs int, panel []T, width int, c []T, ldc, cols int, base []T, add bool) {
	if pairs {
		microPairs(p, count, step, rows, kc, float32s(a), rs, cs, float32s(panel), width, float32s(c), ldc, cols, float32s(base), add)
		return
	}
	if vector[T](p) {
		microAsm(p, count, step, rows, kc, ptr(a), rs, cs, ptr(panel), ptr(c), ldc, cols, ptr(base), add)
		return
	}
	for t := range count {
		microGo(rows, kc, a[t*step:], rs, cs, panel, width, c[t*rows*ldc:], ldc, cols, base, add)
	}
}

// microGo computes one tile.
func microGo[T Float](rows, kc int, a []T, rs, cs int, panel []T, width int, c []T, ldc, cols int, base []T, add bool) {
	i := 0
	for ; i+3 <= rows; i += 3 {
		a0, a1, a2 := a[i*rs:], a[(i+1)*rs:], a[(i+2)*rs:]
		for n := 0; n < cols; n += 2 {
			sum := micro3x2(kc, a0, a1, a2, cs, panel[n:], width)
			for r := range 3 {
				store(c[(i+r)*ldc+n:][:min(2, cols-n)], sum[2*r:], from(base, n), add)
			}
		}
	}
	for ; i < rows; i++ {
		for n := 0; n < cols; n += 4 {
			sum := micro1x4(kc, a[i*rs:], cs, panel[n:], width)
			store(c[i*ldc+n:][:min(4, cols-n)], sum[:], from(base, n), add)
		}
	}
}

// micro3x2 is three rows of two columns, as much as Go keeps in registers.
// T(x*y) is rounded before the sum on every architecture: Go may fuse x*y + z
// otherwise.
func micro3x2[T Float](kc int, a0, a1, a2 []T, cs int, panel []T, width int) [6]T {
	var s00, s01, s10, s11, s20, s21 T
	a1 = a1[:len(a2)]
	a0 = a0[:len(a2)]
	for k, i, j := 0, 0, 0; k < kc; k++ {
		x, y, z := a0[i], a1[i], a2[i]
		b0, b1 := panel[j], panel[j+1]
		s00 += T(x * b0)
		s01 += T(x * b1)
		s10 += T(y * b0)
		s11 += T(y * b1)
		s20 += T(z * b0)
		s21 += T(z * b1)
		i += cs
		j += width
	}
	return [6]T{s00, s01, s10, s11, s20, s21}
}

// micro1x4 is one row of four columns.
func micro1x4[T Float](kc int, a []T, cs int, panel []T, width int) [4]T {
	var s0, s1, s2, s3 T
	for k, i := 0, 0; k < kc; k++ {
		b := (*[4]T)(panel[k*width:])
		x := a[i]
		s0 += T(x * b[0])
		s1 += T(x * b[1])
		s2 += T(x * b[2])
		s3 += T(x * b[3])
		i += cs
	}
	return [4]T{s0, s1, s2, s3}
}

// from is base from column n on; nil stays nil.
func from[T Float](base []T, n int) []T {
	if base == nil {
		return nil
	}
	return base[n:]
}

func store[T Float](c, sum, base []T, add bool) {
	for n := range c {
		switch {
		case add:
			c[n] += sum[n]
		case base != nil:
			c[n] = sum[n] + base[n]
		default:
			c[n] = sum[n]
		}
	}
}
