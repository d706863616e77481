package corpora

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// mostSamples is how many files of a folder detection looks into.
const mostSamples = 32

// recordFiles are the first files of a folder with an extension, those that name a split first.
func recordFiles(s site.Site, ext string) []string {
	var named, others []string
	for _, name := range s.Files {
		if site.Extension(name) != ext {
			continue
		}
		if _, ok := splitIn(name); ok {
			named = append(named, name)
		} else if ext != "" && ext != "txt" {
			others = append(others, name)
		}
	}
	all := append(named, others...)
	return all[:min(mostSamples, len(all))]
}

// recordPlace is the place of the files of a site that have the extension of the
// first with one of the shapes, and one of them.
func recordPlace(shapes []Shape) func(site.Site) site.Place {
	return func(s site.Site) site.Place {
		sample, _ := recordSample(s, shapes)
		ext := site.Extension(sample)
		fits := sync.OnceValue(func() map[string]bool {
			all := map[string]bool{}
			for _, name := range s.Files {
				if site.Extension(name) == ext {
					_, all[name] = fitOf(s.At(name), shapes)
				}
			}
			return all
		})
		return func(name string) (dialog.Split, bool) {
			split, _ := splitIn(name)
			return split, sample != "" && site.Extension(name) == ext && (!s.Dir || fits()[name])
		}
	}
}

// placeOf is the place of files with an extension.
func placeOf(ext string) site.Place {
	return func(name string) (dialog.Split, bool) {
		split, _ := splitIn(name)
		ok := path.Ext(textfile.Bare(name)) == "."+ext
		if !ok {
			split = ""
		}
		return split, ok
	}
}

// splitIn is the split that a file's name has among its words, or else that of its folders.
func splitIn(name string) (dialog.Split, bool) {
	parts := strings.Split(textfile.Bare(name), "/")
	for _, part := range slices.Backward(parts) {
		if split, ok := splitWord(part); ok {
			return split, true
		}
	}
	return "", false
}

// splitWord returns the first split among the words of a name.
func splitWord(name string) (dialog.Split, bool) {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("-_.", r) }) {
		if split, ok := site.SplitNamed(word); ok {
			return split, true
		}
	}
	return "", false
}

// recordParts are the parts of records in these shapes: those of split files, or the members of one JSON object that are
// named like splits.
func recordParts(shapes []Shape) func(site.Site) ([]part, error) {
	return func(s site.Site) ([]part, error) {
		if s.Dir {
			return shardParts(records, s, recordPlace(shapes)(s), reader{shapes: shapes}.read)
		}
		return fileParts(s.File(), reader{shapes: shapes}.ofMember(s.File()))
	}
}

// ofMember reads the members of the JSON object of a file that are mine.
func (r reader) ofMember(file string) func(mine func(string) bool) source.Dialogues {
	return func(mine func(string) bool) source.Dialogues {
		r.mine = mine
		return r.read(file)
	}
}

// fileParts are the parts of one file, by the members of its JSON object.
func fileParts(path string, read func(member func(string) bool) source.Dialogues) ([]part, error) {
	found := map[dialog.Split][]source.Dialogues{}
	if jsontext.First(path) == '{' {
		names, err := jsontext.Names(path)
		for _, name := range names {
			split, ok := site.SplitNamed(name)
			if !ok || err != nil {
				clear(found)
				break
			}
			first := len(found) == 0 // which reads what is in no member
			found[split] = append(found[split], read(func(member string) bool { return member == name || member == "" && first }))
		}
	}
	if len(found) == 0 {
		return []part{wholePart(read(nil))}, nil
	}
	return assign(records, site.Site{Path: path}, found)
}

func everyID(string) bool { return true }
