package main

import (
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// headers is what Ethernet adds to a packet on the wire: preamble, addresses, checksum
// and gap.
const headers = 38

// most is how many packets of an Ethernet may wait for their turn in one direction, as in netem.
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

// head is the length of the header that TUN devices put before a packet: virtio_net_hdr.
const head = 10

// onWire is how many bytes a packet takes on the wire, or a train of packets that have
// one header, of which the TUN device tells the length of all and of the part each.
func onWire(content []byte) int {
	n := len(content) - head
	own, part := int(binary.NativeEndian.Uint16(content[2:])), int(binary.NativeEndian.Uint16(content[4:]))
	if part == 0 || n <= own {
		return n + headers
	}
	packets := (n - own + part - 1) / part
	return n - own + packets*(own+headers)
}

// send reports when what takes n bytes on the wire arrives that is sent now; false: it is lost.
func (w *wire) send(n int, now time.Time) (arrives time.Time, ok bool) {
	took := time.Duration(float64(8*n) / w.rate * float64(time.Second))
	if w.free.Before(now) {
		w.free = now
	}
	// A queue that is full drops what comes.
	if w.free.Sub(now) > w.longest() {
		return time.Time{}, false
	}
	w.free = w.free.Add(took)
	return w.free.Add(w.delay), w.draws.Float64() >= w.loss
}

// longest is how long a packet waits at most.
func (w *wire) longest() time.Duration {
	return time.Duration(8 * 1538 * most / w.rate * float64(time.Second))
}
