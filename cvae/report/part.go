package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// partsDir is the folder in Options.Out for what has been measured.
const partsDir = "parts"

// mostPart is the most bytes that a part has.
const mostPart = 1 << 30

// partVersion changes with what a part means.
const partVersion = 2

// part returns what is kept under a key, or measures it and keeps it. The name
// of its file is a hash of the key, which must hold all that decides the
// result. What cannot be read, or does not read back as it stands because it is
// from another version, is measured again.
func part[T any](out string, key []any, measure func() (T, error)) (T, error) {
	var value T
	name, err := json.Marshal(append([]any{partVersion}, key...))
	if err != nil {
		return value, fmt.Errorf("naming a part of the report: %w", err)
	}
	sum := sha256.Sum256(name)
	path := filepath.Join(out, partsDir, hex.EncodeToString(sum[:])+".json")
	if b, err := regular.Read(path, mostPart); err == nil && json.Unmarshal(b, &value) == nil {
		if now, err := json.Marshal(value); err == nil && bytes.Equal(safe.JSON(now), b) {
			return value, nil
		}
	}
	if value, err = measure(); err != nil {
		return value, err
	}
	b, err := json.Marshal(value)
	if err != nil {
		return value, fmt.Errorf("encoding a part of the report: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return value, fmt.Errorf("keeping the parts of the report: %w", err)
	}
	return value, atomicfile.Write(path, writing(safe.JSON(b)))
}

func writing(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// stamp tells one content of a file from another without reading it; empty for
// no file.
func stamp(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	return fmt.Sprintf("%q %d %d", path, info.Size(), info.ModTime().UnixNano()), nil
}
