package corpora

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// A match is a format and why a site is in it.
type match struct {
	Format
	reason string
}

// detect returns the one format that matches, if the turns that it gives look
// like what somebody says.
func detect(s site.Site) (Format, error) {
	if inside := severalIn(s); len(inside) > 1 {
		return Format{}, severalCorpora(s, inside)
	}
	found := matches(s)
	switch len(found) {
	case 1:
		if err := emptyTrain(s); err != nil {
			return Format{}, err
		}
		if beside := besideIn(s, found[0].Format); len(beside) > 0 {
			return Format{}, severalCorpora(s, beside)
		}
		return found[0].Format, found[0].doubts(s)
	case 0:
		return Format{}, undetected(s)
	}
	var reasons []string
	for _, m := range found {
		reasons = append(reasons, m.Name+" ("+m.reason+")")
	}
	return Format{}, fmt.Errorf("corpora: %s matches more than one format: %s; choose one with --format", fault.Shown(s.Path), strings.Join(reasons, ", "))
}

// matches are the formats that a site may be in; those of a single corpus go before
// those that are general.
func matches(s site.Site) (found []match) {
	var general []match
	for _, f := range Formats() {
		switch reason := f.match(s); {
		case reason == "":
		case f.general:
			general = append(general, match{f, reason})
		default:
			found = append(found, match{f, reason})
		}
	}
	if len(found) > 0 {
		return found
	}
	return general
}

// undetected says what was seen where no format matches, and how it may be read.
func undetected(s site.Site) error {
	if err := s.Unreadable(); err != nil {
		return err
	}
	begin := fmt.Sprintf("corpora: %s matches no format", fault.Shown(s.Path))
	if why := doubt(s); why != "" {
		return fmt.Errorf("%s for certain: %s; choose one with --format", begin, why)
	}
	if err := empties(s); err != nil {
		return err
	}
	if inside := corporaIn(s); len(inside) > 0 {
		return fmt.Errorf("%s: it is a folder of several corpora; give one of them: %s", begin, strings.Join(inside, ", "))
	}
	if seen, cure := recordsSeen(s); seen != "" {
		return fmt.Errorf("%s: %s; say where the turns are, as in --map %s", begin, seen, cure)
	}
	if guise := guiseOf(s); guise != "" {
		return fmt.Errorf("%s: it is %s; rewrite it as jsonl, a line {\"turns\": [\"…\", \"…\"]} for each dialogue", begin, guise)
	}
	return fmt.Errorf("%s: there is %s; name it with --format (cvae corpus formats lists them), or rewrite the corpus as jsonl, a line {\"turns\": [\"…\", \"…\"]} for each dialogue", begin, s.Describe())
}

// empties names a file of a split that is empty.
func empties(s site.Site) error {
	for _, name := range s.Empty {
		if split, ok := splitIn(name); ok {
			return fmt.Errorf("corpora: %s is empty, and it is the %s split; fill it, or take it away", fault.Shown(s.At(name)), split)
		}
	}
	return nil
}

// emptyTrain names a train file of a folder that is empty.
func emptyTrain(s site.Site) error {
	for _, name := range s.Empty {
		if split, ext, ok := site.SplitName(name); ok && split == dialog.Train && (ext == "" || slices.Contains(recordExtensions, ext)) {
			return fmt.Errorf("corpora: %s is empty, and it is the train split; fill it, or take it away", fault.Shown(s.At(name)))
		}
	}
	return nil
}

func severalCorpora(s site.Site, found []string) error {
	return fmt.Errorf("corpora: %s is a folder of several corpora; give one of them: %s", fault.Shown(s.Path), strings.Join(found, ", "))
}

// besideIn lists the files of a folder that are corpora by themselves, where a format reads one and passes over another.
// Files with one name and several extensions may hold the same. Plain text beside a corpus tells about it, as a rule.
func besideIn(s site.Site, f Format) []string {
	passed := f.unread(s)
	if len(passed) == 0 {
		return nil
	}
	stem := func(name string) string { return strings.TrimSuffix(textfile.Bare(name), "."+site.Extension(name)) }
	var read, others, stems []string
	for _, name := range s.Files {
		_, isSplit := splitIn(name)
		switch {
		case strings.Contains(name, "/") || isSplit:
		case slices.Contains(passed, name):
			others = append(others, name)
		default:
			read, stems = append(read, name), append(stems, stem(name))
		}
	}
	others = slices.DeleteFunc(others, func(name string) bool { return slices.Contains(stems, stem(name)) })
	const most = 8
	corpora := func(names []string) (found []string) {
		for _, name := range names[:min(most, len(names))] {
			if corpus, of := corpusOf(s.At(name)); corpus != "" && of.Turns != sentences && of.Name != "text" {
				found = append(found, corpus)
			}
		}
		return found
	}
	if first, beside := corpora(read), corpora(others); len(first) > 0 && len(beside) > 0 {
		return append(first, beside...)
	}
	return nil
}

