package corpora

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// An entry is a file or a folder at the top of a folder.
type entry struct {
	name   string
	folder bool
	splits map[dialog.Split]bool // of a folder, those that its files name
	read   bool                  // by the format that the folder is in
	sample string                // the first file in it that is read
}

// entriesOf are the entries of a folder, but for those that are named like splits. f reads the folder.
func entriesOf(s site.Site, f Format) (all []*entry) {
	reads := map[string]bool{}
	for _, name := range f.named().reads(s) {
		reads[name] = true
	}
	of := map[string]*entry{}
	for _, name := range s.Files {
		first, rest, inside := strings.Cut(name, "/")
		if _, isSplit := splitWord(first); isSplit || describes(first) {
			continue
		}
		e := of[first]
		if e == nil {
			e = &entry{name: first, folder: inside, splits: map[dialog.Split]bool{}}
			of[first], all = e, append(all, e)
		}
		if split, ok := splitIn(rest); ok && inside {
			e.splits[split] = true
		}
		if reads[name] {
			e.read, e.sample = true, cmp.Or(e.sample, name)
		}
	}
	return all
}

// severalIn lists the corpora in a folder, each with its format, where it is no corpus as a whole. found are the formats
// that it may be in.
func severalIn(s site.Site, found []match) []string {
	if !s.Dir {
		return nil
	}
	switch len(found) {
	case 0:
		return loneCorpora(s)
	case 1:
		return rivals(s, found[0].Format)
	}
	all, formats := corporaOf(s, entriesOf(s, Format{}))
	if len(formats) < 2 {
		return nil // one corpus in doubt
	}
	return all
}

// mostEntries is how many entries of a folder are looked at, and named.
const mostEntries = 16

// corporaOf shows the entries that are corpora, and the names of their formats.
func corporaOf(s site.Site, entries []*entry) (all []string, formats map[string]bool) {
	formats = map[string]bool{}
	for _, e := range entries[:min(mostEntries, len(entries))] {
		if corpus, f := corpusOf(s.At(e.name)); corpus != "" && !f.plain() {
			all, formats[f.Name] = append(all, corpus), true
		}
	}
	return all, formats
}

// plain tells whether the format is that of text, which tells about the corpus beside it as a rule.
func (f Format) plain() bool { return f.Turns == sentences || f.Name == "text" }

// loneCorpora are the entries of a folder of no format that are corpora. One file of many says little.
func loneCorpora(s site.Site) (all []string) {
	entries := entriesOf(s, Format{})
	for _, e := range entries[:min(mostEntries, len(entries))] {
		if corpus := corpusAt(s.At(e.name)); corpus != "" {
			all = append(all, corpus)
		}
	}
	isFile := func(e *entry) bool { return !e.folder }
	if len(all) == 1 && slices.ContainsFunc(entries, isFile) && len(entries) > 4 {
		return nil
	}
	return all
}

// rivals are the corpora in a folder that is in a format as a whole: folders that have splits of their own, what the
// format passes over beside what it reads, and records of several shapes.
func rivals(s site.Site, f Format) []string {
	entries := entriesOf(s, f)
	var split, read, others []*entry
	for _, e := range entries {
		switch {
		case len(e.splits) > 1:
			split = append(split, e)
		case e.read:
			read = append(read, e)
		case e.folder || f.named().split == nil:
			others = append(others, e)
		}
	}
	if all, _ := corporaOf(s, split); len(all) > 1 {
		return all
	}
	read = append(read, slices.DeleteFunc(split, func(e *entry) bool { return !e.read })...)
	if f.Name == records && differ(s, read) {
		all, _ := corporaOf(s, read)
		return all
	}
	stem := func(e *entry) string { return strings.TrimSuffix(textfile.Bare(e.name), "."+site.Extension(e.name)) }
	var beside []string
	for _, e := range others[:min(mostEntries, len(others))] {
		if !e.folder && slices.ContainsFunc(read, func(r *entry) bool { return stem(r) == stem(e) }) {
			continue // files with one name and several extensions may hold the same
		}
		corpus, of := corpusOf(s.At(e.name))
		switch {
		case corpus == "" || of.plain():
		case e.folder && f.named().split != nil && of.Name == f.Name: // which reads it by a rule of its own
		case e.folder && of.general && f.Licence != yours: // which may be beside one corpus
		default:
			beside = append(beside, corpus)
		}
	}
	if len(beside) == 0 {
		return nil
	}
	all, _ := corporaOf(s, read)
	if len(all) == 0 {
		return nil
	}
	return append(all, beside...)
}

// differ tells whether entries hold records of different shapes, or one of them has splits of its own.
func differ(s site.Site, entries []*entry) bool {
	shapes := map[string]bool{}
	for _, e := range entries[:min(mostEntries, len(entries))] {
		file := s.At(e.sample)
		if f, ok := fitOf(file, shapesOf(records)); ok {
			shapes[f.shape.Name] = true
		}
		if parts, err := fileParts(file, reader{shapes: shapesOf(records)}.ofMember(file)); err == nil && len(parts) > 1 && len(entries) > 1 {
			return true
		}
	}
	return len(shapes) > 1
}

func severalCorpora(s site.Site, found []string) error {
	return fmt.Errorf("corpora: %s is a folder of several corpora; give one of them: %s", fault.Shown(s.Path), strings.Join(found, ", "))
}

// corpusAt shows what lies at a path, with its format: a corpus, or the only file of a folder that is one; empty:
// neither is.
func corpusAt(path string) string {
	corpus, _ := corpusOf(path)
	return corpus
}

func corpusOf(path string) (corpus string, f Format) {
	inside, err := site.Look(path)
	if err != nil {
		return "", f
	}
	m := ownMatches(inside)
	if len(m) == 0 && inside.Dir && len(inside.Files) == 1 {
		return corpusOf(inside.At(inside.Files[0]))
	}
	if len(m) != 1 || m[0].doubts(inside) != nil {
		return "", f
	}
	return fmt.Sprintf("%s (%s)", fault.Quoted(path), m[0].Name), m[0].Format
}
