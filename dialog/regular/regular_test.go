//go:build unix

package regular_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/cvae-go/cvae/dialog/regular"
)

// TestKinds: a file and a link to one are read; what would wait or never end is
// refused at once.
func TestKinds(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("file"), []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := errors.Join(os.Symlink(at("file"), at("link")), os.Symlink("/dev/zero", at("zero")), os.Mkdir(at("folder"), 0o700), syscall.Mkfifo(at("pipe"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"file": nil, "link": nil, "zero": regular.ErrKind, "folder": regular.ErrKind, "pipe": regular.ErrKind, "none": fs.ErrNotExist} {
		content, err := regular.Read(at(name), 5)
		inside, errIn := regular.ReadIn(os.DirFS(dir), name, 5)
		if !errors.Is(err, want) || !errors.Is(errIn, want) || err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v", name, err, errIn)
		}
		if want == nil && (string(content) != "12345" || string(inside) != "12345") {
			t.Errorf("%s holds %q, %q", name, content, inside)
		}
	}
	if _, err := regular.Read(at("file"), 4); err == nil || !strings.Contains(err.Error(), "more than 4 bytes") {
		t.Errorf("a file that is too long: %v", err)
	}
}