// severalIn lists the folders of a folder, none of which is named like a split, that are corpora with splits of their own.
func severalIn(s site.Site) (found []string) {
	split := map[string]map[dialog.Split]bool{} // by the folder
	for _, name := range s.Files {
		first, rest, inside := strings.Cut(name, "/")
		if _, isSplit := splitWord(first); !inside || isSplit {
			continue
		}
		if of, ok := splitIn(rest); ok {
			if split[first] == nil {
				split[first] = map[dialog.Split]bool{}
			}
			split[first][of] = true
		}
	}
	const most = 8
	for _, first := range slices.Sorted(maps.Keys(split)) {
		if len(split[first]) < 2 || len(found) == most {
			continue
		}
		if corpus := corpusAt(s.At(first)); corpus != "" {
			found = append(found, corpus)
		}
	}
	return found
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
	m := matches(inside)
	if len(m) == 0 && inside.Dir && len(inside.Files) == 1 {
		return corpusOf(inside.At(inside.Files[0]))
	}
	if len(m) != 1 || m[0].doubts(inside) != nil {
		return "", f
	}
	return fmt.Sprintf("%s (%s)", fault.Quoted(path), m[0].Name), m[0].Format
}

// corporaIn lists the folders and the files of a folder that are corpora, with
// their formats.
func corporaIn(s site.Site) (found []string) {
	if !s.Dir {
		return nil
	}
	const most = 8
	seen := map[string]bool{}
	for _, name := range s.Files {
		first, _, _ := strings.Cut(name, "/")
		if seen[first] || len(found) == most {
			continue
		}
		seen[first] = true
		if corpus := corpusAt(s.At(first)); corpus != "" {
			found = append(found, corpus)
		}
	}
	if len(found) < 2 && slices.ContainsFunc(s.Files, func(name string) bool { return !strings.Contains(name, "/") }) && len(seen) > 4 {
		return nil // one file of many says little
	}
	return found
}

// recordsSeen says which keys or columns the records of a site have, and suggests
// a map.
func recordsSeen(s site.Site) (seen, cure string) {
	files := []string{s.File()}
	if s.Dir {
		files = files[:0]
		for _, ext := range recordExtensions {
			for _, name := range recordFiles(s, ext) {
				files = append(files, s.At(name))
			}
		}
	}
	for _, file := range files {
		for _, k := range record.Kinds(file) {
			if columns, err := k.Columns(file); err == nil && len(columns) > 0 {
				return fmt.Sprintf("%s is %s with the columns %s, %s", fault.BaseName(file), k.Name, namesOfKeys(columns), unknownIn(columns)), suggestion(k, file)
			}
			for _, r := range k.Head(file, nil) {
				if members, ok := r.Value.(map[string]any); ok && len(members) > 0 {
					return fmt.Sprintf("%s is %s; %s, %s", fault.BaseName(file), k.Name, described(r.Value), unknownIn(slices.Collect(maps.Keys(members)))), suggestion(k, file)
				}
			}
		}
	}
	return "", ""
}

// unknownIn says what the names of columns or members lack. A column of utterances is known, and says nothing of what
// makes one dialogue.
func unknownIn(names []string) string {
	for _, n := range names {
		if slices.Contains(strings.Split(utterances, "|"), record.Folded(n)) {
			return fmt.Sprintf("of which %s may hold turns, and none says which rows are one dialogue, as dialogue_id does", fault.Excerpt(n))
		}
	}
	return "none of which are known as turns"
}

// guises are forms of files that hold no turns that can be read, by the first bytes or by the extension.
var guises = []struct{ begin, ext, is string }{
	{"<?xml", "xml", "XML, of which no form is read"},
	{"<", "html", "HTML, or another text with tags around all of it"},
	{"", "yml", "YAML, and not that of format chatterbot, which has lists of turns under conversations"},
	{"", "yaml", "YAML, and not that of format chatterbot, which has lists of turns under conversations"},
	{"SQLite format 3", "db", "a database of SQLite"},
	{"%PDF", "pdf", "a PDF"},
	{"{\\rtf", "rtf", "RTF, which word processors write"},
}

// guiseOf names the form of a file that is none of a corpus; empty: nothing tells it.
func guiseOf(s site.Site) string {
	if s.Dir {
		return ""
	}
	first := ""
	if head := textfile.Head(s.File()); len(head) > 0 {
		first = head[0]
	}
	for _, g := range guises {
		if g.begin != "" && strings.HasPrefix(first, g.begin) || strings.HasSuffix(textfile.Bare(s.Path), "."+g.ext) {
			return g.is
		}
	}
	return ""
}
