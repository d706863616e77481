package main

import "runtime/debug"

// leanPercent is how much garbage a command that trains lets grow, in percent of
// what is in use.
const leanPercent = 25

// lean keeps the peak of memory near what is in use: training reuses large arrays
// from step to step and makes little garbage, so that collecting it often costs
// next to nothing.
func lean() { debug.SetGCPercent(leanPercent) }
