package site

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/archive"
	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// SplitNamed returns the split that a word of a file name stands for.
func SplitNamed(word string) (dialog.Split, bool) {
	switch word {
	case "train", "trn", "training":
		return dialog.Train, true
	case "valid", "validation", "val", "dev", "devel", "development", "eval", "evaluation":
		return dialog.Valid, true
	case "test", "tst", "testing":
		return dialog.Test, true
	}
	return "", false
}

// SplitName takes a file name apart: the split among its words, and its
// extension. "ptb.train.txt" is train and "txt"; "train" is train and "".
func SplitName(name string) (s dialog.Split, ext string, ok bool) {
	words := strings.Split(textfile.Bare(name), ".")
	if _, ok := SplitNamed(words[0]); !ok { // as in dialogs-trn.txt and my_train_set.txt
		words[0] = strings.TrimSuffix(strings.TrimSuffix(words[0], "_set"), "-set")
		if split, ok := SplitNamed(words[0][strings.LastIndexAny(words[0], "-_")+1:]); ok && len(words) <= 2 {
			return split, strings.Join(words[1:], "."), true
		}
	}
	for i, w := range words {
		split, is := SplitNamed(w)
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

// Stem is what the name of a file has before its split: task1 of task1-trn.txt and of task1.train.txt.
func Stem(name string) string {
	for i := len(name); i > 0; i-- {
		if i == len(name) || strings.ContainsRune("-_.", rune(name[i])) {
			from := strings.LastIndexAny(name[:i], "-_.")
			if _, ok := SplitNamed(name[from+1 : i]); ok && from > 0 {
				return name[:from]
			}
		}
	}
	return ""
}

// Extension returns the extension of a file name without its dot; a word that
// names a split is not one.
func Extension(name string) string {
	ext := strings.TrimPrefix(filepath.Ext(textfile.Bare(name)), ".")
	if _, is := SplitNamed(ext); is {
		return ""
	}
	return ext
}

// SplitFiles returns the files of a folder, of the given extensions, that name
// a split.
func (s Site) SplitFiles(exts ...string) map[dialog.Split][]string {
	found := map[dialog.Split][]string{}
	for _, name := range s.Files {
		if strings.Contains(name, "/") {
			continue
		}
		if split, ext, ok := SplitName(name); ok && slices.Contains(exts, ext) {
			found[split] = append(found[split], name)
		}
	}
	return found
}

// Sample returns a file to judge a layout of split files by: the path itself,
// or the first file of the first split. Empty: there is none.
func (s Site) Sample(exts ...string) string {
	if !s.Dir {
		if slices.Contains(exts, Extension(filepath.Base(s.Path))) {
			return s.File()
		}
		return ""
	}
	found := s.SplitFiles(exts...)
	for _, split := range dialog.Splits {
		if names := found[split]; len(names) > 0 {
			return s.At(names[0])
		}
	}
	return ""
}

// Beside returns the first file of these names, perhaps compressed, in the
// folder of a file; empty: there is none.
func Beside(file string, names ...string) string {
	plain, how := named.Cut(file)
	for _, name := range names {
		for _, ext := range append([]string{""}, textfile.Compressions...) {
			path := filepath.Join(filepath.Dir(plain), name+ext)
			if archive.Exists(path) {
				return named.With(path, how)
			}
		}
	}
	return ""
}

// SidesNamed are the sides of a format whose other file has one of these names.
func SidesNamed(names ...string) func(path string) []string {
	return func(path string) []string {
		if file := Beside(path, names...); file != "" {
			return []string{file}
		}
		return nil
	}
}

// A Place says of a file of a folder, by its slash-separated name, whether a
// format reads it and which split it feeds. An empty split: the name says none.
type Place func(name string) (s dialog.Split, ok bool)

// Shards returns the files of a folder that a format with several files a
// split reads. When some of them name a split, the others are left out.
func (s Site) Shards(of Place) map[dialog.Split][]string {
	found := map[dialog.Split][]string{}
	for _, name := range s.Files {
		if split, ok := of(name); ok {
			found[split] = append(found[split], name)
		}
	}
	if len(found) > 1 {
		delete(found, "")
	}
	return found
}

// SampleShard returns a file to judge shards by: the path itself, or the first file
// of the first split. Empty: there is none.
func (s Site) SampleShard(of Place) string {
	if !s.Dir {
		return s.File()
	}
	found := s.Shards(of)
	for _, split := range append([]dialog.Split{""}, dialog.Splits[:]...) {
		if names := found[split]; len(names) > 0 {
			return s.At(names[0])
		}
	}
	return ""
}
