//go:build !linux

package main

import "os"

// resident is not known here.
func resident(*os.ProcessState) int64 { return 0 }

func pipe(string) error { return nil }

func mount(string, string) (unmount func(), err error) { return nil, errSkipped }

// A terminal is not had here.
type terminal struct{}

func openTerminal(*bench, ...string) (*terminal, error) { return nil, errSkipped }
func (*terminal) text() string                          { return "" }
func (*terminal) typed() string                         { return "" }
func (*terminal) await(string) error                    { return nil }
func (*terminal) write(string)                          {}
func (*terminal) resize(int, int)                       {}
func (*terminal) signal(os.Signal)                      {}
func (*terminal) end() (int, error)                     { return 0, nil }
func (*terminal) close()                                {}
