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
	var all []*function
	for _, f := range []*file{gemmAVX2(), gemmAVX512(), columns(), transposition(), exponential(), vector(), rectify(), gru(), lstm(), adam(), pause()} {
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.text()), 0o644); err != nil {
			return err
		}
		all = append(all, f.functions...)
	}
	if err := writeGo(dir, "stubs_amd64.go", stubs, all); err != nil {
		return err
	}
	return writeGo(dir, "stubs_other.go", bodies, all)
}

func writeGo(dir, name string, source func([]*function) ([]byte, error), all []*function) error {
	text, err := source(all)
	if err != nil {
		return fmt.Errorf("format %s: %w", name, err)
	}
	return os.WriteFile(filepath.Join(dir, name), text, 0o644)
}

// pause is the CPU's spin-wait hint.
func pause() *file {
	f := newFile("pause_amd64.s")
	f.function("pause", "pause is the spin-wait hint: it frees the core's shared resources for a moment.")
	f.p("PAUSE")
	f.p("RET")
	return f
}
