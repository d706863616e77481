package main

import "fmt"

// An encoding is an instruction of arm64 that Go 1.26's assembler does not know
// (Arm Architecture Reference Manual for A-profile, C7.2). Registers go into bits 0
// to 4, 5 to 9 and 16 to 20, in the order in which they are written.
type encoding struct {
	mnemonic string
	code     uint32
	format   string // of the instruction, with the numbers of the registers
}

var encodings = []encoding{
	{"fadd", 0x4e20d400, "fadd v%d.4s, v%d.4s, v%d.4s"},
	{"fsub", 0x4ea0d400, "fsub v%d.4s, v%d.4s, v%d.4s"},
	{"fmul", 0x6e20dc00, "fmul v%d.4s, v%d.4s, v%d.4s"},
	{"fdiv", 0x6e20fc00, "fdiv v%d.4s, v%d.4s, v%d.4s"},
	{"fmax", 0x4e20f400, "fmax v%d.4s, v%d.4s, v%d.4s"},
	{"fmin", 0x4ea0f400, "fmin v%d.4s, v%d.4s, v%d.4s"},
	{"fmaxv", 0x6e30f800, "fmaxv s%d, v%d.4s"},
	{"fsqrt", 0x6ea1f800, "fsqrt v%d.4s, v%d.4s"},
	{"fneg", 0x6ea0f800, "fneg v%d.4s, v%d.4s"},
	{"frintn", 0x4e218800, "frintn v%d.4s, v%d.4s"},
	{"fcvtns", 0x4e21a800, "fcvtns v%d.4s, v%d.4s"},
	{"fcmeq", 0x4ea0d800, "fcmeq v%d.4s, v%d.4s, #0.0"},
	{"bic", 0x4e601c00, "bic v%d.16b, v%d.16b, v%d.16b"},
	{"fcvtl", 0x0e617800, "fcvtl v%d.2d, v%d.2s"},
	{"fcvtl2", 0x4e617800, "fcvtl2 v%d.2d, v%d.4s"},
	{"fadd.2d", 0x4e60d400, "fadd v%d.2d, v%d.2d, v%d.2d"},
	{"fmla[0]", 0x4f801000, "fmla v%d.4s, v%d.4s, v%d.s[0]"},
	{"ldr", 0x3ce06800, "ldr q%d, [x%d, x%d]"},
	{"str", 0x3ca06800, "str q%d, [x%d, x%d]"},
}

// encode is the instruction for some registers, as a number and as text.
func (e encoding) encode(registers []string) (code uint32, text string) {
	code = e.code
	numbers := make([]any, len(registers))
	for i, register := range registers {
		n := number(register)
		code |= uint32(n) << [...]int{0, 5, 16}[i]
		numbers[i] = n
	}
	return code, fmt.Sprintf(e.format, numbers...)
}
