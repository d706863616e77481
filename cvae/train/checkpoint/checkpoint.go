// Package checkpoint saves and loads the state of a training run so that a
// kill at any moment leaves a complete checkpoint behind.
//
// A checkpoint is a pair of safetensors files with one step number:
//
//	state-<step>.safetensors   optimiser and cursors; metadata: small values, length of the log
//	last.safetensors           parameters and buffers; metadata: step and the state's sha256
//
// The state is written first and last.safetensors second, each to a temporary
// that is synced and renamed; then older states are deleted. Renaming
// last.safetensors is the moment at which the new checkpoint replaces the old
// one: the loader takes the state that last.safetensors belongs to and ignores
// others. The time spent and the length of the log, which differ between equal
// runs, and the origin stand in the state and outside the sha256, so that equal runs
// have equal last.safetensors.
package checkpoint

import (
	"fmt"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// LastFile is the name of the file that holds the newest parameters and names
// its state.
const LastFile = "last.safetensors"

// State is all that a run needs to go on as if it had not been interrupted.
type State struct {
	Step      int                  // optimiser steps done
	Model     []safetensors.Tensor // parameters and buffers
	Training  []safetensors.Tensor // optimiser moments, cursors; written, they may be streams
	Values    map[string]string    // small values as JSON; keys must not start with "cvae."
	LogLength int64                // bytes of log.jsonl that belong to this checkpoint
	Elapsed   time.Duration        // time spent on the run
	// Origin says what the run is made of, in the caller's words on one line; it is no
	// part of what equal runs have in common.
	Origin string
	// Unlogged says what was seen since the last line of the log, in the caller's words on
	// one line. Times are among it, so it is no part of what equal runs have in common.
	Unlogged string
}

// check refuses what could not be loaded again.
func (s State) check() error {
	if s.Step < 0 || s.LogLength < 0 || s.Elapsed < 0 {
		return fmt.Errorf("step %d, log length %d and time spent %v must not be negative", s.Step, s.LogLength, s.Elapsed)
	}
	return checkKeys(s.Values)
}

// checkKeys refuses metadata keys that this package uses itself.
func checkKeys(metadata map[string]string) error {
	for key := range metadata {
		if strings.HasPrefix(key, reserved) {
			return fmt.Errorf("the key %q starts with %q, which is reserved", key, reserved)
		}
	}
	return nil
}

// Join has a rank that keeps no checkpoint take part in writing that of another one:
// what is streamed is made in the same order.
func (s State) Join() error { return safetensors.Consume(s.Training) }

// Save makes s the checkpoint in dir, a folder that exists. After an error the
// checkpoint before it is still the one that [Load] returns, unless the error
// came after the last rename, when it is s.
//
// The log must be on the disk up to s.LogLength before Save is called.
func Save(dir string, s State) error {
	return store{fs: atomicfile.OS{}, reached: func(point) {}}.save(dir, s)
}
