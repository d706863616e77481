// Line joins two network namespaces by a line that is slow, where the kernel has no
// netem: a TUN device in each, and this program between them, which delays, limits and
// loses packets.
//
//	line -a cvae-a -b cvae-b -delay 500us -rate 1e9 -loss 0.01
//
// It says "ready" when both devices are there, named line0, and ends with its input.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	a, b := flag.String("a", "", "one namespace"), flag.String("b", "", "the other `namespace`")
	delay := flag.Duration("delay", 0, "time that the way takes in one direction")
	rate := flag.Float64("rate", 1e9, "bits per second in each direction")
	loss := flag.Float64("loss", 0, "probability that a packet is lost")
	flag.Parse()
	if err := join(*a, *b, wire{delay: *delay, rate: *rate, loss: *loss}); err != nil {
		fmt.Fprintln(os.Stderr, "line:", err)
		os.Exit(1)
	}
}

// join carries packets between two namespaces until standard input ends.
func join(a, b string, w wire) error {
	var ends [2]int
	for i, name := range []string{a, b} {
		// Whole trains of packets are quicker to carry, but then they are also lost whole.
		fd, err := inside(name, func() (int, error) { return device(w.loss == 0) })
		if err != nil {
			return fmt.Errorf("making a device in %s: %w", name, err)
		}
		ends[i] = fd
	}
	failed := make(chan error, len(ends))
	for i := range ends {
		one := w
		one.draws = rand.New(rand.NewPCG(1, uint64(i)))
		go func() { failed <- one.carry(ends[i], ends[1-i]) }()
	}
	ctx, done := context.WithCancel(context.Background())
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); done() }()
	fmt.Println("ready")
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// inside calls f on a thread in a network namespace, which ends with it.
func inside(namespace string, f func() (int, error)) (fd int, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for good: the thread is not given back
		var space *os.File
		if space, err = os.Open("/var/run/netns/" + namespace); err != nil {
			return
		}
		defer space.Close()
		if err = unix.Setns(int(space.Fd()), unix.CLONE_NEWNET); err == nil {
			fd, err = f()
		}
	}()
	<-done
	return fd, err
}

// device makes the TUN device line0, which gives and takes trains of TCP packets as one
// where it may.
func device(trains bool) (int, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return 0, err
	}
	request, err := unix.NewIfreq("line0")
	if err != nil {
		return 0, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI | unix.IFF_VNET_HDR)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil || !trains {
		return fd, err
	}
	return fd, unix.IoctlSetInt(fd, unix.TUNSETOFFLOAD, unix.TUN_F_CSUM|unix.TUN_F_TSO4)
}

// A packet is on its way, or a train of packets, behind the header that says which.
type packet struct {
	content []byte
	arrives time.Time
}

// carry takes packets from one device and writes them into the other when they arrive.
func (w *wire) carry(from, to int) error {
	urgent()
	var under []packet // way, in the order of arrival
	buffer := make([]byte, head+1<<16)
	for {
		wait := (*unix.Timespec)(nil) // for ever
		if len(under) > 0 {
			rest := unix.NsecToTimespec(max(0, int64(time.Until(under[0].arrives))))
			wait = &rest
		}
		if _, err := unix.Ppoll([]unix.PollFd{{Fd: int32(from), Events: unix.POLLIN}}, wait, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("waiting for a packet: %w", err)
		}
		for range batch {
			n, err := unix.Read(from, buffer)
			if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
				break
			}
			if err != nil {
				return fmt.Errorf("reading a packet: %w", err)
			}
			if at, ok := w.send(onWire(buffer[:n]), time.Now()); ok {
				under = append(under, packet{append([]byte(nil), buffer[:n]...), at})
			}
		}
		for len(under) > 0 && !under[0].arrives.After(time.Now()) {
			if _, err := unix.Write(to, under[0].content); err != nil && !errors.Is(err, unix.EIO) { // EIO: the device is down
				return fmt.Errorf("writing a packet: %w", err)
			}
			under = under[1:]
		}
	}
}

// batch is how many packets are read before those that arrive are looked at.
const batch = 16

// urgent has this goroutine's thread run before others, where it may: a line does not
// wait for the programs that send.
func urgent() {
	runtime.LockOSThread()
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: 1, Priority: 10}, 0) // SCHED_FIFO
}
