package corpora

import (
	"path/filepath"
	"strconv"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/shape"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// Format sgd reads the files of Schema-Guided Dialogue (Rastogi et al. 2020,
// "Towards Scalable Multi-Domain Conversational Agents") and of MultiWOZ 2.2,
// which has their form: JSON arrays of
//
//	{"dialogue_id": "…", "services": ["…"], "turns": [{"speaker": "USER", "utterance": "…", "frames": […]}]}
//
// Labels["act"] of a turn are the acts of its frames or, in MultiWOZ 2.2, those in
// dialog_acts.json, and Labels["service"] of the dialogue its services; several are
// sorted and joined with "+".

// sgdPlace tells the split of train/dialogues_001.json and the like.
var sgdPlace = matching(`^(?:(.*)/)?dialogues_[0-9]+\.json$`)

func sgdSides(path string) []string {
	if file := sgdActFile(path); file != "" {
		return []string{file}
	}
	return nil
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
