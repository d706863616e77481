package corpora

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format suffix reads a folder of NAME.SPLIT.LABEL files, such as
// sentiment.dev.0, with a sentence a line. The label of the dialogue is
// Labels["label"].

func matchSuffix(s site.Site) string {
	for _, name := range s.Files {
		if _, label, ok := suffixName(name); s.Dir && ok {
			return fault.Shown(name) + " ends in a split and the label " + fault.Shown(label)
		}
	}
	return ""
}

// suffixName takes NAME.SPLIT.LABEL apart. Extensions of files are no labels.
func suffixName(name string) (s dialog.Split, label string, ok bool) {
	words := strings.Split(textfile.Bare(name), ".")
	if len(words) < 3 || strings.Contains(name, "/") {
		return "", "", false
	}
	label = words[len(words)-1]
	if label == "" || slices.Contains([]string{"txt", "tsv", "csv", "json", "jsonl", "md", "zip", "bz2", "xz"}, label) {
		return "", "", false
	}
	s, ok = site.SplitNamed(words[len(words)-2])
	return s, label, ok
}

func suffixParts(s site.Site) ([]part, error) {
	if !s.Dir {
		return nil, fmt.Errorf("corpora: %s is one file, and format suffix reads a folder; give its folder", fault.Shown(s.Path))
	}
	found := map[dialog.Split][]source.Dialogues{}
	origin := map[string]string{}
	for _, name := range s.Files {
		split, label, ok := suffixName(name)
		if !ok {
			continue
		}
		if twin, taken := origin[textfile.Bare(name)]; taken {
			return nil, fmt.Errorf("corpora: %s has the same file twice, %s and %s; keep one of them there",
				fault.Shown(s.Path), fault.Shown(twin), fault.Shown(name))
		}
		origin[textfile.Bare(name)] = name
		found[split] = append(found[split], readSuffix(s.At(name), label))
	}
	return assignSuffix(s, found)
}

// assignSuffix is assign, but for the published corpora that have no train
// split.
func assignSuffix(s site.Site, found map[dialog.Split][]source.Dialogues) ([]part, error) {
	valid, test := found[dialog.Valid], found[dialog.Test]
	if len(found[dialog.Train]) > 0 || len(valid) == 0 || len(test) == 0 {
		return assign("suffix", s, found)
	}
	return []part{officialPart(dialog.Train, test...), halvesPart(valid...)}, nil
}

func readSuffix(path, label string) source.Dialogues {
	return source.Lines(filepath.Clean(path), func(text string) (dialog.Dialogue, error) {
		return source.Sentence(text, label), nil
	})
}
