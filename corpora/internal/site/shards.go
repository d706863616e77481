package site

import (
	"github.com/cvae-go/cvae/dialog"
)

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
		return s.Path
	}
	found := s.Shards(of)
	for _, split := range append([]dialog.Split{""}, dialog.Splits[:]...) {
		if names := found[split]; len(names) > 0 {
			return s.At(names[0])
		}
	}
	return ""
}
