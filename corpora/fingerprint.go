package corpora

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
)

// Fingerprint changes whenever a file of the corpus is written, and with every
// option that decides what is read. It is empty for a corpus inside the program,
// which has no files, and where malformed lines are left out, which are counted only
// as they are read.
func (c *Corpus) Fingerprint() (string, error) {
	if c.options.SkipBad {
		return "", nil
	}
	return c.stamp()
}

// stamp is a hash of the sizes and the times of the files of the corpus, and
// of the options. It is empty for a corpus inside the program.
func (c *Corpus) stamp() (string, error) {
	if c.format.embedded {
		return "", nil
	}
	s, err := site.Look(c.path)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %t %d\n", c.format.Name, c.options.Dedup, c.options.Seed)
	fmt.Fprintf(sum, "%q %q %t\n", c.options.Map, c.options.Encoding, c.options.Clean)
	for _, path := range c.files(s) {
		info, err := os.Stat(path)
		if err != nil {
			return "", fault.CannotRead(path, err)
		}
		if path, err = filepath.Abs(path); err != nil {
			return "", fmt.Errorf("corpora: finding %s: %w", fault.Shown(c.path), err)
		}
		fmt.Fprintf(sum, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// files are the paths of all files that lie at s, or are read with it.
func (c *Corpus) files(s site.Site) []string {
	if !s.Dir {
		paths := []string{s.Path}
		if c.format.sides != nil {
			paths = append(paths, c.format.sides(s.Path)...)
		}
		return paths
	}
	var paths []string
	for _, name := range s.Files {
		paths = append(paths, s.At(name))
	}
	return paths
}

// unchanged returns err, or a better one when a file was written since the
// stamp before: then what was read is of no use, and err may come of it.
func (c *Corpus) unchanged(before string, err error) error {
	if now, failed := c.stamp(); failed == nil && now == before {
		return err
	}
	return fmt.Errorf("corpora: %s changed while it was read; wait until it is written, and read it again", fault.Shown(c.path))
}
