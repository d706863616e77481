package kernel

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The checked-in assembly and stubs are what the generator writes.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not here to run the generator")
	}
	dir := t.TempDir()
	run := exec.Command(tool, "run", ".", "-out", dir)
	run.Dir = "_asm"
	run.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOOS=", "GOARCH=")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("generator: %v\n%s", err, out)
	}
	made, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(made) == 0 {
		t.Fatal("the generator wrote nothing")
	}
	for _, name := range made {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Base(name)); err != nil || string(got) != string(want) {
			t.Errorf("%s is stale: run go run . in _asm (%v)", filepath.Base(name), err)
		}
	}
	checkedIn, _ := filepath.Glob("*.s")
	written, _ := filepath.Glob(filepath.Join(dir, "*.s"))
	if len(checkedIn) != len(written) {
		t.Errorf("%d assembly files are checked in, the generator writes %d", len(checkedIn), len(written))
	}
}
