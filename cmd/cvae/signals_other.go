//go:build !unix

package main

import (
	"os"
	"syscall"
)

// stopping are the signals that ask a process to save and end, besides that of a closed
// terminal.
func stopping() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }
