package main

import (
	"math/rand/v2"
	"time"
)

// headers is what Ethernet adds to a packet on the wire: preamble, addresses, checksum
// and gap.
const headers = 38

// most is how many packets may wait for their turn in one direction, as in netem.
const most = 1000

// A wire carries packets in one direction, as a cable of so many bits per second and so
// long a way does, which loses some.
type wire struct {
	delay time.Duration
	rate  float64 // bits per second
	loss  float64 // probability that a packet is lost
	draws *rand.Rand
	free  time.Time // when the last packet has left
}

// send reports when a packet of n bytes arrives that is sent now; false: it is lost.
func (w *wire) send(n int, now time.Time) (arrives time.Time, ok bool) {
	took := time.Duration(float64(8*(n+headers)) / w.rate * float64(time.Second))
	if w.free.Before(now) {
		w.free = now
	}
	// A queue that is full drops what comes.
	if w.free.Sub(now) > time.Duration(most)*took {
		return time.Time{}, false
	}
	w.free = w.free.Add(took)
	return w.free.Add(w.delay), w.draws.Float64() >= w.loss
}
