package corpora

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// splitNamed returns the split that a word of a file name stands for.
func splitNamed(word string) (dialog.Split, bool) {
	switch word {
	case "train":
		return dialog.Train, true
	case "valid", "validation", "val", "dev":
		return dialog.Valid, true
	case "test":
		return dialog.Test, true
	}
	return "", false
}

// splitName takes a file name apart: the split among its words, and its
// extension. "ptb.train.txt" is train and "txt"; "train" is train and "".
func splitName(name string) (s dialog.Split, ext string, ok bool) {
	words := strings.Split(bare(name), ".")
	for i, w := range words {
		split, is := splitNamed(w)
		if !is {
			continue
		}
		if ok {
			return "", "", false // two splits in one name say nothing
		}
		s, ok = split, true
		if last := len(words) - 1; i < last {
			ext = words[last]
		}
	}
	return s, ext, ok
}

// extension returns the extension of a file name without its dot; a word that
// names a split is not one.
func extension(name string) string {
	ext := strings.TrimPrefix(filepath.Ext(bare(name)), ".")
	if _, is := splitNamed(ext); is {
		return ""
	}
	return ext
}

// splitFiles returns the files of a folder, of the given extensions, that name
// a split.
func (s site) splitFiles(exts ...string) map[dialog.Split][]string {
	found := map[dialog.Split][]string{}
	for _, name := range s.files {
		if strings.Contains(name, "/") {
			continue
		}
		if split, ext, ok := splitName(name); ok && slices.Contains(exts, ext) {
			found[split] = append(found[split], name)
		}
	}
	return found
}

// aFile returns a file to judge a layout of split files by: the path itself,
// or the first file of the first split. Empty: there is none.
func (s site) aFile(exts ...string) string {
	if !s.dir {
		if slices.Contains(exts, extension(filepath.Base(s.path))) {
			return s.path
		}
		return ""
	}
	found := s.splitFiles(exts...)
	for _, split := range dialog.Splits {
		if names := found[split]; len(names) > 0 {
			return s.at(names[0])
		}
	}
	return ""
}

// beside returns the first file of these names, perhaps compressed, in the
// folder of a file; empty: there is none.
func beside(file string, names ...string) string {
	for _, name := range names {
		for _, ext := range []string{"", ".gz", ".zst"} {
			path := filepath.Join(filepath.Dir(file), name+ext)
			if _, err := os.Stat(path); err == nil {
				return path
			}
		}
	}
	return ""
}

// sidesNamed are the sides of a format whose other file has one of these names.
func sidesNamed(names ...string) func(path string) []string {
	return func(path string) []string {
		if file := beside(path, names...); file != "" {
			return []string{file}
		}
		return nil
	}
}

// lineParts are the parts of a format that reads one file, or a folder with
// one file a split.
func lineParts(format string, s site, read func(path string) source, exts ...string) ([]part, error) {
	if !s.dir {
		return []part{wholePart(read(s.path))}, nil
	}
	sources := map[dialog.Split][]source{}
	for split, names := range s.splitFiles(exts...) {
		if len(names) > 1 {
			return nil, fmt.Errorf("corpora: %s has two %s files, %s and %s; keep one of them there",
				shown(s.path), split, shown(names[0]), shown(names[1]))
		}
		sources[split] = []source{read(s.at(names[0]))}
	}
	return assign(format, s, sources)
}
