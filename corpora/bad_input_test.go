package corpora

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"

	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// A sample is a format, the name of a file in it, and dialogue n of a file;
// begin and end surround them.
type sample struct {
	format, file string
	begin, end   string
	one          func(n int) string
}

func samples() []sample {
	return []sample{
		{"jsonl", "f.jsonl", "", "", func(n int) string { return fmt.Sprintf("{\"turns\":[\"say caf\u00e9 %d\",\"yes\"]}\n", n) }},
		{"tsv", "f.tsv", "", "", func(n int) string { return fmt.Sprintf("say caf\u00e9 %d\tyes it is\n", n) }},
		{"dailydialog", "dialogues_text.txt", "", "", func(n int) string { return fmt.Sprintf("say caf\u00e9 %d __eou__ yes __eou__\n", n) }},
		{"text", "f.txt", "", "", func(n int) string { return fmt.Sprintf("A: say caf\u00e9 %d\nB: yes\n\n", n) }},
		{"sharegpt", "f.json", "[\n", "]\n", func(n int) string {
			comma := ",\n"
			if n == 0 {
				comma = ""
			}
			return fmt.Sprintf(`%s{"conversations":[{"from":"A","value":"say caf`+"\u00e9"+` %d"},{"from":"B","value":"yes"}]}`, comma, n)
		}},
	}
}

// content is a file of a hundred dialogues.
func (s sample) content() string {
	var b strings.Builder
	b.WriteString(s.begin)
	for n := range 100 {
		b.WriteString(s.one(n))
	}
	return b.String() + s.end
}

func gzipped(t testing.TB, content io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.Copy(z, content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t testing.TB, content io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(z, content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// endless is n times the letter a.
func endless(n int64) io.Reader { return io.LimitReader(letter{}, n) }

type letter struct{}

func (letter) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	return len(b), nil
}

// read opens a corpus and reads all of it.
func read(path, format string) (dialogues int, err error) {
	c, err := Open(path, Options{Format: format})
	if err != nil {
		return 0, err
	}
	stats, err := c.Stats(context.Background(), nil, nil)
	for _, s := range stats.Splits {
		dialogues += s.Dialogues
	}
	return dialogues, err
}

// TestBadInput gives every format every kind of bad file. An error is one
// sentence that names the file.
func TestBadInput(t *testing.T) {
	gzipBomb, zstandardBomb := string(gzipped(t, endless(100<<20))), string(zstandard(t, endless(100<<20))) // behind the first part of a file
	for _, s := range samples() {
		good := s.content()
		latin1 := strings.ReplaceAll(good, "\u00e9", "\xe9")
		zipped, packed := gzipped(t, strings.NewReader(good)), zstandard(t, strings.NewReader(good))
		nul := "the line holds a NUL byte, as UTF-16 does"
		if s.begin != "" { // of an array JSON says the same
			nul = `invalid character '\x00' in string literal`
		}
		begin := func() io.Reader { return strings.NewReader(s.begin + s.one(0)) }
		for _, c := range []struct {
			name, file, content string
			want                string // in the error; empty: it is read
		}{
			{"a byte order mark", s.file, "\xef\xbb\xbf" + good, ""},
			{"CRLF", s.file, strings.ReplaceAll(good, "\n", "\r\n"), ""},
			{"gzip", s.file + ".gz", string(zipped), ""},
			{"truncated gzip", s.file + ".gz", string(zipped[:len(zipped)/2]), "cannot be read: unexpected EOF; look whether the file is damaged"},
			{"truncated zstandard", s.file + ".zst", string(packed[:len(packed)/2]), "cannot be read: unexpected EOF; look whether the file is damaged"},
			{"damaged gzip", s.file + ".gz", string(zipped[:len(zipped)-8]) + "\x00\x00\x00\x00\x00\x00\x00\x00", "cannot be read: gzip: invalid checksum"},
			{"UTF-16, little endian", s.file, encode16(good, true, "\ufeff"), ""},
			{"UTF-16, big endian", s.file, encode16(good, false, "\ufeff"), ""},
			{"UTF-16 without a mark", s.file, encode16(good, true, ""), "is not UTF-8"},
			{"Latin-1", s.file, latin1, "is not UTF-8"},
			{"a NUL", s.file, strings.Replace(good, "say", "s\x00y", 1), nul},
			{"empty", s.file, "", "is empty; give a file that holds a corpus"},
			{"blank lines", s.file, "\n \n\t\n", ""},
			{"a gzip bomb", s.file + ".gz", string(gzipped(t, begin())) + gzipBomb, "cannot be read: it expands to more than 256 times its size, which no text does; decompress it yourself"},
			{"a zstandard bomb", s.file + ".zst", string(zstandard(t, begin())) + zstandardBomb, "cannot be read: it expands to more than 256 times its size"},
		} {
			t.Run(s.format+"/"+c.name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), c.file)
				if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
					t.Fatal(err)
				}
				n, err := read(path, s.format)
				switch {
				case c.name == "blank lines":
					wantError(t, err)
				case c.want == "" && (err != nil || n != 100):
					t.Errorf("%d dialogues, %v", n, err)
				case c.want != "":
					wantError(t, err, filepath.Base(path), c.want)
					wantSentence(t, err)
				}
			})
		}
	}
}

