package corpora

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// endOfTurn ends each turn of a DailyDialog line.
const endOfTurn = "__eou__"

// dailyDialogFormat reads the original files of DailyDialog (Li et al. 2017,
// "DailyDialog: A Manually Labelled Multi-turn Dialogue Dataset"): a dialogue a
// line. Turns have Labels["act"] and Labels["emotion"] where the files beside
// have them; a dialogue with more or fewer of them than turns goes without, as
// the train line 7852 of the published files must.
func dailyDialogFormat() Format {
	return Format{
		Name:    "dailydialog",
		Title:   "DailyDialog, the original files",
		Layout:  "a folder with train/dialogues_train.txt, validation/… and test/…, or one dialogues_*.txt; dialogues_act_* and dialogues_emotion_* beside them",
		Licence: "CC BY-NC-SA 4.0",
		why:     matchDailyDialog,
		split: func(s site.Site) ([]part, error) {
			return splitParts("dailydialog", s, s.Shards(dailyDialogName), readDailyDialog)
		},
		sides: dailySides,
	}
}

func matchDailyDialog(s site.Site) string {
	files := []string{s.Path}
	if s.Dir {
		files = files[:0]
		for _, name := range s.Files {
			if _, ok := dailyDialogName(name); ok {
				files = append(files, s.At(name))
			}
		}
	}
	for _, file := range files {
		if strings.Contains(strings.Join(textfile.Head(file), "\n"), endOfTurn) {
			return fault.BaseName(file) + " holds " + endOfTurn
		}
	}
	return ""
}

// dailyDialogName tells the split of train/dialogues_train.txt and the like.
func dailyDialogName(name string) (dialog.Split, bool) {
	base := textfile.Bare(name[strings.LastIndex(name, "/")+1:])
	word, prefix := strings.CutPrefix(base, "dialogues_")
	word, suffix := strings.CutSuffix(word, ".txt")
	if !prefix || !suffix || strings.Count(name, "/") > 1 {
		return "", false
	}
	return site.SplitNamed(word)
}

// readDailyDialog reads a file of dialogues and, in step, the label files
// beside it.
func readDailyDialog(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		sides := openSides(path)
		defer sides.stop()
		last := 0
		for l, err := range textfile.Lines(path) {
			last = l.Number
			var d dialog.Dialogue
			labels, sideErr := sides.next(l.Number)
			if err == nil {
				if d, err = parseDailyDialog(l.Text); err != nil {
					err = fault.At(path, l.Number, err.Error())
				} else if err = sideErr; err == nil {
					label(d.Turns, labels)
				}
			}
			d.ID = source.ID(path, l.Number)
			if !yield(d, err) {
				return
			}
		}
		if err := sides.ended(last); err != nil {
			yield(dialog.Dialogue{}, err)
		}
	}
}

// parseDailyDialog parses the turns of one line. The last end of turn may be
// missing.
func parseDailyDialog(text string) (dialog.Dialogue, error) {
	if text = strings.TrimSpace(text); text == "" {
		return dialog.Dialogue{}, errors.New("the dialogue is empty")
	}
	texts := strings.Split(strings.TrimSuffix(text, endOfTurn), endOfTurn)
	d := dialog.Dialogue{Turns: make([]dialog.Turn, len(texts))}
	for i, t := range texts {
		if t = strings.TrimSpace(t); t == "" {
			return dialog.Dialogue{}, fmt.Errorf("turn %d is empty", i+1)
		}
		d.Turns[i] = dialog.Turn{Speaker: source.Speaker(i), Text: t}
	}
	return d, nil
}
