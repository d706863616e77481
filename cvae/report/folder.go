package report

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// writtenFile, in the folder for parts, lists the files of the report as
// sha256sum does: a hash and a name in the report's folder a line.
const writtenFile = "written.sha256"

// A file of an earlier or of this report.
type written struct{ hash, name string } // the name with slashes

// ErrForeign says that a file lies where one of the report belongs, and is not one
// that a report wrote.
var ErrForeign = errors.New("it is not a file that a report wrote, or was changed since; move it, or name another folder with --out")

// CheckFolder refuses a folder in which a file that a report would write lies and is
// not as an earlier report wrote it.
func CheckFolder(out string, names ...string) error {
	earlier, err := readWritten(filepath.Join(out, partsDir, writtenFile))
	for _, name := range names {
		if err == nil {
			err = ours(out, name, earlier)
		}
	}
	return err
}

// ours refuses a file that is there and is not as it is listed.
func ours(out, name string, listed []written) error {
	path := filepath.Join(out, filepath.FromSlash(name))
	hash, err := fileHash(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	if err == nil && !slices.Contains(listed, written{hash, name}) {
		err = ErrForeign
	}
	if err != nil {
		return fmt.Errorf("%s is in the way of the report: %w", path, err)
	}
	return nil
}

// WriteFiles writes the files of a report, by their names in the folder out, with
// slashes, so that none can act on a terminal. It overwrites none that no report
// wrote. Files that an earlier report wrote there and this one lacks go away, unless
// somebody has changed them; no other file does.
func WriteFiles(out string, files map[string][]byte) error {
	list := filepath.Join(out, partsDir, writtenFile)
	earlier, err := readWritten(list)
	if err != nil {
		return err
	}
	files = shown(files)
	if err := CheckFolder(out, slices.Sorted(maps.Keys(files))...); err != nil {
		return err
	}
	var now []written
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sum := sha256.Sum256(files[name])
		now = append(now, written{hex.EncodeToString(sum[:]), name})
	}
	// What is written first is known to be ours if writing is cut short.
	if err := writeWritten(list, slices.Concat(earlier, now)); err != nil {
		return err
	}
	for _, w := range now {
		if err := writeFile(filepath.Join(out, filepath.FromSlash(w.name)), files[w.name]); err != nil {
			return err
		}
	}
	for _, w := range earlier {
		if _, ok := files[w.name]; ok {
			continue
		}
		if err := w.remove(out); err != nil {
			return fmt.Errorf("deleting a file of the report before: %w", err)
		}
	}
	return writeWritten(list, now)
}

// shown are the files in a form that only shows.
func shown(files map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for name, content := range files {
		if strings.HasSuffix(name, ".json") {
			out[name] = safe.JSON(content)
		} else {
			out[name] = []byte(safe.Text(string(content)))
		}
	}
	return out
}

// remove deletes the file, if it is as it was written.
func (w written) remove(out string) error {
	local, err := filepath.Localize(w.name)
	if err != nil {
		return nil // we wrote no such file
	}
	path := filepath.Join(out, local)
	hash, err := fileHash(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && hash != w.hash {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Remove(path)
}

// fileHash is the SHA-256 of a file.
func fileHash(path string) (string, error) {
	f, _, err := regular.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// readWritten reads a list; there is none before the first report. Lines that
// are damaged list nothing.
func readWritten(path string) (all []written, err error) {
	text, err := regular.Read(path, mostPart)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading what the report before wrote: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if hash, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  "); ok {
			all = append(all, written{hash, name})
		}
	}
	return all, nil
}

func writeWritten(path string, all []written) error {
	var b strings.Builder
	for _, w := range all {
		b.WriteString(w.hash + "  " + w.name + "\n")
	}
	return writeFile(path, []byte(b.String()))
}

// writeFile replaces a file, in a folder that it makes.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return atomicfile.Write(path, writing(content))
}
