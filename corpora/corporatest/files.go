package corporatest

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
)

// rewrite copies the folder of a case, each file through change, and returns
// the copy. A change may rename the file.
func rewrite(t *testing.T, c Case, change func(name string, content []byte) (string, []byte)) string {
	t.Helper()
	from, to := filepath.FromSlash(c.Path), filepath.Join(t.TempDir(), "copy")
	err := fs.WalkDir(os.DirFS(from), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, native(name)), 0o777)
		}
		content, err := os.ReadFile(filepath.Join(from, native(name)))
		if err != nil {
			return err
		}
		name, content = change(name, content)
		return os.WriteFile(filepath.Join(to, native(name)), content, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func native(name string) string { return filepath.FromSlash(name) }

// spoil puts the bad line in place of the second line of the bad file.
func spoil(c Case) func(string, []byte) (string, []byte) {
	return func(name string, content []byte) (string, []byte) {
		if name == c.BadFile {
			rows := bytes.SplitAfter(content, []byte("\n"))
			rows[1] = []byte(c.BadLine + "\n")
			content = bytes.Join(rows, nil)
		}
		return name, content
	}
}

// disguised reads the same corpus compressed, with and without the file name
// saying so, and as Windows editors save it.
func disguised(t *testing.T, c subject) {
	for name, change := range map[string]func(string, []byte) (string, []byte){
		"gzip": func(name string, b []byte) (string, []byte) { return name + ".gz", gzipped(t, b) },
		"zstd": func(name string, b []byte) (string, []byte) { return name, zstandard(t, b) },
		"BOM":  func(name string, b []byte) (string, []byte) { return name, append([]byte("\xef\xbb\xbf"), b...) },
		"CRLF": func(name string, b []byte) (string, []byte) {
			return name, bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
		},
		"no end": func(name string, b []byte) (string, []byte) { return name, bytes.TrimRight(b, "\n") },
	} {
		t.Run(name, func(t *testing.T) {
			corpus := open(t, rewrite(t, c.Case, change), corpora.Options{})
			if got := corpus.Format().Name; got != c.Format {
				t.Errorf("detected %s, want %s", got, c.Format)
			}
			same(t, everything(t, corpus), c.all)
		})
	}
}

func gzipped(t *testing.T, b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zstandard(t *testing.T, b []byte) []byte {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll(b, nil)
}

// closed breaks off after one dialogue. Where the system tells which files are
// open none may be, and Windows refuses to remove an open file.
func closed(t *testing.T, c subject) {
	folder := rewrite(t, c.Case, func(name string, b []byte) (string, []byte) { return name, b })
	for range open(t, folder, corpora.Options{}).Dialogues(dialog.Train) {
		break
	}
	if runtime.GOOS == "linux" {
		links, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range links {
			if file, err := os.Readlink(l); err == nil && strings.HasPrefix(file, folder) {
				t.Errorf("%s is still open", file)
			}
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Error(err)
	}
}
