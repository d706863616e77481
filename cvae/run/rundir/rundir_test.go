package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const temporary = "model.safetensors.cvae-tmp"

func fill(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("content"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func create(t *testing.T, dir string, resume bool) *Dir {
	t.Helper()
	d, err := Create(dir, resume)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestCreate(t *testing.T) {
	const refused = "refused"
	for _, c := range []struct {
		name          string
		files         []string // nil: the folder is missing
		anew, resumed string   // "fresh", "goes on" or refused
	}{
		{"missing", nil, "fresh", "fresh"},
		{"empty", []string{}, "fresh", "fresh"},
		{"stale lock", []string{LockFile}, "fresh", "fresh"},
		{"stale temporaries", []string{temporary, "state-1.safetensors.cvae-tmp"}, "fresh", "fresh"},
		{"a run", []string{ConfigFile, TokenizerFile, ModelFile, LastFile, LogFile}, refused, "goes on"},
		{"a checkpoint alone", []string{LastFile, "state-5.safetensors"}, refused, "goes on"},
		{"killed before the first checkpoint", []string{ConfigFile, TokenizerFile, LogFile, "state-0.safetensors"}, refused, "fresh"},
		{"a model whose checkpoint was deleted", []string{ConfigFile, ModelFile, LogFile}, refused, refused},
		{"something else", []string{"thesis.tex"}, refused, refused},
		{"something else with a configuration", []string{ConfigFile, "main.go"}, refused, refused},
		{"somebody's temporary", []string{"notes.tmp"}, refused, refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			for resume, want := range map[bool]string{false: c.anew, true: c.resumed} {
				dir := filepath.Join(t.TempDir(), "parent", "run")
				if c.files != nil {
					if err := os.MkdirAll(dir, 0o777); err != nil {
						t.Fatal(err)
					}
					fill(t, dir, c.files...)
				}
				d, err := Create(dir, resume)
				if want == refused {
					checkRefusal(t, dir, c.files, resume, err)
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if d.Fresh() != (want == "fresh") {
					t.Errorf("resume %v: fresh is %v", resume, d.Fresh())
				}
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// checkRefusal checks that the error has the cure in one line, and that the
// folder still holds files.
func checkRefusal(t *testing.T, dir string, files []string, resume bool, err error) {
	t.Helper()
	if !errors.Is(err, ErrNotEmpty) {
		t.Fatalf("resume %v: got %v", resume, err)
	}
	text := err.Error()
	if !strings.Contains(text, dir) || !strings.Contains(text, "--out") || strings.Contains(text, "\n") {
		t.Errorf("%q lacks the folder or the cure", text)
	}
	if strings.Contains(text, "--resume") == resume {
		t.Errorf("resume %v: %q", resume, text)
	}
	if left := names(t, dir); len(left) != len(files) {
		t.Errorf("resume %v: %v became %v", resume, files, left)
	}
}

func TestCreateDeletesTemporaries(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, LastFile, temporary, "config.yaml.cvae-tmp")
	create(t, dir, true)
	if diff := cmp.Diff([]string{LockFile, LastFile}, names(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestCreateOnFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	fill(t, filepath.Dir(path), "run")
	for _, resume := range []bool{false, true} {
		if _, err := Create(path, resume); err == nil || !strings.Contains(err.Error(), path) {
			t.Error(err)
		}
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	d := create(t, dir, false)
	for range 2 {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{}, names(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	d := create(t, dir, false)
	for _, want := range []string{"method: bn\n", "beta: 1\n"} {
		if err := d.WriteFile(ConfigFile, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(d.Path(ConfigFile)); err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if diff := cmp.Diff([]string{ConfigFile, LockFile}, names(t, dir)); diff != "" {
		t.Error(diff)
	}
}
