// Package site looks at what lies at a path, one file or a folder, and finds the
// files of each split by their names.
package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/archive"
	"github.com/cvae-go/cvae/corpora/internal/arrow"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/corpora/internal/parquet"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
)

// A Site is what lies at a path: one file, or a folder with files.
type Site struct {
	Path  string
	Dir   bool
	Files []string // of a folder: slash-separated, relative to Path, sorted
	Empty []string // those of Files without a byte
	// How its files are read.
	How named.How
	// Archive is the zip archive that the site is, or lies in; empty: it is in none.
	Archive string
	// Unpacked: the files in the zip archives among Files are there too.
	Unpacked bool
}

// MostFiles is how many files of a folder are looked at, mostDepth how many
// folders deep.
const (
	MostFiles = 1 << 17
	mostDepth = 3
)

// Look finds out what lies at path.
func Look(path string) (Site, error) {
	info, err := os.Stat(path)
	if around := archive.Real(path); (err != nil || info.Mode().IsRegular()) && archive.Is(around) {
		return archived(path)
	}
	if err != nil {
		if s, ok := stemmed(path); ok {
			return s, nil
		}
		return Site{}, fault.CannotRead(path, err)
	}
	s := Site{Path: path, Dir: info.IsDir()}
	switch {
	case s.Dir:
		s.Path = alone(path)
		return s, s.list()
	case !info.Mode().IsRegular():
		return s, fmt.Errorf("corpora: %s is neither a file nor a folder; save the corpus as a file first", fault.Shown(path))
	case info.Size() == 0:
		return s, fmt.Errorf("corpora: %s is empty; give a file that holds a corpus", fault.Shown(path))
	}
	return s, nil
}

// alone is the only folder in a folder, where that has files that are named like splits; or else the folder itself.
func alone(folder string) string {
	entries, _ := os.ReadDir(folder) // which list does again
	if len(entries) != 1 {
		return folder
	}
	inside := filepath.Join(folder, entries[0].Name())
	files, err := os.ReadDir(inside)
	isSplit := func(e fs.DirEntry) bool { _, _, ok := SplitName(e.Name()); return ok && e.Type().IsRegular() }
	if _, split := SplitNamed(entries[0].Name()); err != nil || split || !slices.ContainsFunc(files, isSplit) {
		return folder
	}
	return inside
}

// stemmed is the folder of files of several corpora with those of one, whose names begin like the path: of
// task1, task1-trn.txt and task1-dev.txt.
func stemmed(path string) (s Site, ok bool) {
	folder, stem := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(folder))
	if err != nil || stem == "" {
		return s, false
	}
	s = Site{Path: filepath.Clean(folder), Dir: true}
	for _, e := range entries {
		if e.Type().IsRegular() && Stem(e.Name()) == stem {
			s.Files = append(s.Files, e.Name())
		}
	}
	return s, len(s.Files) > 0
}

// archived is the site of a zip archive, or of a file or a folder in one. The only
// folder in an archive is the site.
func archived(path string) (Site, error) {
	if archive.Real(path) != path && archive.Exists(path) && !strings.HasSuffix(path, ".zip") {
		return Site{Path: path, Archive: archive.Real(path)}, nil
	}
	names, err := archive.Names(path)
	if err == nil && len(names) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Site{}, fault.CannotRead(path, err)
	}
	s := Site{Path: path, Dir: true, Archive: archive.Real(path)}
	top, _, inside := strings.Cut(names[0], "/")
	_, split := SplitNamed(top)
	if inside && !split && !slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, top+"/") }) {
		s.Path = filepath.Join(path, top)
		for i := range names {
			names[i] = strings.TrimPrefix(names[i], top+"/")
		}
	}
	slices.Sort(names)
	s.Files = names
	return s, nil
}

// Unpack is the site with the files in the zip archives among its files. ok is false
// where it has none.
func (s Site) Unpack() (all Site, ok bool) {
	all = s
	all.Files, all.Unpacked = slices.Clone(s.Files), true
	for _, name := range s.Files {
		if !s.Dir || !strings.HasSuffix(name, ".zip") {
			continue
		}
		inside, err := archive.Names(filepath.Join(s.Path, filepath.FromSlash(name)))
		if err != nil {
			continue // which opening it says
		}
		for _, n := range inside {
			all.Files = append(all.Files, name+"/"+n)
		}
	}
	slices.Sort(all.Files)
	return all, len(all.Files) > len(s.Files)
}

