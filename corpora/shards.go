package corpora

import (
	"fmt"

	"github.com/cvae-go/cvae/dialog"
)

// A place says of a file of a folder, by its slash-separated name, whether a
// format reads it and which split it feeds. An empty split: the name says none.
type place func(name string) (s dialog.Split, ok bool)

// shards returns the files of a folder that a format with several files a
// split reads. When some of them name a split, the others are left out.
func (s site) shards(of place) map[dialog.Split][]string {
	found := map[dialog.Split][]string{}
	for _, name := range s.files {
		if split, ok := of(name); ok {
			found[split] = append(found[split], name)
		}
	}
	if len(found) > 1 {
		delete(found, "")
	}
	return found
}

// aShard returns a file to judge shards by: the path itself, or the first file
// of the first split. Empty: there is none.
func (s site) aShard(of place) string {
	if !s.dir {
		return s.path
	}
	found := s.shards(of)
	for _, split := range append([]dialog.Split{""}, dialog.Splits[:]...) {
		if names := found[split]; len(names) > 0 {
			return s.at(names[0])
		}
	}
	return ""
}

// shardParts are the parts of a format that reads one file, or a folder with
// any number of files a split. Dialogues are named after the folders of their
// file too, since files of two folders may have one name.
func shardParts(format string, s site, of place, read func(path string) source) ([]part, error) {
	if !s.dir {
		return []part{wholePart(read(s.path))}, nil
	}
	if len(s.files) == mostFiles {
		return nil, fmt.Errorf("corpora: %s has %d files or more, and more are not looked at; give a folder inside it", shown(s.path), mostFiles)
	}
	found := map[dialog.Split][]source{}
	twin := map[string]string{}
	for split, names := range s.shards(of) {
		for _, name := range names {
			if other, taken := twin[bare(name)]; taken {
				return nil, fmt.Errorf("corpora: %s has the same file twice, %s and %s; keep one of them there", shown(s.path), shown(other), shown(name))
			}
			twin[bare(name)] = name
			found[split] = append(found[split], renamed(read(s.at(name)), name))
		}
	}
	if whole := found[""]; len(whole) > 0 {
		return []part{wholePart(whole...)}, nil
	}
	return assign(format, s, found)
}
