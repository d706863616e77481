//go:build mpi

package ranks

/*
#cgo pkg-config: ompi-c
#include <mpi.h>
#include <stdlib.h>

// Go has handlers for the signals of faults, and those of Open MPI are not for Go's
// stacks, so it is asked to install none.
static int rank_init(int *granted) {
	setenv("OMPI_MCA_opal_signal", "", 0);
	int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, granted);
	if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
	return code;
}
static int rank_funneled(void) { return MPI_THREAD_FUNNELED; }
static int rank_number(int *rank, int *size) {
	int code = MPI_Comm_rank(MPI_COMM_WORLD, rank);
	return code == MPI_SUCCESS ? MPI_Comm_size(MPI_COMM_WORLD, size) : code;
}
static int rank_send(void *bytes, int n, int to, MPI_Request *r) { return MPI_Isend(bytes, n, MPI_BYTE, to, 0, MPI_COMM_WORLD, r); }
static int rank_receive(void *bytes, int n, int from, MPI_Request *r) { return MPI_Irecv(bytes, n, MPI_BYTE, from, 0, MPI_COMM_WORLD, r); }
static int rank_wait(MPI_Request *r, int n) { return MPI_Waitall(n, r, MPI_STATUSES_IGNORE); }
static int rank_test(MPI_Request *r, int n, int *done) { return MPI_Testall(n, r, done, MPI_STATUSES_IGNORE); }
static int rank_message(int code, char *text) { int n = 0; MPI_Error_string(code, text, &n); return n; }
static int rank_final(void) { return MPI_Finalize(); }
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"
	"unsafe"
)

// mpi is a Link of Open MPI. All calls come from one thread, as the level
// MPI_THREAD_FUNNELED asks, to which Go goroutines do not keep by themselves.
type mpi struct {
	calls      chan func()
	rank, size int
	behind     []*mpiPending // exchanges that have begun, for which nobody waits yet
	traffic    Traffic
	vigil      *vigil
	apart      bool // ranks may end each by themselves
}

// piece is the most bytes of one message: MPI counts in int32.
const piece = 1 << 30

// rest is how long the thread of MPI sleeps between two looks at what goes on behind a
// computation: Open MPI moves bytes only while it is called.
const rest = 100 * time.Microsecond

// Open joins the copies of this program that mpirun has started. Without mpirun it is
// [Alone]. A process that ends without Close ends all: lost is called where that of
// another rank has ended, on one rank with a sentence and on the others with nil. A nil
// lost: ranks may end each by themselves.
func Open(lost func(error)) (Link, error) {
	if started() == 1 {
		return Alone{}, nil
	}
	m := &mpi{calls: make(chan func()), vigil: &vigil{}, apart: lost == nil}
	go m.serve()
	err := m.do(m.start)
	if err == nil && lost != nil {
		m.vigil, err = keepVigil(m, lost)
	}
	return m, err
}

// serve makes the calls of MPI, and lets what goes on behind a computation proceed.
func (m *mpi) serve() {
	runtime.LockOSThread()
	timer := time.NewTimer(rest)
	for {
		if len(m.behind) == 0 {
			call, more := <-m.calls
			if !more {
				return
			}
			call()
			continue
		}
		timer.Reset(rest)
		select {
		case call := <-m.calls:
			call()
		case <-timer.C:
			m.proceed()
		}
	}
}

// do runs f on the thread of MPI.
func (m *mpi) do(f func() error) error {
	done := make(chan error, 1)
	m.calls <- func() { done <- f() }
	return <-done
}

func (m *mpi) start() error {
	var granted, rank, size C.int
	if err := fault("MPI_Init_thread", C.rank_init(&granted)); err != nil {
		return err
	}
	if granted < C.rank_funneled() {
		return errors.New("this MPI serves programs of one thread alone; one with MPI_THREAD_FUNNELED is needed")
	}
	if err := fault("MPI_Comm_rank", C.rank_number(&rank, &size)); err != nil {
		return err
	}
	m.rank, m.size = int(rank), int(size)
	return nil
}

// fault says what a call of MPI failed of.
func fault(call string, code C.int) error {
	if code == 0 {
		return nil
	}
	text := make([]byte, C.MPI_MAX_ERROR_STRING)
	n := C.rank_message(code, (*C.char)(unsafe.Pointer(&text[0])))
	return fmt.Errorf("%s: %s", call, text[:n])
}

// Rank implements Link.
func (m *mpi) Rank() int { return m.rank }

// Size implements Link.
func (m *mpi) Size() int { return m.size }

// Traffic implements Link.
func (m *mpi) Traffic() (t Traffic) {
	_ = m.do(func() error { t = m.traffic; return nil }) // the thread of MPI counts
	return t
}

// proceed ends the exchanges behind the computation that are done.
func (m *mpi) proceed() {
	m.behind = slices.DeleteFunc(m.behind, func(p *mpiPending) bool {
		var done C.int
		if p.err = fault("MPI_Testall", C.rank_test(p.requests, C.int(p.messages), &done)); p.err == nil && done == 0 {
			return false
		}
		if p.err == nil {
			p.err = p.check()
		}
		m.traffic.Behind += time.Since(p.began)
		p.end()
		return true
	})
}

// An mpiPending is an exchange of an mpi that has begun. Before its parcels it sends
// every rank their size, which also tells that this rank has come.
type mpiPending struct {
	*mpi
	held     runtime.Pinner
	sizes    []C.longlong // here and there by rank, C's memory
	want     []Parcel
	requests *C.MPI_Request // the sizes that come are the first
	messages int
	room     int
	began    time.Time
	done     bool
	err      error
}

// Begin implements Link.
func (m *mpi) Begin(send, recv []Parcel) (Pending, error) {
	p := &mpiPending{mpi: m, want: recv}
	return p, m.do(func() error {
		err := p.begin(send, recv)
		if err == nil {
			m.behind = append(m.behind, p)
		}
		return err
	})
}

// exchange implements exchanger, in one call of the thread of MPI.
func (m *mpi) exchange(send, recv []Parcel) error {
	p := &mpiPending{mpi: m, want: recv}
	return m.do(func() error {
		if err := p.begin(send, recv); err != nil {
			return err
		}
		defer p.end()
		return p.finish()
	})
}

func (p *mpiPending) begin(send, recv []Parcel) error {
	p.traffic.carry(p.rank, send, recv)
	p.provide(send, recv)
	p.began = time.Now()
	err := p.post(send, recv)
	if err != nil {
		p.held.Unpin()
	}
	return err
}

// provide makes room for the requests of an exchange and for the sizes.
func (p *mpiPending) provide(send, recv []Parcel) {
	for r := range p.size {
		p.room += 2
		for _, parcel := range []Parcel{send[r], recv[r]} {
			for _, b := range parcel {
				p.room += len(b)/piece + 1
			}
		}
	}
	p.requests = (*C.MPI_Request)(C.malloc(C.size_t(p.room) * C.size_t(unsafe.Sizeof(*p.requests))))
	n := 2 * p.size
	p.sizes = unsafe.Slice((*C.longlong)(C.malloc(C.size_t(n)*C.size_t(unsafe.Sizeof(C.longlong(0))))), n)
}

// post begins all messages: the sizes that come, those that go, and the parcels.
func (p *mpiPending) post(send, recv []Parcel) error {
	for _, step := range []func(r int) error{
		func(r int) error { return p.receive(unsafe.Pointer(&p.sizes[p.size+r]), 8, r) },
		func(r int) error {
			p.sizes[r] = C.longlong(send[r].size())
			return p.send(unsafe.Pointer(&p.sizes[r]), 8, r)
		},
		func(r int) error { return p.each(recv[r], r, p.receive) },
		func(r int) error { return p.each(send[r], r, p.send) },
	} {
		for r := range p.size {
			if r == p.rank {
				continue
			}
			if err := step(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// each begins the messages of a parcel.
func (p *mpiPending) each(parcel Parcel, rank int, begin func(bytes unsafe.Pointer, n, rank int) error) error {
	for _, b := range parcel {
		for len(b) > 0 {
			head := b[:min(piece, len(b))]
			p.held.Pin(&head[0])
			if err := begin(unsafe.Pointer(&head[0]), len(head), rank); err != nil {
				return err
			}
			b = b[len(head):]
		}
	}
	return nil
}

func (p *mpiPending) receive(bytes unsafe.Pointer, n, from int) error {
	return fault("MPI_Irecv", C.rank_receive(bytes, C.int(n), C.int(from), p.next()))
}

func (p *mpiPending) send(bytes unsafe.Pointer, n, to int) error {
	return fault("MPI_Isend", C.rank_send(bytes, C.int(n), C.int(to), p.next()))
}

// next is the request of the next message.
func (p *mpiPending) next() *C.MPI_Request {
	p.messages++
	return p.request(p.messages - 1)
}

// request is that of message i.
func (p *mpiPending) request(i int) *C.MPI_Request {
	return (*C.MPI_Request)(unsafe.Add(unsafe.Pointer(p.requests), uintptr(i)*unsafe.Sizeof(*p.requests)))
}

// Wait implements Pending.
func (p *mpiPending) Wait() error {
	return p.do(func() error {
		if !p.done {
			p.behind = slices.DeleteFunc(p.behind, func(other *mpiPending) bool { return other == p })
			p.traffic.Behind += time.Since(p.began)
			p.err = p.finish()
			p.end()
		}
		return p.err
	})
}

// finish waits for the others to come, and then for their parcels.
func (p *mpiPending) finish() error {
	start := time.Now()
	others := p.size - 1
	if err := fault("MPI_Waitall", C.rank_wait(p.requests, C.int(others))); err != nil {
		return err
	}
	here := time.Now()
	p.traffic.Waiting += here.Sub(start)
	if err := p.check(); err != nil {
		return err
	}
	err := fault("MPI_Waitall", C.rank_wait(p.request(others), C.int(p.messages-others)))
	p.traffic.Moving += time.Since(here)
	return err
}

// check refuses parcels of another size than is wanted.
func (p *mpiPending) check() error {
	for r := range p.size {
		if r != p.rank && int(p.sizes[p.size+r]) != p.want[r].size() {
			return errSize
		}
	}
	return nil
}

// end gives the memory of an exchange back that is over.
func (p *mpiPending) end() {
	p.done = true
	p.held.Unpin()
	C.free(unsafe.Pointer(p.requests))
	C.free(unsafe.Pointer(&p.sizes[0]))
}

// farewell is how long ranks that may end each by themselves wait for each other in the end.
const farewell = 20 * time.Second

// Close implements Link. Ranks that may end each by themselves have nothing left to do, and
// leave without one that was killed: Open MPI does not always notice that it is gone.
func (m *mpi) Close() error {
	m.vigil.close()
	final := func() error { return m.do(func() error { return fault("MPI_Finalize", C.rank_final()) }) }
	if !m.apart {
		defer close(m.calls)
		return final()
	}
	ended := make(chan error, 1)
	go func() { ended <- final(); close(m.calls) }()
	select {
	case err := <-ended:
		return err
	case <-time.After(farewell):
		return nil
	}
}
