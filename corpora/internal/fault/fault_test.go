package fault

import (
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// TestCannotWrite: a folder that cannot be written is not a full disk.
func TestCannotWrite(t *testing.T) {
	for number, full := range map[syscall.Errno]bool{syscall.EROFS: false, syscall.EIO: true} {
		err := CannotWrite("a", &fs.PathError{Op: "open", Path: "a", Err: number})
		if strings.Contains(err.Error(), "disk is full") != full {
			t.Errorf("%d: %v", number, err)
		}
	}
}
