package tokenfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// content is a file with this body and header.
func content(t testing.TB, body, header string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish([]byte(header)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadsWhatWasWritten(t *testing.T) {
	b := content(t, "body", "header")
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	mapped, err1 := Open(path)
	memory, err2 := InMemory(b)
	pieces, err3 := Read(bytes.NewReader(b), int64(len(b)))
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]*File{"mapped": mapped, "in memory": memory, "in pieces": pieces} {
		for _, c := range []struct {
			offset int64
			n      int
			want   string
		}{{16, 4, "body"}, {17, 2, "od"}, {18, 100, "dy"}, {20, 1, ""}, {0, 4, ""}, {-1, 4, ""}, {1 << 40, 1, ""}} { // the magic takes 16 bytes
			if got := string(f.At(c.offset, c.n)); got != c.want {
				t.Errorf("%s: %d bytes at %d are %q, want %q", name, c.n, c.offset, got, c.want)
			}
		}
		if string(f.Header()) != "header" {
			t.Errorf("%s: header %q", name, f.Header())
		}
		if err := f.Close(); err != nil || f.At(16, 4) != nil {
			t.Errorf("%s: closed with %v, and reads on", name, err)
		}
	}
}

// TestDamaged cuts a file at every place and changes every byte.
func TestDamaged(t *testing.T) {
	b := content(t, "body", "header")
	for i := range b {
		if _, err := InMemory(b[:i]); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut after %d bytes: %v", i, err)
		}
		bad := bytes.Clone(b)
		bad[i] ^= 0x10
		if _, err := InMemory(bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("a folder: %v", err)
	}
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(empty); !errors.Is(err, ErrDamaged) {
		t.Errorf("an empty file: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(content(f, "body", "header"))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := InMemory(b)
		if err == nil && int64(len(file.Header())) != int64(len(b))-trailerSize-file.body {
			t.Errorf("a file of %d bytes has a header of %d and a body up to %d", len(b), len(file.Header()), file.body)
		}
	})
}

// drafted writes a draft of a file.
func drafted(t *testing.T, dir string, limit int, b []byte) *Draft {
	t.Helper()
	d := NewDraft(dir, limit)
	for _, half := range [][]byte{b[:len(b)/2], b[len(b)/2:]} {
		if _, err := d.Write(half); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// names are the files in a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// TestDraftOpen keeps a draft in memory, or in a file that goes with it.
func TestDraftOpen(t *testing.T) {
	b := content(t, "body", "header")
	for _, limit := range []int{0, len(b) - 1, len(b)} { // the second spills half-way
		dir := t.TempDir()
		f, err := drafted(t, dir, limit, b).Open()
		if err != nil {
			t.Fatal(err)
		}
		if got := string(f.At(16, 4)); got != "body" {
			t.Errorf("limit %d: %q", limit, got)
		}
		if err := f.Close(); err != nil || len(names(t, dir)) != 0 {
			t.Errorf("limit %d: %v stays, %v", limit, names(t, dir), err)
		}
	}
}

// TestPublish: the first draft gets the name, a second one is dropped, and an
// open file is not touched.
func TestPublish(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	first, second := drafted(t, dir, 0, content(t, "body", "1")), drafted(t, dir, 0, content(t, "other", "2"))
	if err := first.Publish(path); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := second.Publish(path); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := string(f.At(16, 4)) + string(again.At(16, 4)); got != "bodybody" {
		t.Errorf("the files hold %q", got)
	}
	if list := names(t, dir); len(list) != 1 {
		t.Errorf("the folder holds %q", list)
	}
}

func TestPublishFails(t *testing.T) {
	dir := t.TempDir()
	d := drafted(t, dir, 0, content(t, "body", ""))
	if err := d.Publish(filepath.Join(dir, "none", "f")); err == nil {
		t.Fatal("published in a folder that is not there")
	}
	f, err := d.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := string(f.At(16, 4)); got != "body" {
		t.Errorf("the draft holds %q", got)
	}
}

func TestDraftDamaged(t *testing.T) {
	dir := t.TempDir()
	for _, limit := range []int{0, 100} {
		if _, err := drafted(t, dir, limit, []byte("no file")).Open(); !errors.Is(err, ErrDamaged) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	if list := names(t, dir); len(list) != 0 {
		t.Errorf("%q stays", list)
	}
}

func TestSweep(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	for name, age := range map[string]time.Duration{"draft-1.cvae-tmp": 25 * time.Hour, "draft-2.cvae-tmp": time.Hour, "other": 25 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, now, now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	if err := Sweep(dir, now); err != nil {
		t.Fatal(err)
	}
	if list := names(t, dir); len(list) != 2 || list[0] != "draft-2.cvae-tmp" {
		t.Errorf("%q stay", list)
	}
}

// TestCut: a file that is cut while it is mapped is read as it was, from wherever its
// content comes again, and is an error that can be caught where it comes from nowhere.
func TestCut(t *testing.T) {
	for _, left := range []int64{0, 40, 5000} {
		path := filepath.Join(t.TempDir(), "f")
		body := bytes.Repeat([]byte("0123456789abcdef"), 4096)
		var content bytes.Buffer
		w := NewWriter(&content)
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := w.Finish([]byte("header")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		offset := int64(len(magic)) + 16*4000
		if got := string(f.At(offset, 16)); got != "0123456789abcdef" {
			t.Fatalf("it holds %q", got)
		}
		if err := os.Truncate(path, left); err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if fault := recover(); fault == nil || !strings.Contains(fmt.Sprint(fault), "cut the file") {
					t.Errorf("a cut file without another: %v", fault)
				}
			}()
			f.At(offset, 16)
		}()
		asked := 0
		f.OnLoss(func() (*File, error) { asked++; return InMemory(content.Bytes()) })
		for _, at := range []int64{offset, int64(len(magic)), 4096} { // a page that is gone, one that reads on, and one of zeros
			want := string(content.Bytes()[at : at+16])
			if got := string(f.At(at, 16)); got != want {
				t.Errorf("cut to %d bytes, at %d it holds %q, want %q", left, at, got, want)
			}
		}
		if asked != 1 {
			t.Errorf("the content was asked for %d times", asked)
		}
		if err := f.Close(); err != nil || f.At(offset, 4) != nil {
			t.Errorf("closing: %v", err)
		}
	}
}

// TestDraftFull: the words about a full disk are the same for every draft in a folder.
func TestDraftFull(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "none")
	var said []string
	for range 2 {
		_, err := NewDraft(folder, 0).Write([]byte("x"))
		if !errors.Is(err, ErrFull) || !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		said = append(said, err.Error())
	}
	if want := "the encoded corpus cannot be kept in " + folder + ": "; said[0] != said[1] || !strings.HasPrefix(said[0], want) || !strings.HasSuffix(said[0], "by XDG_CACHE_HOME") {
		t.Errorf("%q", said)
	}
}