// encode16 is a text in UTF-16.
func encode16(text string, little bool, mark string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(mark + text)) {
		if little {
			b = append(b, byte(unit), byte(unit>>8))
		} else {
			b = append(b, byte(unit>>8), byte(unit))
		}
	}
	return string(b)
}

// wantSentence checks that an error is one line with a cure after the fault.
func wantSentence(t *testing.T, err error) {
	t.Helper()
	if err != nil && (strings.Count(err.Error(), "; ") < 1 || strings.Contains(err.Error(), "\n")) {
		t.Errorf("the error is no sentence with a cure: %q", err)
	}
}

// TestHugeLine reads a line of 100 MB, which is a hole in a file, and allocates
// no more than for a line of 10 MB.
func TestHugeLine(t *testing.T) {
	const slack = 4 << 20
	for _, s := range samples() {
		short, err := allocated(t, s, 10<<20)
		wantError(t, err, s.file)
		long, err := allocated(t, s, 100<<20)
		wantError(t, err, s.file)
		wantSentence(t, err)
		if long > short+slack {
			t.Errorf("%s: %d MiB are allocated for 100 MB, and %d for 10", s.format, long>>20, short>>20)
		}
	}
}

// allocated reads a file of one line and returns the bytes allocated for it.
func allocated(t *testing.T, s sample, length int64) (uint64, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), s.file)
	line := strings.TrimRight(s.one(0), "]}\" \n")
	if err := errors.Join(os.WriteFile(path, []byte(s.begin+line), 0o600), os.Truncate(path, length)); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := read(path, s.format)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

func TestHugeLineIsNamed(t *testing.T) {
	c, err := openFile(t, Options{Format: "tsv"}, "f.tsv", samples()[1].content()+strings.Repeat("a", textfile.MaxLine+1)+"\n")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Stats(context.Background(), nil, nil)
	wantError(t, err, "f.tsv:101: the line is longer than 1 MiB; mend the line")
}

func TestLinks(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f.jsonl")
	if err := os.Symlink(path, path); err != nil {
		t.Skipf("there are no links here: %v", err)
	}
	_, err := read(path, "")
	wantError(t, err, "f.jsonl cannot be read", "mend the link, which leads back to itself")
	wantSentence(t, err)
	folder := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(folder, "train.jsonl")); err != nil {
		t.Fatal(err)
	}
	_, err = read(folder, "")
	wantError(t, err, "only links that lead nowhere, such as train.jsonl")
	if err := errors.Join(os.Symlink(dir, filepath.Join(dir, "up")), os.WriteFile(filepath.Join(dir, "train.jsonl"), []byte(samples()[0].content()), 0o600)); err != nil {
		t.Fatal(err)
	}
	if n, err := read(dir, ""); n != 100 || err != nil { // a folder may hold links that lead nowhere
		t.Errorf("%d dialogues, %v", n, err)
	}
}

func TestFolderForAFile(t *testing.T) {
	for _, s := range samples() {
		path := filepath.Join(t.TempDir(), s.file)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		_, err := read(path, s.format)
		wantError(t, err, s.file, "has no files in it; give a folder that holds a corpus")
	}
}

// TestChangingFile writes to a file while it is read.
func TestChangingFile(t *testing.T) {
	for _, s := range samples() {
		for name, change := range map[string]func(path string) error{
			"grows": func(path string) error {
				f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
				if err != nil {
					return err
				}
				_, err = f.WriteString("more")
				return errors.Join(err, f.Close())
			},
			"shrinks": func(path string) error { return os.Truncate(path, 10) },
			"goes":    os.Remove,
			"is replaced": func(path string) error {
				return errors.Join(os.WriteFile(path+"x", []byte("other"), 0o600), os.Rename(path+"x", path))
			},
		} {
			t.Run(s.format+"/"+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), s.file)
				if err := os.WriteFile(path, []byte(s.content()), 0o600); err != nil {
					t.Fatal(err)
				}
				c, err := Open(path, Options{Format: s.format})
				if err != nil {
					t.Fatal(err)
				}
				n := 0
				for _, err = range c.Dialogues(dialog.Train) {
					if n++; n > 1 {
						continue
					}
					if err := change(path); err != nil {
						t.Skipf("the system does not let go of an open file: %v", err)
					}
				}
				wantError(t, err, s.file+" changed while it was read; wait until it is written, and read it again")
			})
		}
	}
}
