package main

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// A wire of 1 Gbit/s and 500 µs: a packet of 1500 bytes takes 8·1538 bits, which are
// 12.304 µs, and then the way; the next one waits for it.
func TestWire(t *testing.T) {
	start := time.Unix(1, 0)
	w := &wire{delay: 500 * time.Microsecond, rate: 1e9, draws: rand.New(rand.NewPCG(1, 1))}
	for k := 1; k <= 3; k++ {
		at, ok := w.send(1538, start)
		if want := 500*time.Microsecond + time.Duration(k)*12304; !ok || at.Sub(start) != want {
			t.Errorf("packet %d arrives after %v, %v, want %v", k, at.Sub(start), ok, want)
		}
	}
	later := start.Add(time.Second)
	if at, _ := w.send(1538, later); at.Sub(later) != 512304 {
		t.Errorf("a packet on a wire that is free takes %v", at.Sub(later))
	}
	lost := 0
	for range 2 * most {
		if _, ok := w.send(1538, later); !ok {
			lost++
		}
	}
	if lost < most-10 {
		t.Errorf("%d of %d packets at once are lost in a queue of %d", lost, 2*most, most)
	}
}

// The share that is lost is that which is asked for, within five standard errors.
func TestLoss(t *testing.T) {
	const n, p = 100000, 0.01
	w := &wire{rate: 1e9, loss: p, draws: rand.New(rand.NewPCG(1, 1))}
	lost, now := 0.0, time.Unix(1, 0)
	for range n {
		if _, ok := w.send(1538, now); !ok {
			lost++
		}
		now = now.Add(time.Millisecond)
	}
	if got := lost / n; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
		t.Errorf("%.4f of the packets are lost, want %.4f", got, p)
	}
}

// A train of three packets of 1448, 1448 and 104 bytes after headers of 52 takes
// 3000 + 3·(52 + 38) bytes on the wire; a packet by itself, its length and 38.
func TestTrain(t *testing.T) {
	train := make([]byte, head+52+3000)
	train[2], train[4], train[5] = 52, 1448&255, 1448>>8
	if got := onWire(train); got != 3270 {
		t.Errorf("a train takes %d bytes, want 3270", got)
	}
	if got := onWire(make([]byte, head+1500)); got != 1538 {
		t.Errorf("a packet takes %d bytes, want 1538", got)
	}
}
