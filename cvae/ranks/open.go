package ranks

import (
	"os"
	"strconv"
)

// started is how many copies of this program a launcher says that it has started; 1
// without a launcher. Open MPI, MPICH's Hydra and Slurm each say it in their own way.
func started() int {
	for _, name := range []string{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"} {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
			return n
		}
	}
	return 1
}
