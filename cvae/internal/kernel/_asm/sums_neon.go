package main

import (
	"fmt"
	"math"
)

// sums are the registers of eight running sums in float64, two in each.
var sums = []string{"Y8", "Y9", "Y11", "Y12"}

// expSumNEON has the difference to the largest in Y10 for eight elements a round.
func (f *file) expSumNEON(fn *function) {
	f.zeroSums()
	body := func(place place) {
		f.load(at("SI").plus(place.offset), "Y0")
		f.sub("Y0", "Y0", "Y10")
		f.exp()
		f.store("Y0", at("DI").plus(place.offset))
	}
	f.withConstants(func() {
		f.eights(func() {
			for half := range 2 {
				body(place{offset: 16 * half})
				f.widen("Y0", sums[2*half:], f.addWide)
			}
		}, "SI", "DI")
		f.note("the last n modulo 8 one by one, and then their sums")
		f.p("MOVD R0, R14")
		f.p("MOVD R7, R15")
		f.p("single:")
		f.masked = true
		body(place{})
		f.masked = false
		f.advance(4, "SI", "DI")
		f.p("SUBS $1, R7, R7")
		f.p("BNE single")
		f.lanesNEON("R14", "R15")
		for half := range 2 {
			f.widen([]string{"Y0", "Y1"}[half], sums[2*half:], f.addWide)
		}
		f.p("done:")
	})
	f.foldNEON(fn)
}

// sumSquaresNEON takes eight elements a round.
func (f *file) sumSquaresNEON(fn *function) {
	f.zeroSums()
	f.eights(func() {
		for half := range 2 {
			f.load(at("SI").plus(16*half), "Y0")
			f.widen("Y0", sums[2*half:], f.addSquare)
		}
	}, "SI")
	f.lanesNEON("R1", "R7")
	for half := range 2 {
		f.widen([]string{"Y0", "Y1"}[half], sums[2*half:], f.addSquare)
	}
	f.p("done:")
	f.foldNEON(fn)
}

func (f *file) zeroSums() {
	for _, sum := range sums {
		f.zero(sum)
	}
}

// eights writes a loop of eight elements a round, and goes to done if none is left.
func (f *file) eights(body func(), pointers ...string) {
	f.p("SUBS $8, R7, R7")
	f.p("BLT tail")
	f.p("loop:")
	body()
	f.advance(32, pointers...)
	f.p("SUBS $8, R7, R7")
	f.p("BGE loop")
	f.p("tail:")
	f.p("ADDS $8, R7, R7")
	f.p("BEQ done")
}

// lanesNEON reads the 1 to 7 elements that count says into Y0 and Y1, zeros beyond.
// It moves pointer and count.
func (f *file) lanesNEON(pointer, count string) {
	f.zero("Y0")
	f.zero("Y1")
	for lane := range 7 {
		f.p("VLD1.P 4(%s), V%d.S[%d]", pointer, lane/4, lane%4)
		f.p("SUBS $1, %s, %[1]s", count)
		f.p("BEQ read")
	}
	f.p("read:")
}

// widen adds the four elements of v to two of the sums in float64. It uses Y2 and Y3.
func (f *file) widen(v string, sums []string, add func(sum, x string)) {
	f.word("fcvtl", "Y2", v)
	f.word("fcvtl2", "Y3", v)
	add(sums[0], "Y2")
	add(sums[1], "Y3")
}

func (f *file) addWide(sum, x string) { f.word("fadd.2d", sum, sum, x) }

func (f *file) addSquare(sum, x string) {
	f.p("VFMLA V%d.D2, V%d.D2, V%d.D2", number(x), number(x), number(sum))
}

// foldNEON returns the sum of the eight sums.
func (f *file) foldNEON(fn *function) {
	f.note("return ((l0+l4)+(l2+l6)) + ((l1+l5)+(l3+l7))")
	f.addWide(sums[0], sums[2])
	f.addWide(sums[1], sums[3])
	f.addWide(sums[0], sums[1])
	f.p("VDUP V8.D[1], V9.D2")
	f.p("FADDD F9, F8, F8")
	f.p("FMOVD F8, %s", fn.arg("ret"))
	f.p("RET")
}

// largestNEON keeps four running maxima in Y8; FMAX keeps NaN.
func (f *file) largestNEON(fn *function) {
	f.p("MOVD $0x%08x, R9", math.Float32bits(float32(math.Inf(-1))))
	f.p("VDUP R9, V8.S4")
	f.loop(func() {
		f.load(at("SI"), "Y0")
		if f.masked {
			f.p("VDUP V0.S[0], V0.S4")
		}
		f.max("Y8", "Y8", "Y0")
	}, "SI")
	f.word("fmaxv", "Y8", "Y8")
	f.p("FMOVS F8, %s", fn.arg("ret"))
	f.p("RET")
}

// addRowsNEON sums blocks of 32 columns in Y0 to Y7, then of 4 in Y0, then single ones,
// each over all rows.
func (f *file) addRowsNEON() {
	f.p("LSL $2, R2, R2")
	f.p("CBZ R6, done")
	for _, columns := range []int{32, 4, 1} {
		f.masked = columns == 1
		f.p("wide%d:", columns)
		f.p("SUBS $%d, R7, R7", columns)
		f.p("BLT narrow%d", columns)
		f.addColumnsNEON(fmt.Sprint("rows", columns), (columns+3)/4)
		f.advance(4*columns, "DI", "SI")
		f.p("B wide%d", columns)
		f.p("narrow%d:", columns)
		f.p("ADD $%d, R7, R7", columns)
	}
	f.masked = false
	f.p("done:")
	f.end()
}

// addColumnsNEON adds R6 rows to some vectors of columns.
func (f *file) addColumnsNEON(label string, vectors int) {
	f.p("MOVD R1, R8")
	f.p("MOVD R6, R9")
	for i := range vectors {
		f.load(at("DI").plus(16*i), fmt.Sprint("Y", i))
	}
	f.p("%s:", label)
	for i := range vectors {
		f.load(at("DX").plus(16*i), "Y14")
		f.add(fmt.Sprint("Y", i), fmt.Sprint("Y", i), "Y14")
	}
	f.p("ADD R2, R8, R8")
	f.p("SUBS $1, R9, R9")
	f.p("BNE %s", label)
	for i := range vectors {
		f.store(fmt.Sprint("Y", i), at("DI").plus(16*i))
	}
}
