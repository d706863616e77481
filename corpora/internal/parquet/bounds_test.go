package parquet

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// whole is a Parquet file of a few rows.
func whole(t testing.TB) []byte {
	t.Helper()
	type row struct {
		Text string   `parquet:"text"`
		List []string `parquet:"list,list"`
	}
	var b bytes.Buffer
	w := parquet.NewGenericWriter[row](&b)
	if _, err := w.Write([]row{{"one", []string{"a", "b"}}, {"two", nil}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read opens a file with this content and reads all of it.
func read(t testing.TB, content []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.parquet")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, []string{"text", "list"})
	if err != nil {
		return err
	}
	defer f.Close()
	for range 100 {
		if _, err := f.Next(); err != nil {
			return err
		}
	}
	return nil
}

// TestFooterLength: 52 bytes that say their footer has 4.2 GB cost nothing.
func TestFooterLength(t *testing.T) {
	content := append([]byte("PAR1"), make([]byte, 40)...)
	content = append(binary.LittleEndian.AppendUint32(content, 0xfffffff0), "PAR1"...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := read(t, content)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "said to have 4294967280 bytes") {
		t.Errorf("the error is %v", err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
}

// FuzzFooter reads a file whose footer, or a page, is damaged anywhere: it is an error
// or rows, and never memory without bound.
func FuzzFooter(f *testing.F) {
	sound := whole(f)
	f.Add(sound)
	for i := 0; i < len(sound); i += 16 {
		damaged := bytes.Clone(sound)
		damaged[i] ^= 0xff
		f.Add(damaged)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_ = read(t, content) // that it ends is the test
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<30 {
			t.Errorf("%d bytes were allocated for %d", grown, len(content))
		}
	})
}
