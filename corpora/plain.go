package corpora

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/dialog"
)

// textFormat reads plain text, a turn a line and a blank line between
// dialogues. When a dialogue has several lines and each of them begins with
// "NAME: ", with at most mostNames different names, the names are the speakers;
// otherwise two speakers alternate and the lines stay as they are.
func textFormat() Format {
	return Format{
		Name:    "text",
		Title:   "Plain text, a turn a line, a blank line between dialogues; NAME: before every turn is its speaker",
		Layout:  "one .txt file; or a folder with train.txt valid.txt test.txt, or NAME.train.txt and so on; with --format also a folder of other .txt files, of one dialogue or more each",
		Licence: yours,
		Turns:   dialogues,
		match: func(s site) string {
			file := s.aFile(textExtensions...)
			if file == "" || !isPlainFile(file) || !hasBlank(file) {
				return ""
			}
			return baseName(file) + " holds plain lines with blank lines between them"
		},
		parts: textParts,
	}
}

// textParts are those of split files, or one part of all .txt files.
func textParts(s site) ([]part, error) {
	if !s.dir || len(s.splitFiles(textExtensions...)) > 0 {
		return lineParts("text", s, readText, textExtensions...)
	}
	var sources []source
	for _, name := range s.files {
		if extension(filepath.Base(name)) == "txt" {
			sources = append(sources, renamed(readText(s.at(name)), name))
		}
	}
	if len(sources) == 0 {
		return assign("text", s, nil)
	}
	if len(s.files) == mostFiles {
		return nil, fmt.Errorf("corpora: %s has %d files or more; join them, with a blank line between dialogues", shown(s.path), mostFiles)
	}
	return []part{wholePart(sources...)}, nil
}

// renamed puts the folder of a file into the IDs of its dialogues, since files
// of two folders may have one name.
func renamed(s source, name string) source {
	folder := name[:strings.LastIndex(name, "/")+1]
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range s {
			d.ID = folder + d.ID
			if !yield(d, err) {
				return
			}
		}
	}
}

func readText(path string) source { return eachBlock(path, textGrammar) }

var textGrammar = grammar{
	first: never,
	last:  func(text string) bool { return strings.TrimSpace(text) == "" },
	parse: parseText,
}

func parseText(lines []line) (dialog.Dialogue, *malformed) {
	names := namesOf(lines)
	d := dialog.Dialogue{Turns: make([]dialog.Turn, len(lines))}
	for i, l := range lines {
		t := dialog.Turn{Speaker: speakers[i%2], Text: strings.TrimSpace(l.text)}
		if names != nil {
			t.Speaker = names[i]
			if t.Text = strings.TrimSpace(t.Text[len(names[i])+1:]); t.Text == "" {
				return dialog.Dialogue{}, &malformed{line: l.number, problem: "there is no text after the speaker"}
			}
		}
		d.Turns[i] = t
	}
	return d, nil
}

// mostNames is how many speakers of one dialogue are told from accidents such
// as "Note: ".
const mostNames = 8

// named is a speaker before a colon: up to three words of together 30 letters
// at most.
var named = regexp.MustCompile(`^([^:]{1,30}):(\s|$)`)

// speakerOf returns the speaker at the beginning of a trimmed line.
func speakerOf(text string) (string, bool) {
	m := named.FindStringSubmatch(text)
	if m == nil || len(strings.Fields(m[1])) > 3 || m[1] != strings.TrimSpace(m[1]) {
		return "", false
	}
	return m[1], true
}

// namesOf returns the speaker of each line, nil when they are not named.
func namesOf(lines []line) []string {
	if len(lines) < 2 {
		return nil
	}
	different := map[string]bool{}
	names := make([]string, len(lines))
	for i, l := range lines {
		name, ok := speakerOf(strings.TrimSpace(l.text))
		if names[i], different[name] = name, true; !ok || len(different) > mostNames {
			return nil
		}
	}
	return names
}

// hasBlank tells whether a blank line stands between two lines at the
// beginning of a file.
func hasBlank(path string) bool {
	f, err := openHead(path)
	if err != nil {
		return false
	}
	defer f.Close()
	text, blank := false, false
	for l, err := range linesOf(f, path) {
		switch {
		case err != nil:
		case strings.TrimSpace(l.text) == "":
			blank = text
		case blank:
			return true
		default:
			text = true
		}
	}
	return false
}
