//go:build unix

package tokenfile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

func mapped(f *os.File, size int64) (memory []byte, unmap func() error, err error) {
	if int64(int(size)) != size {
		return nil, nil, errors.New("the file is larger than the address space")
	}
	memory, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	return memory, func() error { return unix.Munmap(memory) }, err
}
