package corpora

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/csv"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// selfDialogueFormat reads the Self-dialogue Corpus (Fainberg et al. 2018,
// "Talking to myself: self-dialogues as data for conversational agents"): CSV
// files of Mechanical Turk, in a folder for each topic, with a dialogue a row
// in the columns Answer.sentence1, Answer.sentence2 and so on. An empty
// column ends the dialogue. Labels["topic"] is the folder. Rows of the workers
// in blocked_workers.txt, who did not keep to their task, are left out, as
// the authors do.
func selfDialogueFormat() Format {
	return Format{
		Name:    "selfdialogue",
		Title:   "Self-dialogue Corpus, the original CSV files",
		Layout:  "a folder with corpus/TOPIC/*.csv and blocked_workers.txt; or corpus, or a folder or a file inside it",
		Licence: "BSD 3-Clause",
		place:   fixed(selfDialoguePlace),
		is:      isSelfDialogue,
		shows:   "names the column " + sentenceColumn + "1",
		split:   selfDialogueParts,
	}
}

const (
	sentenceColumn = "Answer.sentence"
	workerColumn   = "WorkerId"
	blockedWorkers = "blocked_workers.txt"
)

func selfDialoguePlace(name string) (dialog.Split, bool) {
	return "", path.Ext(textfile.Bare(name)) == ".csv"
}

func isSelfDialogue(file string) bool {
	first := textfile.Head(file)
	return len(first) > 0 && strings.Contains(first[0], sentenceColumn+"1") && strings.Contains(first[0], workerColumn)
}

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
	return func(yield func(dialog.Dialogue, error) bool) {
		topic := labelsOf("topic", filepath.Base(filepath.Dir(path)))
		var h *selfDialogueHeader
		for r, err := range csv.Records(path) {
			d := dialog.Dialogue{ID: source.ID(path, r.Number), Labels: topic}
			if err == nil && h == nil {
				if h, err = newSelfDialogueHeader(r.Fields); err == nil {
					continue
				}
				yield(d, fmt.Errorf("corpora: %s:%d: %w; put the header back", fault.Shown(path), r.Number, err))
				return
			}
			if err == nil {
				if d.Turns, err = h.turns(r.Fields, blocked); err != nil {
					err = fault.At(path, r.Number, err.Error())
				} else if len(d.Turns) == 0 {
					continue
				}
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// selfDialogueHeader has the numbers of columns.
type selfDialogueHeader struct {
	all       int
	worker    int
	sentences []int // in the order of their numbers, which is not that in the file
}

func newSelfDialogueHeader(names []string) (*selfDialogueHeader, error) {
	h := &selfDialogueHeader{all: len(names), worker: csv.Column(names, workerColumn)}
	for {
		i := csv.Column(names, sentenceColumn+strconv.Itoa(len(h.sentences)+1))
		if i < 0 {
			break
		}
		h.sentences = append(h.sentences, i)
	}
	if h.worker < 0 || len(h.sentences) == 0 {
		return nil, fmt.Errorf("the header does not name the columns %s and %s1", workerColumn, sentenceColumn)
	}
	return h, nil
}

// turns returns the turns of one row; none of a blocked worker.
func (h *selfDialogueHeader) turns(fields, blocked []string) ([]dialog.Turn, error) {
	if len(fields) != h.all {
		return nil, fmt.Errorf("the row has %d columns, and the header names %d", len(fields), h.all)
	}
	if slices.Contains(blocked, fields[h.worker]) {
		return nil, nil
	}
	var turns []dialog.Turn
	for i, column := range h.sentences {
		text := strings.TrimSpace(fields[column])
		if text == "" {
			break
		}
		turns = append(turns, dialog.Turn{Speaker: source.Speaker(i), Text: text})
	}
	if len(turns) == 0 {
		return nil, fmt.Errorf("the column %s1 is empty", sentenceColumn)
	}
	return turns, nil
}
