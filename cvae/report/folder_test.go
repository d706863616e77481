package report

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// listFiles lists the files in a folder but for the parts, with slashes.
func listFiles(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == partsDir {
			return filepath.SkipDir
		}
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(folder, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func writeFiles(t *testing.T, folder string, names ...string) {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range names {
		files[name] = []byte("of " + name)
	}
	if err := WriteFiles(folder, files); err != nil {
		t.Fatal(err)
	}
}

// A smaller report takes the files of a larger one away, and nothing else: not
// what was there before, beside them or in the place of one of them.
func TestWriteFiles(t *testing.T) {
	out := t.TempDir()
	write(t, filepath.Join(out, "notes.md"), "mine")
	writeFiles(t, out, "report.json", "plots/a.svg", "plots/b.svg", "plots/c.svg", "vectors-2.tsv")
	write(t, filepath.Join(out, "plots", "mine.svg"), "mine")
	write(t, filepath.Join(out, "plots", "c.svg"), "of plots/c.svg, and my changes")
	if err := os.Remove(filepath.Join(out, "plots", "b.svg")); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, out, "report.json", "plots/d.svg")
	want := []string{"notes.md", "plots/c.svg", "plots/d.svg", "plots/mine.svg", "report.json"}
	if got := listFiles(t, out); !slices.Equal(got, want) {
		t.Errorf("after a smaller report there are %q, want %q", got, want)
	}
	writeFiles(t, out, "report.json")
	want = slices.DeleteFunc(want, func(name string) bool { return name == "plots/d.svg" })
	if got := listFiles(t, out); !slices.Equal(got, want) {
		t.Errorf("after a third report there are %q, want %q", got, want)
	}
}

// A file of somebody else, or one that somebody has changed, is never overwritten.
func TestWriteFilesRefuses(t *testing.T) {
	out := t.TempDir()
	write(t, filepath.Join(out, "report.md"), "mine")
	err := WriteFiles(out, map[string][]byte{"report.json": []byte("1"), "report.md": []byte("2")})
	if !errors.Is(err, ErrForeign) {
		t.Fatal(err)
	}
	if got := listFiles(t, out); !slices.Equal(got, []string{"report.md"}) {
		t.Errorf("there are %q", got)
	}
	if err := os.Remove(filepath.Join(out, "report.md")); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, out, "report.md", "vectors.tsv")
	writeFiles(t, out, "report.md", "vectors.tsv") // ours
	write(t, filepath.Join(out, "vectors.tsv"), "of vectors.tsv, and my changes")
	if err := CheckFolder(out, "report.md", "vectors.tsv"); !errors.Is(err, ErrForeign) {
		t.Errorf("a changed file: %v", err)
	}
}

// What labels and names hold cannot act on a terminal that shows a file.
func TestWriteFilesAreSafe(t *testing.T) {
	out := t.TempDir()
	hostile := "a\x1b]52;c;x\a\u009b2J\u202eb\tc\n"
	if err := WriteFiles(out, map[string][]byte{"metadata.tsv": []byte(hostile), "report.json": []byte(`{"run":"` + "\u009b\u202e" + `"}` + "\n")}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"metadata.tsv": `a\x1b]52;c;x\a\u009b2J\u202eb` + "\tc\n", "report.json": `{"run":"\u009b\u202e"}` + "\n"} {
		if got, err := os.ReadFile(filepath.Join(out, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
}

// Files of a report that was cut short are known, too; a list that names what is
// outside the folder, or is damaged, deletes nothing.
func TestWriteFilesAfterAFault(t *testing.T) {
	above := t.TempDir()
	out := filepath.Join(above, "out")
	write(t, filepath.Join(above, "precious"), "of precious")
	// That vectors is a file stops the report after metadata.tsv.
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(out, "vectors"), "")
	err := WriteFiles(out, map[string][]byte{"metadata.tsv": []byte("1"), "vectors/x.tsv": []byte("2")})
	var path *fs.PathError
	if !errors.As(err, &path) {
		t.Fatalf("a file inside a file: %v", err)
	}
	list := filepath.Join(out, partsDir, writtenFile)
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := fileHash(filepath.Join(above, "precious"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, list, string(text)+hash+"  ../precious\n"+hash+"\nno list at all\n\n  \n")
	if err := os.Remove(filepath.Join(out, "vectors")); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, out, "report.json")
	if got := listFiles(t, above); !slices.Equal(got, []string{"out/report.json", "precious"}) {
		t.Errorf("there are %q", got)
	}
}