// list fills files, in folders that links lead to as well. Folders inside that
// cannot be read are passed over.
func (s *Site) list() error {
	entries, err := os.ReadDir(s.Path)
	if err != nil {
		return fault.CannotRead(s.Path, err)
	}
	var broken []string // links
	s.walk("", entries, nil, &broken)
	slices.Sort(s.Files)
	slices.Sort(s.Empty)
	if len(s.Files) == 0 && len(broken) > 0 {
		return fmt.Errorf("corpora: the folder %s has only links that lead nowhere, such as %s; mend them", fault.Shown(s.Path), broken[0])
	}
	if len(s.Files) == 0 {
		return fmt.Errorf("corpora: the folder %s has no files in it; give a folder that holds a corpus", fault.Shown(s.Path))
	}
	return nil
}

// walk adds the files of a folder, whose name below s.Path is empty or ends in a
// slash, and those of the folders in it. around are the folders that it is in: a
// link back to one of them is passed over.
func (s *Site) walk(folder string, entries []fs.DirEntry, around []fs.FileInfo, broken *[]string) {
	here, err := os.Stat(s.At(folder))
	if err != nil || slices.ContainsFunc(around, func(f fs.FileInfo) bool { return os.SameFile(f, here) }) {
		return
	}
	around = append(slices.Clip(around), here)
	for _, e := range entries {
		if len(s.Files) == MostFiles {
			return
		}
		name := folder + e.Name()
		info, err := os.Stat(s.At(name)) // of what a link leads to
		switch {
		case err != nil && e.Type()&fs.ModeSymlink != 0:
			*broken = append(*broken, fault.Shown(name))
		case err != nil:
		case info.Mode().IsRegular():
			if s.Files = append(s.Files, name); info.Size() == 0 {
				s.Empty = append(s.Empty, name)
			}
		case info.IsDir() && len(around) <= mostDepth:
			if inside, err := os.ReadDir(s.At(name)); err == nil {
				s.walk(name+"/", inside, around, broken)
			}
		}
	}
}

// Top is the site without the files in its folders.
func (s Site) Top() Site {
	inFolder := func(name string) bool { return strings.Contains(name, "/") }
	s.Files, s.Empty = slices.DeleteFunc(slices.Clone(s.Files), inFolder), slices.DeleteFunc(slices.Clone(s.Empty), inFolder)
	return s
}

// At returns the path of one of files.
func (s Site) At(name string) string {
	return named.With(filepath.Join(s.Path, filepath.FromSlash(name)), s.How)
}

// File is the path of a site that is one file.
func (s Site) File() string { return named.With(s.Path, s.How) }

// Folder is the path of the folder that the files lie in.
func (s Site) Folder() string {
	if s.Dir {
		return s.Path
	}
	return filepath.Dir(s.Path)
}

// Unreadable returns the error of the first file that cannot be opened as a
// text, which may be why no format matches.
func (s Site) Unreadable() error {
	names := s.Files
	if !s.Dir {
		names = []string{"."}
	}
	for _, name := range names {
		if arrow.Is(s.At(name)) {
			f, err := arrow.Open(s.At(name))
			if err != nil {
				return fault.CannotRead(s.At(name), err)
			}
			_ = f.Close() // nothing was written
			continue
		}
		if parquet.Is(s.At(name)) {
			f, err := parquet.Open(s.At(name), nil)
			if err != nil {
				return fault.CannotRead(s.At(name), err)
			}
			_ = f.Close() // nothing was written
			continue
		}
		f, err := textfile.Open(s.At(name))
		if errors.Is(err, fault.ErrZip) && s.Dir {
			continue // what is in it has been looked at
		}
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return fault.CannotRead(s.At(name), err)
		}
	}
	return nil
}

// Describe says in a few words what was seen.
func (s Site) Describe() string {
	if !s.Dir {
		if first := textfile.Head(s.File()); len(first) > 0 {
			return "a file that begins with " + fault.Excerpt(strings.Join(strings.Fields(strings.Join(first[:min(3, len(first))], " ")), " "))
		}
		return "a file without a line of UTF-8 text at its beginning" + textfile.AdviceOn(s.File())
	}
	const most = 5
	var names []string
	for _, name := range s.Files[:min(most, len(s.Files))] {
		names = append(names, fault.Shown(name))
	}
	text := "a folder with " + strings.Join(names, ", ")
	if more := len(s.Files) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
