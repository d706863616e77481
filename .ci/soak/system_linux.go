package main

import (
	"os"
	"os/exec"
	"syscall"
)

// resident is the most memory that a process had, in MiB.
func resident(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss / 1024
	}
	return 0
}

func pipe(path string) error { return syscall.Mkfifo(path, 0o600) }

// mount puts a disk of that size in a folder, or changes its size; it takes root.
func mount(folder, size string) (unmount func(), err error) {
	options := "size=" + size
	if exec.Command("mountpoint", "-q", folder).Run() == nil {
		options = "remount," + options
	}
	err = exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder).Run()
	return func() { _ = exec.Command("umount", folder).Run() }, err
}
