package corpora

import (
	"path"
	"regexp"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format taskmaster reads Taskmaster 1 to 4 (Byrne et al. 2019, "Taskmaster-1:
// Toward a Realistic and Diverse Dialog Dataset"), JSON arrays of objects, or single ones,
//
//	{"conversation_id": "…", "instruction_id": "…", "utterances": [{"speaker": "USER", "text": "…"}, …]}
//
// Labels["topic"] of a dialogue is its "vertical" (Taskmaster 3 and 4), or its
// "instruction_id" without the number at the end. The lists of Taskmaster 1
// in train-dev-test/ give the official splits of its self-dialogs; its
// woz-dialogs are train.

// taskmasterPlace tells files of dialogues from those that describe them.
func taskmasterPlace(name string) (dialog.Split, bool) {
	folder, base := path.Split(name)
	base = textfile.Bare(base)
	for _, other := range []string{"ontology", "reward", "splits"} {
		if path.Base(folder) == other {
			return "", false
		}
	}
	return "", path.Ext(base) == ".json" && base != "ontology.json" && base != "sample.json"
}

// taskmasterFiles are those of a site that are arrays, or one dialogue.
func taskmasterFiles(s site.Site) []string {
	var names []string
	is := isShape("taskmaster")
	for _, name := range s.Shards(taskmasterPlace)[""] {
		if jsontext.IsArray(s.At(name)) || is(s.At(name)) {
			names = append(names, name)
		}
	}
	return names
}

func taskmasterSample(s site.Site) string {
	if names := taskmasterFiles(s); len(names) > 0 {
		return s.At(names[0])
	}
	if s.Dir {
		return ""
	}
	return s.File()
}

func taskmasterParts(s site.Site) ([]part, error) {
	if !s.Dir {
		return []part{wholePart(readTaskmaster(s.File(), everyID))}, nil
	}
	names := taskmasterFiles(s)
	if len(names) == 0 {
		return assign("taskmaster", s, nil)
	}
	lists := map[dialog.Split]string{}
	for _, name := range s.Files {
		folder, base := path.Split(name)
		if split, ext, ok := site.SplitName(base); ok && ext == "csv" && path.Base(folder) == "train-dev-test" {
			lists[split] = name
		}
	}
	return listedParts("taskmaster", s, lists, func(mine func(string) bool) []source.Dialogues {
		var all []source.Dialogues
		for _, name := range names {
			all = append(all, source.Renamed(readTaskmaster(s.At(name), mine), name))
		}
		return all
	})
}

// readTaskmaster reads the dialogues whose ID is mine.
func readTaskmaster(path string, mine func(id string) bool) source.Dialogues {
	return reader{shapes: shapesOf("taskmaster"), mine: mine, then: func(_ record.Record, d *dialog.Dialogue) {
		if topic, ok := d.Labels["topic"]; ok {
			d.Labels["topic"] = strings.TrimSpace(version.ReplaceAllString(topic, ""))
		}
	}}.read(path)
}

// version is the number at the end of an instruction: restaurant-table-2.
var version = regexp.MustCompile(`-[0-9]+$`)
