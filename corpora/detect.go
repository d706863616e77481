package corpora

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/site"
)

// A match is a format and why a site is in it.
type match struct {
	Format
	reason string
}

// detect returns the one format that matches, if the turns that it gives look
// like what somebody says.
func detect(s site.Site) (Format, error) {
	found := matches(s)
	switch len(found) {
	case 1:
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
		inside, err := site.Look(s.At(first))
		if err != nil {
			continue
		}
		if m := matches(inside); len(m) == 1 && m[0].doubts(inside) == nil {
			found = append(found, fmt.Sprintf("%s (%s)", fault.Quoted(s.At(first)), m[0].Name))
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
				return fmt.Sprintf("%s is %s with the columns %s, none of which are known as turns", fault.BaseName(file), k.Name, namesOfKeys(columns)), suggestion(k, file)
			}
			for _, r := range k.Head(file, nil) {
				if members, ok := r.Value.(map[string]any); ok && len(members) > 0 {
					return fmt.Sprintf("%s is %s; %s, none of which are known as turns", fault.BaseName(file), k.Name, described(r.Value)), suggestion(k, file)
				}
			}
		}
	}
	return "", ""
}
