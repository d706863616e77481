package cvae

import (
	"runtime"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// A Team is the workers that a model computes with.
type Team = kernel.Team

// NewTeam starts threads workers, 0 meaning one per processor, on the fastest
// kernels of this machine.
func NewTeam(threads int) (*Team, error) {
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	return kernel.NewTeam(threads, kernel.Best())
}
