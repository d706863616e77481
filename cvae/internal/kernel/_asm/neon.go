package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// On arm64 register Y3 is V3. V15 is spare, and V16 to V31 hold the constants of the
// function, which amd64 reads from memory. The rest of n modulo 4 is computed by the
// same instructions, one element at a time in the lowest lane.

const (
	spare         = "Y15"
	lastVector    = 31
	firstConstant = 16
)

// generals are the registers of arm64 that stand for those of amd64; R9, and R14
// and beyond, are free for what amd64 does by operands.
var generals = map[string]string{
	"DI": "R0", "SI": "R1", "R8": "R2", "R9": "R3", "R10": "R4", "R11": "R5", "BX": "R6", "CX": "R7", "DX": "R8",
}

// rowRegisters hold the distances in bytes of rows 1 to 4 from row 0; see sections.
var rowRegisters = []string{"", "R10", "R11", "R12", "R13"}

var (
	vectors     = regexp.MustCompile(`\bY(\d+)\b`)
	generalName = regexp.MustCompile(`^[A-Z]+[0-9]*$|\(([A-Z]+[0-9]*)\)$`)
)

// number is the number of a vector register.
func number(register string) int {
	n, err := strconv.Atoi(register[1:])
	if err != nil {
		panic("not a register: " + register)
	}
	return n
}

// general is an operand with the registers of arm64: a register, or memory at one.
func general(operand string) string {
	return generalName.ReplaceAllStringFunc(operand, func(s string) string {
		name := strings.Trim(s, "()")
		if to, ok := generals[name]; ok {
			return strings.Replace(s, name, to, 1)
		}
		return s
	})
}

// constantNEON is the register of a constant.
func (f *file) constantNEON(name string, value float32) string {
	register, ok := f.registers[name]
	if !ok {
		register = lastVector - len(f.registers)
		if register < firstConstant {
			panic("no register for constant " + name)
		}
		f.registers[name] = register
		f.loads = append(f.loads, constantLoad{name, math.Float32bits(value), register})
	}
	return fmt.Sprint("Y", register)
}

// A constantLoad says what a register is to hold.
type constantLoad struct {
	name     string
	bits     uint32
	register int
}

// withConstants writes what code writes, and before it loads the constants that
// code asks for.
func (f *file) withConstants(code func()) {
	before := f.body.String()
	f.body.Reset()
	f.loads = nil
	code()
	after := f.body.String()
	f.body.Reset()
	f.body.WriteString(before)
	for _, load := range f.loads {
		f.p("MOVD $0x%08x, R9 // %s", load.bits, load.name)
		f.p("VDUP R9, V%d.S4", load.register)
	}
	f.body.WriteString(after)
}

// loopNEON is loop for arm64.
func (f *file) loopNEON(body func(), pointers []string) {
	f.withConstants(func() {
		f.p("SUBS $4, R7, R7")
		f.p("BLT tail")
		f.p("loop:")
		body()
		f.advance(16, pointers...)
		f.p("SUBS $4, R7, R7")
		f.p("BGE loop")
		f.p("tail:")
		f.p("ADDS $4, R7, R7")
		f.p("BEQ done")
		f.p("single:")
		f.masked = true
		body()
		f.masked = false
		f.advance(4, pointers...)
		f.p("SUBS $1, R7, R7")
		f.p("BNE single")
		f.p("done:")
	})
}

// advance moves pointers on.
func (f *file) advance(bytes int, pointers ...string) {
	for _, pointer := range pointers {
		f.p("ADD $%d, %s, %[2]s", bytes, general(pointer))
	}
}

// rowOffsets is sections for arm64.
func (f *file) rowOffsets() {
	f.p("LSL $2, R7, %s", rowRegisters[1])
	for row := 2; row < len(rowRegisters); row++ {
		f.p("ADD %s, %s, %s", rowRegisters[1], rowRegisters[row-1], rowRegisters[row])
	}
}

func (f *file) loadNEON(from place, to string) {
	switch {
	case f.masked:
		f.p("FMOVS %s, F%d", from.neon(), number(to))
	case from.row == 0:
		f.p("FMOVQ %s, F%d", from.neon(), number(to))
	default:
		f.word("ldr", to, general(from.pointer), rowRegisters[from.row])
	}
}

func (f *file) storeNEON(from string, to place) {
	switch {
	case f.masked:
		f.p("FMOVS F%d, %s", number(from), to.neon())
	case to.row == 0:
		f.p("FMOVQ F%d, %s", number(from), to.neon())
	default:
		f.word("str", from, general(to.pointer), rowRegisters[to.row])
	}
}

// neon is the operand of a place, for instructions that can have it.
func (p place) neon() string {
	switch {
	case p.row > 0:
		return fmt.Sprintf("(%s)(%s)", general(p.pointer), rowRegisters[p.row])
	case p.offset > 0:
		return fmt.Sprintf("%d(%s)", p.offset, general(p.pointer))
	}
	return "(" + general(p.pointer) + ")"
}

// polynomialNEON goes to and fro between dst and the spare register, for VFMLA adds to
// its destination, so that it ends in dst.
func (f *file) polynomialNEON(dst, x string, c []string) {
	into, other := dst, spare
	if len(c)%2 == 1 {
		into, other = other, into
	}
	sum := c[0]
	for _, constant := range c[1:] {
		f.copy(into, constant)
		f.fma(into, sum, x)
		sum = into
		into, other = other, into
	}
}

// word writes an instruction that Go's assembler does not know.
func (f *file) word(mnemonic string, operands ...string) {
	i := slices.IndexFunc(encodings, func(e encoding) bool { return e.mnemonic == mnemonic })
	code, text := encodings[i].encode(operands)
	f.p("WORD $0x%08x // %s", code, text)
}
