package kernel

import (
	"fmt"
	"golang.org/x/sys/unix"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestTune(t *testing.T) {
	which := os.Getenv("TUNE")
	if which == "" {
		t.Skip()
	}
	min1 := func(budget time.Duration, f func()) float64 {
		f()
		best := time.Hour
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for end := time.Now().Add(budget); time.Now().Before(end); {
			t0 := cpuTime()
			f()
			best = min(best, cpuTime()-t0)
		}
		return float64(best.Nanoseconds())
	}
	if strings.Contains(which, "micro") {
		for rows := 1; rows <= 6; rows++ {
			for _, kc := range []int{128, 256, 512, 1024} {
				const width = 16
				a, panel, c := ramp(rows*(kc+16)), ramp(kc*width), ramp(rows*width)
				reps := 100
				ns := min1(50*time.Millisecond, func() {
					for range reps {
						micro(AVX2, rows, kc, a, kc+16, 1, panel, width, c, width, width, true)
					}
				})
				fmt.Printf("micro rows %d kc %4d: %.1f\n", rows, kc, 2*float64(rows*kc*width*reps)/ns)
			}
		}
	}
	for _, s := range []struct {
		m, k, n int
		col     bool
	}{{64, 256, 768, false}, {1280, 256, 8000, false}, {320, 8000, 256, false}, {8000, 320, 256, true}, {8000, 1280, 256, true}, {5120, 128, 768, false}, {32, 1024, 4096, false}, {8, 256, 768, false}, {1, 256, 768, false}, {32, 64, 192, false}, {8000, 128, 256, true}} {
		name := fmt.Sprintf("%dx%dx%d", s.m, s.k, s.n)
		if !strings.Contains(which, "all") && !strings.Contains(which, name) {
			continue
		}
		x, y, c := ramp(s.m*s.k), ramp(s.k*s.n), ramp(s.m*s.n)
		a := Rows(x, s.k)
		if s.col {
			a = Columns(x, s.m)
		}
		fmt.Printf("%-16s", name)
		for threads := 1; threads <= 1; threads++ {
			team, _ := NewTeam(threads, AVX2)
			var packed Packed[float32]
			packed.Pack(team, s.k, s.n, y, s.n)
			ns := min1(400*time.Millisecond, func() { Gemm(team, s.m, a, &packed, c, s.n, false) })
			fmt.Printf("  %dt %.1f", threads, 2*float64(s.m)*float64(s.k)*float64(s.n)/ns)
			team.Close()
		}
		fmt.Println()
	}
}

func cpuTime() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}
