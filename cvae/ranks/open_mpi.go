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
static int rank_message(int code, char *text) { int n = 0; MPI_Error_string(code, text, &n); return n; }
static int rank_final(void) { return MPI_Finalize(); }
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// mpi is a Link of Open MPI. All calls come from one thread, as the level
// MPI_THREAD_FUNNELED asks, to which Go goroutines do not keep by themselves.
type mpi struct {
	calls      chan func()
	rank, size int
	requests   *C.MPI_Request
	room       int // in requests
}

// piece is the most bytes of one message: MPI counts in int32.
const piece = 1 << 30

// Open joins the copies of this program that mpirun has started. Without mpirun it is
// [Alone]. A process that ends without Close ends all.
func Open() (Link, error) {
	if started() == 1 {
		return Alone{}, nil
	}
	m := &mpi{calls: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for call := range m.calls {
			call()
		}
	}()
	return m, m.do(m.start)
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

// Exchange implements Link.
func (m *mpi) Exchange(send, recv [][]byte) error {
	return m.do(func() error {
		var held runtime.Pinner
		defer held.Unpin()
		m.provide(send, recv)
		n := 0
		for r := range m.size {
			if r == m.rank {
				continue
			}
			for b := recv[r]; len(b) > 0; n++ {
				head := b[:min(piece, len(b))]
				held.Pin(&head[0])
				if err := fault("MPI_Irecv", C.rank_receive(unsafe.Pointer(&head[0]), C.int(len(head)), C.int(r), m.request(n))); err != nil {
					return err
				}
				b = b[len(head):]
			}
			for b := send[r]; len(b) > 0; n++ {
				head := b[:min(piece, len(b))]
				held.Pin(&head[0])
				if err := fault("MPI_Isend", C.rank_send(unsafe.Pointer(&head[0]), C.int(len(head)), C.int(r), m.request(n))); err != nil {
					return err
				}
				b = b[len(head):]
			}
		}
		return fault("MPI_Waitall", C.rank_wait(m.requests, C.int(n)))
	})
}

// provide makes room for the requests of an exchange.
func (m *mpi) provide(send, recv [][]byte) {
	n := 1
	for r := range m.size {
		n += len(send[r])/piece + len(recv[r])/piece + 2
	}
	if n > m.room {
		C.free(unsafe.Pointer(m.requests))
		m.requests, m.room = (*C.MPI_Request)(C.malloc(C.size_t(n)*C.size_t(unsafe.Sizeof(*m.requests)))), n
	}
}

// request is that of message i.
func (m *mpi) request(i int) *C.MPI_Request {
	return (*C.MPI_Request)(unsafe.Add(unsafe.Pointer(m.requests), uintptr(i)*unsafe.Sizeof(*m.requests)))
}

// Close implements Link.
func (m *mpi) Close() error {
	defer close(m.calls)
	return m.do(func() error { return fault("MPI_Finalize", C.rank_final()) })
}
