//go:build mpi

package ranks

// built says that this build has MPI.
const built = true
