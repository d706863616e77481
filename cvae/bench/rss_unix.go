//go:build unix

package bench

import (
	"runtime"
	"syscall"
)

// PeakRSS is the largest resident memory of this process so far, in MiB.
func PeakRSS() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	if runtime.GOOS == "darwin" { // which counts bytes where others count KiB
		return float64(u.Maxrss) / (1 << 20)
	}
	return float64(u.Maxrss) / (1 << 10)
}
