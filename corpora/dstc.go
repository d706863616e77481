package corpora

import (
	"iter"
	"path"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format dstc reads the logs of DSTC9 track 1 (Kim et al. 2020, "Beyond Domain APIs:
// Task-oriented Conversational Modeling with Unstructured Knowledge Access") and of the
// tracks of DSTC10 and DSTC11 in their form, with the file of labels beside them:
//
//	[[{"speaker": "U", "text": "…"}, …], …]
//	[{"target": true, "knowledge": [{"domain": "hotel", …}], "response": "…"}, {"target": false}, …]
//
// The response is the turn of the system after the log. Dialogues have
// Labels["target"], whether it asks for knowledge, and Labels["domain"] of that.
// Logs without labels are in format records.

const (
	dstcLogs   = "logs.json"
	dstcLabels = "labels.json"
)

// dstcPlace tells the split of train/logs.json and the like.
func dstcPlace(name string) (dialog.Split, bool) {
	folder, base := path.Split(name)
	split, _ := site.SplitNamed(path.Base(folder))
	return split, textfile.Bare(base) == dstcLogs
}

// readDSTC reads a file of logs and, in step, the labels beside it.
func readDSTC(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		m := mustMap("turns=log[] + label.response, target=label.target, domain=label.knowledge[].domain", false)
		elements := func(path string) iter.Seq2[record.Record, error] { return record.Elements.Records(path, nil) }
		for pair, err := range inStep([]string{path, site.Beside(path, dstcLabels)}, elements) {
			var d dialog.Dialogue
			if err == nil {
				if d, err = m.Dialogue(map[string]any{"log": pair[0].Value, "label": pair[1].Value}); err != nil {
					err = fault.At(path, pair[0].Number, err.Error())
				}
			}
			if of, ok := pair[1].Value.(map[string]any); err == nil && ok && of["response"] != nil {
				d.Turns[len(d.Turns)-1].Speaker = "S"
			}
			d.ID = source.ID(path, pair[0].Number)
			if !yield(d, err) {
				return
			}
		}
	}
}
