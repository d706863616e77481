package corpora

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/jsontext"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// sgdFormat reads the files of Schema-Guided Dialogue (Rastogi et al. 2020,
// "Towards Scalable Multi-Domain Conversational Agents") and of MultiWOZ 2.2,
// which has their form: JSON arrays of
//
//	{"dialogue_id": "…", "services": ["…"], "turns": [{"speaker": "USER", "utterance": "…", "frames": […]}]}
//
// Labels["act"] of a turn are the acts of its frames, and Labels["service"] of
// the dialogue its services; several are sorted and joined with "+". The acts
// of MultiWOZ 2.2 lie in a file apart, dialog_acts.json, which is not read.
func sgdFormat() Format {
	return Format{
		Name:    "sgd",
		Title:   "Schema-Guided Dialogue, and MultiWOZ 2.2, the original files",
		Layout:  "a folder with train/ dev/ test/ of dialogues_*.json; or a folder of dialogues_*.json, or one of them",
		Licence: "CC BY-SA 4.0; MultiWOZ: MIT",
		place:   fixed(sgdPlace),
		read:    readSGD,
		is:      func(file string) bool { return source.Any(file, jsontext.Elements, parseSGD) },
		shows:   `holds dialogues with "dialogue_id" and "utterance"`,
	}
}

var sgdName = regexp.MustCompile(`^dialogues_[0-9]+\.json$`)

// sgdPlace tells the split of train/dialogues_001.json and the like.
func sgdPlace(name string) (dialog.Split, bool) {
	folder, base := path.Split(name)
	if !sgdName.MatchString(textfile.Bare(base)) {
		return "", false
	}
	split, ok := site.SplitNamed(strings.TrimSuffix(folder, "/"))
	return split, ok || folder == ""
}

func readSGD(path string) source.Dialogues { return source.Elements(path, parseSGD) }

// sgdObject is one dialogue.
type sgdObject struct {
	ID       *string   `json:"dialogue_id"`
	Services []string  `json:"services"`
	Turns    []sgdTurn `json:"turns"`
}

type sgdTurn struct {
	Speaker   string  `json:"speaker"`
	Utterance *string `json:"utterance"`
	Frames    []struct {
		Actions []struct {
			Act string `json:"act"`
		} `json:"actions"`
	} `json:"frames"`
}

func parseSGD(text string) (dialog.Dialogue, error) {
	var o sgdObject
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return dialog.Dialogue{}, jsontext.Problem(err)
	}
	if o.ID == nil {
		return dialog.Dialogue{}, errors.New(`the dialogue has no "dialogue_id"`)
	}
	d := dialog.Dialogue{Labels: labelsOf("service", joined(o.Services))}
	for i, t := range o.Turns {
		if t.Utterance == nil {
			return d, fmt.Errorf(`turn %d has no "utterance"`, i+1)
		}
		d.Turns = append(d.Turns, dialog.Turn{Speaker: t.Speaker, Text: *t.Utterance, Labels: labelsOf("act", t.acts())})
	}
	return d, source.Spoken(d.Turns)
}

func (t sgdTurn) acts() string {
	var acts []string
	for _, f := range t.Frames {
		for _, a := range f.Actions {
			acts = append(acts, a.Act)
		}
	}
	return joined(acts)
}

// joined makes one label of several values, the same whatever their order.
func joined(values []string) string {
	values = slices.Clone(values)
	slices.Sort(values)
	return strings.Join(slices.Compact(values), "+")
}

// labelsOf returns labels of a name and its value each, without empty ones; nil
// when none is left.
func labelsOf(pairs ...string) (labels map[string]string) {
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			labels = withLabel(labels, pair[0], pair[1])
		}
	}
	return labels
}

// withLabel sets a label among labels, which may be nil.
func withLabel(labels map[string]string, name, value string) map[string]string {
	if labels == nil {
		labels = map[string]string{}
	}
	labels[name] = value
	return labels
}
