package archive

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// zipped is an archive of files, given as names and contents in turn.
func zipped(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = io.WriteString(w, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func written(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPaths(t *testing.T) {
	path := written(t, zipped(t, "top/train.zip", zipped(t, "train/a.txt", "in"), "top/b.txt", "out", "__MACOSX/top/._b.txt", "x", "../c.txt", "x", "/d.txt", "x", "top/", "", "e\\f", "x"))
	names, err := Names(path)
	if diff := cmp.Diff([]string{"top/train.zip", "top/b.txt"}, names); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	inner, err := Names(filepath.Join(path, "top/train.zip"))
	if diff := cmp.Diff([]string{"train/a.txt"}, inner); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for name, want := range map[string]string{"top/b.txt": "out", "top/train.zip/train/a.txt": "in", "top/no.txt": "", "../c.txt": ""} {
		at := filepath.Join(path, name)
		r, _, err := Open(at)
		if (err == nil) != (want != "") || Exists(at) != (want != "") {
			t.Errorf("%s: %v, Exists %t", name, err, Exists(at))
		}
		if err == nil {
			content, err := io.ReadAll(r)
			if string(content) != want || err != nil || r.Close() != nil {
				t.Errorf("%s holds %q, %v", name, content, err)
			}
		}
	}
	if got := Real(filepath.Join(path, "top/b.txt")); got != path {
		t.Errorf("the archive is %s", got)
	}
}

// TestRefuses: archives that are made to take memory or time are refused as they are opened.
func TestRefuses(t *testing.T) {
	var many []string
	for i := range mostFiles + 1 {
		many = append(many, fmt.Sprint(i), "")
	}
	long := strings.Repeat("n", 60000)
	var wide []string
	for i := range 150 {
		wide = append(wide, fmt.Sprint(i, long), "")
	}
	shared := []byte(zipped(t, "a", strings.Repeat("a", 1000), "b", strings.Repeat("b", 1000)))
	for _, at := range []int{bytes.Index(shared, []byte("PK\x01\x02")), bytes.LastIndex(shared, []byte("PK\x01\x02"))} {
		copy(shared[at+20:], []byte{0xff, 0xff, 0, 0}) // says how much is compressed
	}
	for name, c := range map[string]struct {
		content string
		want    error
	}{
		"many files":      {zipped(t, many...), fault.ErrZip},
		"a long list":     {zipped(t, wide...), nil},
		"shared bytes":    {string(shared), fault.ErrExpansion},
		"half an archive": {zipped(t, "a", "b")[:40], nil},
	} {
		if _, err := Names(written(t, c.content)); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzArchive(f *testing.F) {
	f.Add([]byte(zipped(f, "a.zip", zipped(f, "b.txt", "c"), "d.txt", "e")))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := written(t, string(content))
		names, _ := Names(path)
		for _, name := range names {
			r, _, err := Open(filepath.Join(path, name))
			if err == nil {
				_, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<20)) // what is damaged says so
				_ = r.Close()
			}
			_, _ = Names(filepath.Join(path, name))
		}
	})
}
