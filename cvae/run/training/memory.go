package training

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
)

// Estimate is the memory in bytes that training will need, told from the settings before
// anything is built.
func (t *Training) Estimate() (sum float64) {
	for _, d := range t.demands() {
		sum += d.Bytes
	}
	return sum
}

func (t *Training) demands() []cvae.Demand {
	return t.Config.Model.Demands(t.words.Size(), t.Config.Batch, t.parts)
}

// checkMemory refuses a model that is larger than the memory of the machine, naming the
// setting that most of it comes from. A machine that does not say takes any.
func (t *Training) checkMemory(has float64) error {
	needs := t.Estimate()
	if has == 0 || needs <= has {
		return nil
	}
	most := t.demands()[0]
	return config.Error{Err: fmt.Errorf("training needs about %s of memory, and this machine has %s: %s of it come from %s, which is %d; lower it",
		gigabytes(needs), gigabytes(has), gigabytes(most.Bytes), most.Key, most.Value)}
}

func gigabytes(b float64) string { return fmt.Sprintf("%.1f GB", b/1e9) }

// machineMemory is the memory in bytes that this process may have: the machine's, or the
// limit of its control group; 0 where the system does not say.
func machineMemory() float64 {
	least := 0.0
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range bytes.Lines(text) {
			if fields := bytes.Fields(line); len(fields) == 3 && string(fields[0]) == "MemTotal:" {
				if n, err := strconv.ParseFloat(string(fields[1]), 64); err == nil {
					least = n * 1024
				}
			}
		}
	}
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64); err == nil && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}
