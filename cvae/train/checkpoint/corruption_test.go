package checkpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

const stateFile = "state-7.safetensors"

// refuses checks that Load fails with one sentence that names the file and the
// fault, and does not call the checkpoint absent.
func refuses(t *testing.T, dir, file, fault string) {
	t.Helper()
	_, err := Load(dir)
	if err == nil {
		t.Fatalf("%s: a damaged checkpoint was loaded", fault)
	}
	text := err.Error()
	if !strings.Contains(text, file) || !strings.Contains(text, fault) || strings.Contains(text, "\n") {
		t.Errorf("%q does not name %s and %q in one sentence", text, file, fault)
	}
	if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%q would let a run start anew", text)
	}
}

func TestDamagedBits(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, stateOf(7, 2))
	for _, name := range []string{LastFile, stateFile} {
		path := filepath.Join(dir, name)
		whole := readFile(t, path)
		for i := range whole {
			damaged := append([]byte(nil), whole...)
			damaged[i] ^= 1 << (i % 8)
			writeFile(t, path, damaged)
			refuses(t, dir, name, "")
		}
		writeFile(t, path, whole)
	}
	loads(t, dir, stateOf(7, 2))
}

func TestCutFiles(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, stateOf(7, 2))
	for _, name := range []string{LastFile, stateFile} {
		path := filepath.Join(dir, name)
		whole := readFile(t, path)
		for n := range whole {
			writeFile(t, path, whole[:n])
			refuses(t, dir, name, "")
		}
		writeFile(t, path, append(whole, 0))
		refuses(t, dir, name, "")
		writeFile(t, path, whole)
	}
}

func TestFaultsAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, file, fault string
		damage            func(t *testing.T, dir string)
	}{
		{"cut header", LastFile, "cut off", func(t *testing.T, dir string) { cut(t, dir, LastFile, 40) }},
		{"cut data", LastFile, "cut off", func(t *testing.T, dir string) { cut(t, dir, LastFile, -1) }},
		{"empty", LastFile, "cut off", func(t *testing.T, dir string) { cut(t, dir, LastFile, 0) }},
		{"flipped data", LastFile, "checksum", func(t *testing.T, dir string) { flip(t, dir, LastFile, -1) }},
		{"cut state", stateFile, "cut off", func(t *testing.T, dir string) { cut(t, dir, stateFile, -1) }},
		{"flipped state", stateFile, "sha256", func(t *testing.T, dir string) { flip(t, dir, stateFile, -1) }},
		{"missing state", LastFile, "missing", func(t *testing.T, dir string) { remove(t, dir, stateFile) }},
		{"state of another run", stateFile, "exchanged", func(t *testing.T, dir string) {
			other := t.TempDir()
			save(t, other, stateOf(7, 9))
			writeFile(t, filepath.Join(dir, stateFile), readFile(t, filepath.Join(other, stateFile)))
		}},
		{"state as last", LastFile, `kind "state"`, func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, LastFile), readFile(t, filepath.Join(dir, stateFile)))
		}},
		{"model as last", LastFile, `kind "model"`, func(t *testing.T, dir string) {
			if err := SaveModel(filepath.Join(dir, LastFile), stateOf(7, 2).Model, nil); err != nil {
				t.Fatal(err)
			}
		}},
		{"not ours", LastFile, "not written by cvae", relabel(map[string]string{"format": "pt"})},
		{"newer version", LastFile, `format version "2"`, relabel(map[string]string{keyVersion: "2", keyKind: "last"})},
		{"no checksum", LastFile, "checksum", relabel(map[string]string{keyVersion: "1", keyKind: "last"})},
		{"no step", LastFile, "whole number", reseal(map[string]string{})},
		{"odd step", LastFile, "whole number", reseal(map[string]string{keyStep: "+7"})},
		{"folder as last", LastFile, "", func(t *testing.T, dir string) {
			remove(t, dir, LastFile)
			if err := os.Mkdir(filepath.Join(dir, LastFile), 0o777); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, dir, stateOf(7, 2))
			c.damage(t, dir)
			refuses(t, dir, c.file, c.fault)
		})
	}
}

func cut(t *testing.T, dir, name string, n int) {
	whole := readFile(t, filepath.Join(dir, name))
	if n < 0 {
		n += len(whole)
	}
	writeFile(t, filepath.Join(dir, name), whole[:n])
}

func flip(t *testing.T, dir, name string, i int) {
	whole := readFile(t, filepath.Join(dir, name))
	whole[len(whole)+i] ^= 1
	writeFile(t, filepath.Join(dir, name), whole)
}

func remove(t *testing.T, dir, name string) {
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// relabel returns a damage that gives last.safetensors other metadata.
func relabel(metadata map[string]string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		f, err := os.Create(filepath.Join(dir, LastFile))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := safetensors.Write(f, stateOf(7, 2).Model, metadata); err != nil {
			t.Fatal(err)
		}
	}
}

// reseal is relabel with a checksum that fits.
func reseal(metadata map[string]string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		sealed, err := seal(kindLast, stateOf(7, 2).Model, metadata)
		if err != nil {
			t.Fatal(err)
		}
		relabel(sealed)(t, dir)
	}
}

// TestStateSaysOtherwise checks the state's own metadata, which last.safetensors
// vouches for with the sha256: only a faulty program could write these.
func TestStateSaysOtherwise(t *testing.T) {
	good := map[string]string{keyVersion: "1", keyKind: "state", keyStep: "7", keyClocks: clocks{3, 5}.String()}
	for _, c := range []struct{ key, value, fault string }{
		{keyVersion, "0", "format version"},
		{keyKind, "last", "kind"},
		{keyStep, "8", "of step 8"},
		{keyStep, "", "whole number"},
		{keyClocks, "3 5 00000000", "damaged"},
		{keyClocks, "3", "clocks"},
	} {
		metadata := map[string]string{}
		for key, value := range good {
			metadata[key] = value
		}
		metadata[c.key] = c.value
		var file strings.Builder
		if err := safetensors.Write(&file, nil, metadata); err != nil {
			t.Fatal(err)
		}
		sum, err := stateSum(nil, metadata)
		if err != nil {
			t.Fatal(err)
		}
		_, err = parseState(strings.NewReader(file.String()), int64(file.Len()), pointer{step: 7, sum: sum})
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s = %q: %v", c.key, c.value, err)
		}
	}
}
