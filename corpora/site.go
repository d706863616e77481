package corpora

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A site is what lies at a path: one file, or a folder with files.
type site struct {
	path  string
	dir   bool
	files []string // of a folder: slash-separated, relative to path, sorted
}

const (
	mostFiles = 4096 // of a folder that are looked at
	mostDepth = 3    // of folders inside it
	headLines = 100  // of a file that detection reads
)

// look finds out what lies at path.
func look(path string) (site, error) {
	info, err := os.Stat(path)
	if err != nil {
		return site{}, cannotRead(path, err)
	}
	s := site{path: path, dir: info.IsDir()}
	switch {
	case s.dir:
		return s, s.list()
	case !info.Mode().IsRegular():
		return s, fmt.Errorf("corpora: %s is neither a file nor a folder; save the corpus as a file first", shown(path))
	case info.Size() == 0:
		return s, fmt.Errorf("corpora: %s is empty; give a file that holds a corpus", shown(path))
	}
	return s, nil
}

// list fills files. Folders inside that cannot be read are passed over.
func (s *site) list() error {
	if _, err := os.ReadDir(s.path); err != nil {
		return cannotRead(s.path, err)
	}
	var broken []string // links
	err := filepath.WalkDir(s.path, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		name, err := filepath.Rel(s.path, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if e.IsDir() {
			if strings.Count(name, "/") >= mostDepth {
				return fs.SkipDir
			}
			return nil
		}
		switch info, err := os.Stat(path); {
		case err == nil && info.Mode().IsRegular(): // a link to a file counts
			s.files = append(s.files, name)
		case err != nil && e.Type()&fs.ModeSymlink != 0:
			broken = append(broken, shown(name))
		}
		if len(s.files) == mostFiles {
			return fs.SkipAll
		}
		return nil
	})
	if err != nil {
		return cannotRead(s.path, err)
	}
	slices.Sort(s.files)
	if len(s.files) == 0 && len(broken) > 0 {
		return fmt.Errorf("corpora: the folder %s has only links that lead nowhere, such as %s; mend them", shown(s.path), broken[0])
	}
	if len(s.files) == 0 {
		return fmt.Errorf("corpora: the folder %s has no files in it; give a folder that holds a corpus", shown(s.path))
	}
	return nil
}

// at returns the path of one of files.
func (s site) at(name string) string { return filepath.Join(s.path, filepath.FromSlash(name)) }

// head returns the first readable lines of a file that are not blank.
func head(path string) []string {
	f, err := openHead(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	var first []string
	for l, err := range linesOf(f, path) {
		if strings.TrimSpace(l.text) != "" {
			first = append(first, l.text)
		}
		if len(first) == headLines || l.number == 2*headLines || err != nil && l.number == 0 {
			break
		}
	}
	return first
}

// unreadable returns the error of the first file that cannot be opened as a
// text, which may be why no format matches.
func (s site) unreadable() error {
	for _, name := range append([]string{"."}, s.files...) {
		if isParquet(s.at(name)) {
			f, err := openParquet(s.at(name), nil)
			if err != nil {
				return cannotRead(s.at(name), err)
			}
			_ = f.Close() // nothing was written
			continue
		}
		f, err := openText(s.at(name))
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return cannotRead(s.at(name), err)
		}
	}
	return nil
}

// doubt says why files that look like a format are in none for certain.
func (s site) doubt() string {
	file := s.aFile(tabExtensions...)
	if file == "" {
		return ""
	}
	first := head(file)
	if _, why := tabFormat(first); why != "" {
		return "in " + baseName(file) + " " + why
	}
	if isPlainFile(file) && isNamed(first) {
		return "in " + baseName(file) + " each line begins with a speaker, and no blank line separates dialogues: " +
			"one dialogue (--format text) or sentences (--format sentences)"
	}
	return ""
}

// describe says in a few words what was seen.
func (s site) describe() string {
	if !s.dir {
		if first := head(s.path); len(first) > 0 {
			return "a file that begins with " + excerpt(strings.Join(strings.Fields(strings.Join(first[:min(3, len(first))], " ")), " "))
		}
		return "a file without a line of UTF-8 text at its beginning"
	}
	const most = 5
	var names []string
	for _, name := range s.files[:min(most, len(s.files))] {
		names = append(names, shown(name))
	}
	text := "a folder with " + strings.Join(names, ", ")
	if more := len(s.files) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
