package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"

	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
)

// An apart is the end of a rank while others still wait for it.
type apart struct{ error }

// Unwrap returns why it ended.
func (a apart) Unwrap() error { return a.error }

// onRanks does the work of one rank. A rank that fails, or is interrupted apart, leaves
// without closing the link, which ends the others; one that is interrupted with them
// leaves with them.
func onRanks(wanted int, work func(ranks.Link) error) error { return onRanksThat(missed, wanted, work) }

// missed ends this rank because another has ended; nil: another rank says so.
func missed(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "cvae:", err)
	}
	os.Exit(exitFailure)
}

// onRanksThat is onRanks with what becomes of a rank that misses another; nil: it goes on.
func onRanksThat(missed func(error), wanted int, work func(ranks.Link) error) error {
	link, err := ranks.Open(missed)
	if err != nil {
		return err
	}
	if n := link.Size(); wanted > 0 && wanted != n {
		if n == 1 {
			return usagef("--ranks is %d, and this is a process by itself: start mpirun -n %d with a cvae that was built by go build -tags mpi ./cmd/cvae", wanted, wanted)
		}
		return usagef("--ranks is %d, and mpirun has started %d", wanted, n)
	}
	return leave(link, work(link))
}

// leave ends the part of a rank whose work ended with err.
func leave(link ranks.Link, err error) error {
	var alone apart
	if err != nil && (exitCode(err) != exitInterrupted || errors.As(err, &alone)) {
		return err
	}
	left := link.Close()
	switch {
	case err == nil:
		return left
	case link.Rank() > 0:
		return unsaid{err} // rank 0 says it
	}
	return err
}

// An unsaid is an error of which another process tells, or who has left a chat need not be told.
type unsaid struct{ error }

// Unwrap returns the error.
func (u unsaid) Unwrap() error { return u.error }

// exchanged says in a line what ranks sent each other and how long they stood still for
// it.
func exchanged(e *dialog.Exchange) string {
	mean := func(of []float64) float64 { return stat.Mean(of, nil) }
	return fmt.Sprintf("%d ranks: each sent %s MB a step; exchanges took %s ms of a step and %s ms behind the computation, waiting for other ranks %s ms (by rank %s)",
		e.Ranks, precise(mean(e.Bytes)/1e6), precise(mean(e.Moving)), precise(mean(e.Behind)), precise(mean(e.Waiting)), precise(e.Waiting...))
}

// precise shows measurements with three digits.
func precise(x ...float64) string {
	var words []string
	for _, v := range x {
		words = append(words, strconv.FormatFloat(v, 'g', 3, 64))
	}
	return strings.Join(words, ", ")
}

// join makes these options those of a rank. All but rank 0 are silent and keep nothing.
func (o *trainOptions) join(l ranks.Link) (done func(), err error) {
	if l.Size() == 1 {
		return func() {}, nil
	}
	if l.Rank() > 0 {
		o.follows, o.Plain, o.Board = true, true, false
		o.In, o.Out, o.Err = strings.NewReader(""), io.Discard, io.Discard
	}
	o.Path, done, err = training.Share(l, o.Path, o.Resume)
	return done, err
}
