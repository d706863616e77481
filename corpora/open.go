package corpora

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
)

// Options say how a corpus is read. The zero value detects the format, stops
// at a malformed line and keeps duplicates.
type Options struct {
	Format  string // a name of Formats; empty: detected
	SkipBad bool   // leave malformed lines out and count them
	Dedup   bool   // drop duplicates, and train dialogues that stand in valid or test
	Seed    uint64 // of the splits of a corpus without official ones
}

// Open opens the corpus at path, a file or a folder, or a corpus inside
// the program, such as "builtin".
// Splits may be missing or empty; see CheckSplits. Every error is one sentence
// that names the fault and the cure.
func Open(path string, o Options) (*Corpus, error) {
	s, f, err := resolve(path, o.Format)
	if err != nil {
		return nil, err
	}
	parts, err := f.parts(s)
	if err != nil {
		return nil, err
	}
	name := path
	if abs, err := filepath.Abs(path); err == nil && !f.embedded { // "." has the name of its folder
		name = filepath.Base(abs)
	}
	return &Corpus{
		format: f, path: path, name: name, options: o, parts: parts,
		skipped: make([]int, len(parts)), dropped: noneDropped(),
	}, nil
}

func resolve(path, format string) (site.Site, Format, error) {
	if f, found := findEmbedded(path); found {
		return site.Site{Path: path}, f, nil
	}
	s, err := site.Look(path)
	if err != nil {
		return s, Format{}, err
	}
	f, err := choose(s, format)
	return s, f, err
}

// choose returns the format of that name, or detects it when name is empty.
func choose(s site.Site, name string) (Format, error) {
	if name == "" {
		return detect(s)
	}
	for _, f := range Formats() {
		if f.Name == name && !f.embedded {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("corpora: there is no format %q for files; --format knows %s", name, formatNames())
}

// detect returns the one format that matches.
func detect(s site.Site) (Format, error) {
	var found []Format
	var reasons []string
	for _, f := range Formats() {
		if reason := f.match(s); reason != "" {
			found = append(found, f)
			reasons = append(reasons, f.Name+" ("+reason+")")
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if err := s.Unreadable(); err != nil {
			return Format{}, err
		}
		if why := doubt(s); why != "" {
			return Format{}, fmt.Errorf("corpora: %s matches no format for certain: %s; choose one with --format", fault.Shown(s.Path), why)
		}
		return Format{}, fmt.Errorf("corpora: %s matches no format: there is %s; name the format with --format if it is one of %s, or rewrite the corpus as jsonl",
			fault.Shown(s.Path), s.Describe(), formatNames())
	}
	return Format{}, fmt.Errorf("corpora: %s matches more than one format: %s; choose one with --format",
		fault.Shown(s.Path), strings.Join(reasons, ", "))
}
