package corpora

import (
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
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
// Labels["act"] of a turn are the acts of its frames or, in MultiWOZ 2.2, those in
// dialog_acts.json, and Labels["service"] of the dialogue its services; several are
// sorted and joined with "+".
func sgdFormat() Format {
	return Format{
		Name:    "sgd",
		Title:   "Schema-Guided Dialogue, and MultiWOZ 2.2, the original files",
		Layout:  "a folder with train/ dev/ test/ of dialogues_*.json, and dialog_acts.json where it has one; or a folder of dialogues_*.json, or one of them",
		Licence: "CC BY-SA 4.0; MultiWOZ: MIT",
		place:   fixed(sgdPlace),
		is:      isShape("sgd"),
		shows:   `holds dialogues with "dialogue_id" and "utterance"`,
		split:   sgdParts,
		sides: func(path string) []string {
			if file := sgdActFile(path); file != "" {
				return []string{file}
			}
			return nil
		},
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

// sgdActFile is the file of acts in the folder of a file of dialogues, or in the one
// that this is in; empty: there is none.
func sgdActFile(dialogues string) string {
	const name = "dialog_acts.json"
	if file := site.Beside(dialogues, name); file != "" {
		return file
	}
	return site.Beside(filepath.Dir(dialogues), name)
}

// sgdParts are the parts of the files, all of which share one file of acts.
func sgdParts(s site.Site) ([]part, error) {
	first := s.SampleShard(sgdPlace)
	acts := actsIn(sgdActFile(first))
	return shardParts("sgd", s, sgdPlace, func(path string) source.Dialogues {
		all := reader{shapes: shapesOf("sgd"), then: func(r record.Record, d *dialog.Dialogue) {
			members, _ := r.Value.(map[string]any) // the shape needs them
			id, _ := shape.ValueOf(members["dialogue_id"])
			acts().label(id, d.Turns, strconv.Itoa)
		}}.read(path)
		if path == first {
			return acts().before(all)
		}
		return all
	})
}
