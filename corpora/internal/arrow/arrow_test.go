package arrow

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora/internal/fault"
)

// kinds are the rows of testdata/kinds.arrow, in two batches, and of kinds.feather, in
// one, which pyarrow 26.0.1 wrote from these values.
var kinds = []map[string]any{
	{"s": "a", "l": []any{"x", "y"}, "b": true, "i8": int64(-1), "u16": int64(65535), "i32": int64(-5), "i64": int64(1 << 40), "f32": .5, "f64": .1, "n": nil,
		"st": map[string]any{"a": "p", "b": []any{int64(1)}}, "fl": []any{int64(1), int64(2)}, "ls": "big", "ll": []any{"m"},
		"mp": []any{map[string]any{"key": "k", "value": "v"}}, "ts": int64(0), "bin": []byte{0xff}, "d": int64(0)},
	{"s": nil, "l": []any{}, "b": false, "i8": int64(2), "u16": int64(1), "i32": int64(6), "i64": int64(-1), "f32": 1.5, "f64": -2.0, "n": nil,
		"st": map[string]any{"a": "q", "b": []any{int64(2), int64(3)}}, "fl": []any{int64(3), int64(4)}, "ls": nil, "ll": nil,
		"mp": []any{}, "ts": int64(1), "bin": []byte{}, "d": int64(1)},
	{"s": "ü", "l": nil, "b": nil, "i8": int64(3), "u16": int64(0), "i32": nil, "i64": int64(0), "f32": nil, "f64": 3.0, "n": nil,
		"st": nil, "fl": []any{int64(5), int64(6)}, "ls": "", "ll": []any{"n", "o"}, "mp": nil, "ts": nil, "bin": nil, "d": int64(2)},
}

func rows(content []byte) (all []map[string]any, err error) {
	f, err := newFile(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	for {
		row, err := f.Next(nil)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, row)
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestKinds(t *testing.T) {
	for _, name := range []string{"kinds.arrow", "kinds.feather"} {
		path := filepath.Join("testdata", name)
		got, err := rows(read(t, name))
		if diff := cmp.Diff(kinds, got); diff != "" || err != nil || !Is(path) {
			t.Errorf("%s: %v, Is %t (-want +got):\n%s", name, err, Is(path), diff)
		}
	}
}

// TestDamage: no part of a file is read beyond its end, and no damage panics.
func TestDamage(t *testing.T) {
	whole := read(t, "kinds.arrow")
	for i := range whole {
		damaged := append([]byte{}, whole...)
		damaged[i] ^= 0xff
		for _, content := range [][]byte{whole[:i], damaged} {
			if got, err := rows(content); err == nil && len(got) > len(kinds) {
				t.Fatalf("byte %d: %d rows", i, len(got))
			}
		}
	}
}

func FuzzArrow(f *testing.F) {
	for _, name := range []string{"kinds.arrow", "kinds.feather"} {
		f.Add(read(f, name))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if _, err := rows(content); err != nil && !errors.Is(err, fault.ErrArrow) && (fault.Shown(err.Error()) != err.Error() || strings.Contains(err.Error(), "\n")) {
			t.Errorf("the error is not clean: %q", err)
		}
	})
}
