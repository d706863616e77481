package kernel

import "sync/atomic"

// spinsBeforePark is how often a helper looks for a new job before it sleeps:
// some tens of microseconds, longer than the serial stretches between the
// products of one recurrent step and far shorter than a scheduler's time slice.
const spinsBeforePark = 1000

// A helper is the sleeping place of one helper goroutine.
type helper struct {
	parked atomic.Bool
	wake   chan struct{} // capacity 1; a token is sent by whoever clears parked
	_      [48]byte
}

// help is the life of helper goroutine h.
func (t *Team) help(h *helper, worker int) {
	defer t.exited.Done()
	seen := uint32(0)
	for {
		seen = t.await(h, seen)
		if t.quit.Load() {
			return
		}
		if t.enter() {
			t.work(worker)
			t.gate.Add(-1)
		}
	}
}

// await returns the number of the first job after seen: it spins, then parks.
func (t *Team) await(h *helper, seen uint32) uint32 {
	for {
		for range spinsBeforePark {
			if e := t.epoch.Load(); e != seen {
				return e
			}
			pause()
		}
		h.parked.Store(true)
		if t.epoch.Load() == seen || !h.parked.CompareAndSwap(true, false) {
			<-h.wake
		}
	}
}

// enter joins the job unless it is over already. A helper that comes late thus
// never keeps the caller waiting, and never sees the arguments of an old job.
func (t *Team) enter() bool {
	for {
		g := t.gate.Load()
		if g&open == 0 {
			return false
		}
		if t.gate.CompareAndSwap(g, g+1) {
			return true
		}
	}
}

// announce starts a job for helpers that spin and wakes up to n that sleep.
func (t *Team) announce(n int) {
	t.epoch.Add(1)
	for i := range t.helpers {
		h := &t.helpers[i]
		if n == 0 {
			return
		}
		n--
		if h.parked.Load() && h.parked.CompareAndSwap(true, false) {
			h.wake <- struct{}{}
		}
	}
}
