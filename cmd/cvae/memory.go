package main

import (
	"os"
	"runtime/debug"
)

// headroom is the garbage that a frugal command lets stand, in percent of what it holds.
const headroom = 25

// frugal makes a command that measures a lot at little speed collect its garbage more
// often, unless GOGC says how often, until usual is called.
func frugal() (usual func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(headroom)
	return func() { debug.SetGCPercent(before) }
}
