package corpora

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/jsontext"
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
	found := ownMatches(s)
	if inside := severalIn(s, found); len(inside) > 1 {
		return Format{}, severalCorpora(s, inside)
	}
	switch len(found) {
	case 1:
		if err := emptyTrain(s); err != nil {
			return Format{}, err
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

// ownMatches are the formats that a site may be in. Where the files at its top that are named like splits are in one,
// formats of files in folders alone do not count, nor those of no single corpus of files beside them.
func ownMatches(s site.Site) []match {
	all := matches(s)
	top := s.Top()
	isOther := func(name string) bool { _, _, ok := site.SplitName(name); return !ok }
	top.Files = slices.DeleteFunc(top.Files, isOther)
	if len(top.Files) == 0 {
		return all
	}
	own := matches(top)
	if len(own) != 1 {
		return all
	}
	for _, m := range all {
		if m.Name != own[0].Name && slices.ContainsFunc(m.reads(s), func(name string) bool {
			return !strings.Contains(name, "/") && (m.Licence != yours || !isOther(name))
		}) {
			return all
		}
	}
	return own
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
	begin := fmt.Sprintf("corpora: %s matches no format", fault.Shown(s.Path))
	if guise := guiseOf(s); guise != "" {
		return fmt.Errorf("%s: it is %s; rewrite it as jsonl, a line {\"turns\": [\"…\", \"…\"]} for each dialogue", begin, guise)
	}
	if err := s.Unreadable(); err != nil {
		return err
	}
	if why := doubt(s); why != "" {
		return fmt.Errorf("%s for certain: %s", begin, why)
	}
	if err := empties(s); err != nil {
		return err
	}
	if seen, cure := recordsSeen(s); seen != "" {
		return fmt.Errorf("%s: %s; %s", begin, seen, cure)
	}
	if err := brokenJSON(s); err != nil {
		if bad := (*fault.Malformed)(nil); errors.As(err, &bad) {
			return fmt.Errorf("%s: it begins like JSON, and is none or is cut off, in line %d: %s", begin, bad.Line, bad.Problem)
		}
		return fmt.Errorf("%s: %s", begin, strings.TrimPrefix(err.Error(), "corpora: "))
	}
	if tables := record.Unnamed(s.File()); !s.Dir && len(tables) > 0 {
		if cure, ok := columnCure(rowsOf(tables[0].Head(s.File(), nil))); ok {
			return fmt.Errorf("%s: it may be %s; %s", begin, tables[0].Name, cure)
		}
	}
	if !s.Dir && textfile.IsBlank(s.File()) {
		return fmt.Errorf("%s: it has blank lines alone; give a file that holds a corpus", begin)
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
			const where = "say where the turns are, as in --map "
			if columns, err := k.Columns(file); err == nil && len(columns) > 0 {
				return fmt.Sprintf("%s is %s with the columns %s, %s", fault.BaseName(file), k.Name, namesOfKeys(columns), unknownIn(columns)), where + suggestion(k, file)
			}
			for _, r := range k.Head(file, nil) {
				members, ok := r.Value.(map[string]any)
				if key := textKey(members); key != "" {
					return fmt.Sprintf("%s is a JSON object whose names are texts, such as %s", fault.BaseName(file), fault.Excerpt(key)),
						"write a line {\"context\": [\"…\"], \"response\": \"…\"} for each of them"
				}
				if ok && len(members) > 0 {
					what := k.Name
					if k.Lines && len(k.Head(file, nil)) == 1 {
						what = "a JSON object"
					}
					return fmt.Sprintf("%s is %s; %s, %s", fault.BaseName(file), what, described(r.Value), unknownIn(slices.Collect(maps.Keys(members)))), where + suggestion(k, file)
				}
			}
		}
	}
	return "", ""
}

// textKey is one of the names of members that are texts, as most of them are; empty: they are not.
func textKey(members map[string]any) (key string) {
	n := 0
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if _, isText := members[name].(string); isText && len(strings.Fields(name)) > 2 {
			n++
			key = cmp.Or(key, name)
		}
	}
	if 2*n <= len(members) {
		return ""
	}
	return key
}

// rowsOf are the columns of a table without a header.
func rowsOf(head []record.Record) (rows [][]string) {
	for _, r := range head {
		fields, _ := r.Value.([]any)
		row := make([]string, len(fields))
		for i, f := range fields {
			row[i], _ = f.(string)
		}
		rows = append(rows, row)
	}
	return rows
}

// jsonBegin begins JSON, and no line such as [00:01] hi or [USER] hi.
var jsonBegin = regexp.MustCompile(`^\s*[\[{]\s*($|["\[{\]}]|(-?[\d.]+|true|false|null)\s*($|[,\]]))`)

// brokenJSON says what is wrong with a file that begins like JSON and has no sound record; nil: it is another.
func brokenJSON(s site.Site) error {
	if s.Dir {
		return nil
	}
	if head := textfile.Head(s.File()); len(head) > 0 && !jsonBegin.MatchString(head[0]) {
		return nil
	}
	if first := jsontext.First(s.File()); first != '{' && first != '[' {
		return nil
	}
	kinds := record.Kinds(s.File())
	for _, k := range kinds {
		if len(k.Head(s.File(), nil)) > 0 {
			return nil
		}
	}
	for _, err := range kinds[0].Records(s.File(), nil) {
		if err != nil {
			return err
		}
	}
	return nil
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
	{"CREATE TABLE", "sql", "SQL"},
	{"{\\rtf", "rtf", "RTF, which word processors write"},
	{"", "xlsx", "a workbook of Excel, whose sheets can be saved as CSV"},
	{"", "docx", "a document of Word, which can be saved as text"},
	{"", "wav", "a sound"},
	{"", "mp3", "a sound"},
	{"", "npy", "an array of NumPy"},
	{"", "npz", "arrays of NumPy"},
	{"", "safetensors", "numbers of a model"},
	{"", "pkl", "a pickle of Python"},
	{"", "pickle", "a pickle of Python"},
}

// guiseOf names the form of a file that is none of a corpus; empty: nothing tells it.
func guiseOf(s site.Site) string {
	if s.Dir && s.Archive == "" {
		return ""
	}
	first := ""
	if head := textfile.Head(s.File()); len(head) > 0 && !s.Dir {
		first = head[0]
	}
	for _, g := range guises {
		if g.begin != "" && strings.HasPrefix(first, g.begin) || strings.HasSuffix(textfile.Bare(s.Path), "."+g.ext) {
			return g.is
		}
	}
	return ""
}
