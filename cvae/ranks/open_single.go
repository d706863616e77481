//go:build !mpi

package ranks

import "fmt"

// Open joins the copies of this program that mpirun has started, of which this build can
// be one alone: it has no MPI.
func Open(func(error)) (Link, error) {
	if n := started(); n > 1 {
		return nil, fmt.Errorf("mpirun has started %d copies of cvae, and this build has no MPI, so each would train alone: build one that has, by go build -tags mpi ./cmd/cvae", n)
	}
	return Alone{}, nil
}
