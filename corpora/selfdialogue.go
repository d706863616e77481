package corpora

import (
	"path/filepath"
	"slices"

	"github.com/cvae-go/cvae/corpora/internal/record"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/dialog"
)

// Format selfdialogue reads the Self-dialogue Corpus (Fainberg et al. 2018,
// "Talking to myself: self-dialogues as data for conversational agents"): CSV
// files of Mechanical Turk, in a folder for each topic, with a dialogue a row
// in the columns Answer.sentence1, Answer.sentence2 and so on. An empty
// column ends the dialogue. Labels["topic"] is the folder. Rows of the workers
// in blocked_workers.txt, who did not keep to their task, are left out, as
// the authors do.

const blockedWorkers = "blocked_workers.txt"

var selfDialoguePlace = matching(`\.csv$`)

func selfDialogueParts(s site.Site) ([]part, error) {
	blocked, err := workersBlocked(s)
	if err != nil {
		return nil, err
	}
	return shardParts("selfdialogue", s, selfDialoguePlace, func(path string) source.Dialogues {
		return readSelfDialogue(path, blocked)
	})
}

// workersBlocked reads the list that lies in the folder or, where that is a
// part of the corpus, in one of the two above it.
func workersBlocked(s site.Site) ([]string, error) {
	dir := s.Path
	if !s.Dir {
		dir = filepath.Dir(dir)
	}
	for range 3 {
		if file := site.Beside(filepath.Join(dir, blockedWorkers), blockedWorkers); file != "" {
			return readList(file)
		}
		dir = filepath.Join(dir, "..")
	}
	return nil, nil
}

// readSelfDialogue reads a file; its folder is the topic.
func readSelfDialogue(path string, blocked []string) source.Dialogues {
	topic := filepath.Base(filepath.Dir(path))
	return reader{
		shapes: shapesOf("selfdialogue"),
		mine:   func(worker string) bool { return !slices.Contains(blocked, worker) },
		then:   func(_ record.Record, d *dialog.Dialogue) { d.Labels = labelsOf("topic", topic) },
	}.read(path)
}
