package corpora

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

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
			turns[i].Labels = oneLabel("act", of[strconv.Itoa((i+1)/2)])
		}
	}
}
