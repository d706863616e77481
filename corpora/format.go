package corpora

import (
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// A Format is one source format: a row of the table Formats.
type Format struct {
	Name    string // as in --format
	Title   string // one line for people
	Layout  string // the files it reads
	Licence string // of the corpus, as its source states it; in a row, empty: yours
	Turns   string // "dialogues" or "sentences"; in a row, empty: dialogues
	// general: it reads files of any corpus, and a format of one corpus that
	// matches goes before.
	general bool
	// embedded: it is inside the program and has no files.
	embedded bool

	// timed: it knows when a turn was said, and a pause ends a dialogue.
	timed bool

	// A split has one file with one of the extensions exts, or any number of
	// files, which place tells.
	exts  []string
	place func(site.Site) site.Place
	read  func(path string) source.Dialogues
	// sample returns the file to judge by; nil: the first by exts or place. The
	// file is in the format where is, unless nil, says so; shows says why, after
	// the name of the file.
	sample func(site.Site) string
	is     func(path string) bool
	shows  string
	// why and split are match and parts where those rules say too little.
	why   func(site.Site) string
	split func(site.Site) ([]part, error)
	// sides are the files beside one file that are read with it; nil: none are.
	sides func(path string) []string
}

// The values of Format.Turns.
const (
	dialogues = "dialogues"
	sentences = "sentences"
)

// yours is the licence of formats that are not one corpus.
const yours = "that of your data"

// match says in a few words why a path is in the format; empty: it is not.
func (f Format) match(s site.Site) string {
	if f.why != nil {
		return f.why(s)
	}
	sample := f.sample
	switch {
	case sample != nil:
	case f.place != nil:
		sample = func(s site.Site) string { return s.SampleShard(f.place(s)) }
	default:
		sample = func(s site.Site) string { return s.Sample(f.exts...) }
	}
	file := sample(s)
	if file == "" || f.is != nil && !f.is(file) {
		return ""
	}
	return fault.BaseName(file) + " " + f.shows
}

// parts finds the files of a path and says which splits they feed.
func (f Format) parts(s site.Site) ([]part, error) {
	switch {
	case f.split != nil:
		return f.split(s)
	case f.place != nil:
		return shardParts(f.Name, s, f.place(s), f.read)
	}
	return lineParts(f.Name, s, f.read, f.exts...)
}

// fixed is the place of a format whose files are named alike in every site.
func fixed(p site.Place) func(site.Site) site.Place { return func(site.Site) site.Place { return p } }

// fileOr is the sample of a format that takes one file whatever its extension.
func fileOr(exts ...string) func(site.Site) string {
	return func(s site.Site) string {
		if !s.Dir {
			return s.File()
		}
		return s.Sample(exts...)
	}
}

// lines, blocks and mostly make a reader, and a sign of a format, of what its lines are.
func lines(parse func(text string) (dialog.Dialogue, error)) func(path string) source.Dialogues {
	return func(path string) source.Dialogues { return source.Lines(path, parse) }
}

func blocks(g source.Grammar) func(path string) source.Dialogues {
	return func(path string) source.Dialogues { return source.Blocks(path, g) }
}

func mostly(are func(line string) bool) func(file string) bool {
	return func(file string) bool { return most(textfile.Head(file), are) }
}

// matching is the place of files whose names match a pattern; what its first group matches, if anything, names the split.
func matching(pattern string) site.Place {
	names := regexp.MustCompile(pattern)
	return func(name string) (split dialog.Split, ok bool) {
		m := names.FindStringSubmatch(textfile.Bare(name))
		if len(m) < 2 || m[1] == "" {
			return "", m != nil
		}
		return site.SplitNamed(m[1])
	}
}

// Timed reports whether the format is that of a log of chat, whose conversations end at a pause.
func (f Format) Timed() bool { return f.timed }

// formatNames lists the names for --format, which are those of files.
func formatNames() string {
	var names []string
	for _, f := range Formats() {
		if !f.embedded {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}
