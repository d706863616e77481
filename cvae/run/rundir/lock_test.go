package rundir

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// envDir makes this test binary a process that holds the lock of a folder.
const envDir = "RUNDIR_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(envDir); dir != "" {
		if _, err := Create(dir, true); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("locked")
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the parent
		return
	}
	os.Exit(m.Run())
}

// startHolder starts a process that takes the lock, and returns it with the
// line that it said.
func startHolder(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envDir+"="+dir)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, strings.TrimSuffix(line, "\n")
}

// isInUse checks that err names the folder and the process in one line.
func isInUse(t *testing.T, text, dir string, pid int) {
	t.Helper()
	host, _ := os.Hostname()
	want := fmt.Sprintf("%s: the run directory is in use by process %d on %s", dir, pid, host)
	if text != want {
		t.Errorf("got  %q\nwant %q", text, want)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, false)
	_, line := startHolder(t, dir)
	isInUse(t, line, dir, os.Getpid())
}

func TestLockOfKilledProcessIsIgnored(t *testing.T) {
	dir := t.TempDir()
	holder, line := startHolder(t, dir)
	if line != "locked" {
		t.Fatal(line)
	}
	for _, resume := range []bool{false, true} {
		_, err := Create(dir, resume)
		if !errors.Is(err, ErrLocked) {
			t.Fatal(err)
		}
		isInUse(t, err.Error(), dir, holder.Process.Pid)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait()
	content, err := os.ReadFile(filepath.Join(dir, LockFile))
	if err != nil || !strings.Contains(string(content), strconv.Itoa(holder.Process.Pid)) {
		t.Fatalf("the killed process left %q, %v", content, err)
	}
	if d := create(t, dir, false); !d.Fresh() {
		t.Error("a folder with a stale lock is not empty")
	}
}

func TestSecondCreateInOneProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	d := create(t, dir, false)
	_, err := Create(dir, true)
	if !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	isInUse(t, err.Error(), dir, os.Getpid())
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	create(t, dir, true)
}

// A number in a stale lock may by now belong to another process, or to this
// one, as in containers, where the first process is always 1.
func TestStaleLockWithReusedNumberIsIgnored(t *testing.T) {
	for _, pid := range []int{os.Getpid(), os.Getppid()} {
		dir := t.TempDir()
		content := fmt.Sprintf(`{"pid":%d,"host":"elsewhere"}`, pid)
		if err := os.WriteFile(filepath.Join(dir, LockFile), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		create(t, dir, false)
		if _, err := Create(dir, false); err == nil || strings.Contains(err.Error(), "elsewhere") {
			t.Errorf("the stale owner stayed in the lock: %v", err)
		}
	}
}

func TestUnsignedLockIsStillALock(t *testing.T) {
	dir := t.TempDir()
	d := create(t, dir, false)
	if err := os.Truncate(d.Path(LockFile), 0); err != nil {
		t.Fatal(err)
	}
	_, err := Create(dir, false)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "another process") {
		t.Error(err)
	}
}

// A lock that its owner deletes after we opened it protects nothing.
func TestDeletedLockIsNotTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), LockFile)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Rename(path, path+".away"); err != nil {
		t.Skip("open files cannot be moved here")
	}
	if current, err := take(f, path); current || err != nil {
		t.Errorf("current %v, %v", current, err)
	}
}
