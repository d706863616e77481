package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A part is measured once, and again when its file is damaged or its key
// changes; a failure keeps nothing.
func TestPart(t *testing.T) {
	out, measured := t.TempDir(), 0
	get := func(key string) int {
		t.Helper()
		n, err := part(out, []any{key}, func() (int, error) { measured++; return measured, nil })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if a, b, c := get("a"), get("a"), get("b"); a != 1 || b != 1 || c != 2 {
		t.Errorf("%d, %d and under another key %d; want 1, 1, 2", a, b, c)
	}
	files, err := filepath.Glob(filepath.Join(out, partsDir, "*.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		write(t, f, `{"damaged`)
	}
	if n := get("a"); n != 3 {
		t.Errorf("a damaged part gives %d, want 3", n)
	}
	fault := errors.New("fault")
	if _, err := part(out, []any{"c"}, func() (int, error) { return 0, fault }); !errors.Is(err, fault) {
		t.Error(err)
	}
	if n := get("c"); n != 4 {
		t.Errorf("after a failure %d, want 4", n)
	}
	write(t, filepath.Join(out, "file"), "")
	if _, err := part(filepath.Join(out, "file"), []any{"d"}, func() (int, error) { return 0, nil }); err == nil {
		t.Error("a part is kept inside a file")
	}
}

// Cells hold no TAB and no line break; a single column has no names.
func TestProjector(t *testing.T) {
	points := []Point{{[]float32{1, -0.5}, "a\tb", "two\nlines"}, {[]float32{0, 1e-9}, "", "hi"}}
	for _, test := range []struct {
		write func(*bytes.Buffer) error
		want  string
	}{
		{func(b *bytes.Buffer) error { return WriteVectors(b, points) }, "1\t-0.5\n0\t1e-09\n"},
		{func(b *bytes.Buffer) error { return WriteMetadata(b, "act", points) }, "act\tresponse\na b\ttwo lines\n\thi\n"},
		{func(b *bytes.Buffer) error { return WriteMetadata(b, "", points) }, "two lines\nhi\n"},
		// TensorBoard 2.21.0 opened folders with this file.
		{func(b *bytes.Buffer) error { return WriteProjector(b, []Tensor{{"runs/a \"b\"", "v.tsv", "m.tsv"}}) },
			"embeddings {\n  tensor_name: \"runs/a \\\"b\\\"\"\n  tensor_path: \"v.tsv\"\n  metadata_path: \"m.tsv\"\n}\n"},
	} {
		var b bytes.Buffer
		if err := test.write(&b); err != nil || b.String() != test.want {
			t.Errorf("%q, %v; want %q", b.String(), err, test.want)
		}
	}
	full := new(full)
	if err := errors.Join(WriteVectors(full, points), WriteMetadata(full, "act", points)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("writing where nothing can be written: %v", err)
	}
}

// full takes nothing.
type full struct{}

func (*full) Write([]byte) (int, error) { return 0, os.ErrClosed }
