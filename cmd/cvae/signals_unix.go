//go:build unix

package main

import (
	"os"
	"syscall"
)

// stopping are the signals that ask a process to save and end, besides that of a closed
// terminal. Batch systems send SIGUSR1 before the time of a job is over.
func stopping() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGUSR1} }
