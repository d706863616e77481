package report

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
)

// writtenFile, in the folder for parts, lists the files of the report as
// sha256sum does: a hash and a name in the report's folder a line.
const writtenFile = "written.sha256"

// A file of an earlier or of this report.
type written struct{ hash, name string } // the name with slashes

// WriteFiles writes the files of a report, by their names in the folder out, with
// slashes. Files that an earlier report wrote there and this one lacks go away,
// unless somebody has changed them; no other file does.
func WriteFiles(out string, files map[string][]byte) error {
	list := filepath.Join(out, partsDir, writtenFile)
	earlier, err := readWritten(list)
	if err != nil {
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
	b, err := os.ReadFile(path)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// readWritten reads a list; there is none before the first report. Lines that
// are damaged list nothing.
func readWritten(path string) (all []written, err error) {
	text, err := os.ReadFile(path)
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
