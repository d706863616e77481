//go:build !unix

package bench

import "runtime"

// PeakRSS is what the Go runtime has taken from the system, in MiB, where the
// system's own count is not to be had.
func PeakRSS() float64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.Sys) / (1 << 20)
}
