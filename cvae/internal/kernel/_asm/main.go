// Command asm writes the assembly of package kernel and its Go declarations.
//
//	go run . -out ..
//
// A test of package kernel fails when the checked-in files differ from what
// this program writes.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	out := flag.String("out", "..", "folder to write into")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "asm:", err)
		os.Exit(1)
	}
}

// write generates every file into dir.
func write(dir string) error {
	amd64 := append([]*file{gemmAVX2(), gemmAVX512(), bfloat16(), columns(), transposition(), pause("pause_amd64.s", "PAUSE")}, vectorFiles("avx2")...)
	amd64 = append(amd64, vectorFiles("avx512")...)
	arm64 := append([]*file{gemmNEON(), columnsNEON(), transpositionNEON(), pause("pause_arm64.s", "ISB $15")}, vectorFiles("neon")...)
	for _, f := range slices.Concat(amd64, arm64) {
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.text()), 0o644); err != nil {
			return err
		}
	}
	return writeGo(dir, functions(amd64), functions(arm64))
}

// vectorFiles are the files of the kernels that are written once.
func vectorFiles(set string) []*file {
	return []*file{exponential(set), vector(set), rectify(set), gru(set), lstm(set), adam(set)}
}

// pause is the CPU's spin-wait hint. That of arm64, YIELD, takes no time on most
// cores; a barrier takes about as long as PAUSE does.
func pause(name, instruction string) *file {
	f := newFile(name)
	f.function("pause", "pause is the spin-wait hint: it frees the core's shared resources for a moment.")
	f.p("%s", instruction)
	f.p("RET")
	return f
}
