package corpora

import (
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format multiwoz reads data.json of MultiWOZ 2.0 (Budzianowski et al. 2018,
// "MultiWOZ - A Large-Scale Multi-Domain Wizard-of-Oz Dataset"), 2.1, 2.3 and
// 2.4; format sgd reads 2.2. The file is one JSON object:
//
//	{"SNG01856.json": {"goal": {"hotel": {…}, "taxi": {}}, "log": [{"text": "…", "dialog_act": {"Hotel-Inform": …}}, …]}, …}
//
// User and system take turns. Labels["service"] of a dialogue are the domains
// of its goal, and Labels["act"] of a turn its dialogue acts, where the log
// has them or, for the system's, the file of acts beside it; several are sorted
// and joined with "+". The lists of IDs beside the file give the official splits.

// multiWOZFile returns the file of dialogues; empty: there is none.
func multiWOZFile(s site.Site) string {
	if !s.Dir {
		return s.File()
	}
	for _, name := range s.Files {
		if textfile.Bare(name) == "data.json" {
			return s.At(name)
		}
	}
	return ""
}

func multiWOZParts(s site.Site) ([]part, error) {
	file := multiWOZFile(s)
	if file == "" {
		return assign("multiwoz", s, nil)
	}
	acts := actsIn(site.Beside(file, multiWOZActFiles...))
	read := func(mine func(string) bool) []source.Dialogues {
		return []source.Dialogues{readMultiWOZ(file, acts, mine)}
	}
	if !s.Dir {
		return []part{wholePart(read(everyID)...)}, nil
	}
	lists := map[dialog.Split]string{}
	for _, name := range s.Files {
		switch base := textfile.Bare(name); strings.TrimSuffix(strings.TrimSuffix(base, ".txt"), ".json") {
		case "valListFile":
			lists[dialog.Valid] = name
		case "testListFile":
			lists[dialog.Test] = name
		}
	}
	return listedParts("multiwoz", s, lists, read)
}

// multiWOZActFiles are the names of files of acts, in 2.1 and in 2.0.
var multiWOZActFiles = []string{"system_acts.json", "dialogue_acts.json"}

// readMultiWOZ reads the dialogues whose ID is mine. What is wrong with the file of
// acts is said where an ID that no list has is mine.
func readMultiWOZ(path string, acts func() turnActs, mine func(id string) bool) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		all := reader{shapes: shapesOf("multiwoz"), mine: mine, then: func(r record.Record, d *dialog.Dialogue) {
			for i := range d.Turns {
				d.Turns[i].Speaker = [2]string{"USER", "SYSTEM"}[i%2]
			}
			if service := services(r.Value); service != "" {
				d.Labels = withLabel(d.Labels, "service", service)
			}
			acts().label(r.Member, d.Turns, systemTurn)
		}}.read(path)
		if mine("") {
			all = acts().before(all)
		}
		all(yield)
	}
}

// systemTurn is the number of a turn among those of the system, from 1.
func systemTurn(i int) string {
	if i%2 == 0 {
		return ""
	}
	return strconv.Itoa((i + 1) / 2)
}

// services are the domains that the goal of a dialogue says something about.
func services(dialogue any) string {
	members, _ := dialogue.(map[string]any) // the shape needs them
	goal, _ := members["goal"].(map[string]any)
	var names []string
	for name, value := range goal {
		if about, isObject := value.(map[string]any); isObject && len(about) > 0 && name != "topic" {
			names = append(names, name)
		}
	}
	return joined(names)
}
