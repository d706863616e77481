package corpora

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// multiWOZFormat reads data.json of MultiWOZ 2.0 (Budzianowski et al. 2018,
// "MultiWOZ - A Large-Scale Multi-Domain Wizard-of-Oz Dataset"), 2.1, 2.3 and
// 2.4; format sgd reads 2.2. The file is one JSON object:
//
//	{"SNG01856.json": {"goal": {"hotel": {…}, "taxi": {}}, "log": [{"text": "…", "dialog_act": {"Hotel-Inform": …}}, …]}, …}
//
// User and system take turns. Labels["service"] of a dialogue are the domains
// of its goal, and Labels["act"] of a turn its dialogue acts, where the log
// has them or, for the system's, the file of acts beside it; several are sorted
// and joined with "+". The lists of IDs beside the file give the official splits.
func multiWOZFormat() Format {
	return Format{
		Name:    "multiwoz",
		Title:   "MultiWOZ 2.0, 2.1, 2.3 and 2.4, the original files",
		Layout:  "a folder with data.json and the lists valListFile and testListFile (.txt or .json), perhaps with system_acts.json or dialogue_acts.json; or data.json",
		Licence: "MIT",
		sample:  multiWOZFile,
		is:      func(file string) bool { return source.Any(file, jsontext.Members, parseMultiWOZMember) },
		shows:   `holds dialogues with "goal" and "log"`,
		split:   multiWOZParts,
		sides:   site.SidesNamed(multiWOZActFiles...),
	}
}

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

func parseMultiWOZMember(text string) (d dialog.Dialogue, err error) {
	_, value, err := member(text)
	if err == nil {
		d, err = parseMultiWOZ(value)
	}
	return d, err
}

func multiWOZParts(s site.Site) ([]part, error) {
	file := multiWOZFile(s)
	if file == "" {
		return assign("multiwoz", s, nil)
	}
	read := func(mine func(string) bool) []source.Dialogues { return []source.Dialogues{readMultiWOZ(file, mine)} }
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

// readMultiWOZ reads the dialogues whose ID is mine.
func readMultiWOZ(path string, mine func(id string) bool) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		acts := multiWOZActs{}
		for d, err := range acts.read(path, mine) {
			if !yield(d, err) {
				return
			}
		}
		source.Pieces(path, jsontext.Members, func(text string) (dialog.Dialogue, error) {
			id, value, err := member(text)
			switch {
			case !mine(id): // nor is its fault
				return dialog.Dialogue{}, nil
			case err != nil:
				return dialog.Dialogue{}, err
			}
			d, err := parseMultiWOZ(value)
			acts.label(id, d.Turns)
			return d, err
		})(yield)
	}
}

func member(text string) (name string, value json.RawMessage, err error) {
	var one map[string]json.RawMessage
	if err := json.Unmarshal([]byte("{"+text+"}"), &one); err != nil {
		return "", nil, jsontext.Problem(err)
	}
	for name, value := range one {
		return name, value, nil
	}
	return "", nil, errors.New("there is nothing between two commas")
}

// multiWOZObject is one dialogue.
type multiWOZObject struct {
	Goal map[string]json.RawMessage `json:"goal"`
	Log  []struct {
		Text *string         `json:"text"`
		Acts json.RawMessage `json:"dialog_act"`
	} `json:"log"`
}

func parseMultiWOZ(value []byte) (dialog.Dialogue, error) {
	var o multiWOZObject
	if err := json.Unmarshal(value, &o); err != nil {
		return dialog.Dialogue{}, jsontext.Problem(err)
	}
	if o.Log == nil || o.Goal == nil {
		return dialog.Dialogue{}, errors.New(`the dialogue lacks "goal" or "log"`)
	}
	d := dialog.Dialogue{Labels: labelsOf("service", joined(o.services()))}
	for i, l := range o.Log {
		if l.Text == nil {
			return d, fmt.Errorf(`turn %d has no "text"`, i+1)
		}
		d.Turns = append(d.Turns, dialog.Turn{
			Speaker: [2]string{"USER", "SYSTEM"}[i%2], Text: *l.Text, Labels: labelsOf("act", joined(memberNames(l.Acts))),
		})
	}
	return d, source.Spoken(d.Turns)
}

// services are the domains that a goal says something about.
func (o multiWOZObject) services() []string {
	var names []string
	for name, value := range o.Goal {
		if name != "topic" && bytes.HasPrefix(value, []byte("{")) && len(memberNames(value)) > 0 {
			names = append(names, name)
		}
	}
	return names
}

// memberNames are those of an object; other JSON has none.
func memberNames(value json.RawMessage) []string {
	var all map[string]json.RawMessage
	if json.Unmarshal(value, &all) != nil {
		return nil
	}
	return slices.Collect(maps.Keys(all))
}

// multiWOZActs are the acts of the turns of the system, by the ID of the
// dialogue and the number of the turn among those of the system, from 1. They
// lie beside data.json of MultiWOZ 2.0 and 2.1:
//
//	{"SNG01856": {"1": {"Hotel-Inform": [["Area", "north"]], "general-reqmore": […]}, "2": "No Annotation"}, …}
type multiWOZActs map[string]map[string]string

// multiWOZActFiles are the names of such files, in 2.1 and in 2.0.
var multiWOZActFiles = []string{"system_acts.json", "dialogue_acts.json"}

// read is a source that has no dialogues and fills acts with those of the
// dialogues whose ID is mine, from the file beside data, if there is one.
func (acts multiWOZActs) read(data string, mine func(id string) bool) source.Dialogues {
	path := site.Beside(data, multiWOZActFiles...)
	if path == "" {
		return func(func(dialog.Dialogue, error) bool) {}
	}
	return source.Pieces(path, jsontext.Members, func(text string) (dialog.Dialogue, error) {
		id, value, err := member(text)
		id = strings.TrimSuffix(id, ".json")
		if mine(id + ".json") {
			if err == nil {
				acts[id], err = parseMultiWOZActs(value)
			}
			return dialog.Dialogue{}, err
		}
		return dialog.Dialogue{}, nil
	})
}

// parseMultiWOZActs parses the acts of one dialogue. What is no object, as in
// "No Annotation", has none.
func parseMultiWOZActs(value []byte) (map[string]string, error) {
	var turns map[string]json.RawMessage
	if err := json.Unmarshal(value, &turns); err != nil || turns == nil {
		return nil, errors.New("the acts of the dialogue are no JSON object of its turns")
	}
	all := map[string]string{}
	for number, one := range turns {
		if names := joined(memberNames(one)); names != "" {
			all[number] = names
		}
	}
	return all, nil
}

// label labels the turns of a dialogue that its own file says nothing about.
func (acts multiWOZActs) label(id string, turns []dialog.Turn) {
	of := acts[strings.TrimSuffix(id, ".json")]
	for i := 1; i < len(turns); i += 2 { // the system's
		if turns[i].Labels == nil {
			turns[i].Labels = labelsOf("act", of[strconv.Itoa((i+1)/2)])
		}
	}
}
