package corpora

import (
	"errors"
	"fmt"
	"strings"

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
		Turns:   dialogues,
		match:   matchDailyDialog,
		parts:   dailyDialogParts,
		sides:   dailySides,
	}
}

func matchDailyDialog(s site) string {
	files := []string{s.path}
	if s.dir {
		files = files[:0]
		for _, name := range s.files {
			if _, ok := dailyDialogName(name); ok {
				files = append(files, s.at(name))
			}
		}
	}
	for _, file := range files {
		if strings.Contains(strings.Join(head(file), "\n"), endOfTurn) {
			return baseName(file) + " holds " + endOfTurn
		}
	}
	return ""
}

// dailyDialogName tells the split of train/dialogues_train.txt and the like.
func dailyDialogName(name string) (dialog.Split, bool) {
	base := bare(name[strings.LastIndex(name, "/")+1:])
	word, prefix := strings.CutPrefix(base, "dialogues_")
	word, suffix := strings.CutSuffix(word, ".txt")
	if !prefix || !suffix || strings.Count(name, "/") > 1 {
		return "", false
	}
	return splitNamed(word)
}

func dailyDialogParts(s site) ([]part, error) {
	if !s.dir {
		return []part{wholePart(readDailyDialog(s.path))}, nil
	}
	found := map[dialog.Split][]source{}
	first := map[dialog.Split]string{}
	for _, name := range s.files {
		split, ok := dailyDialogName(name)
		if !ok {
			continue
		}
		if len(found[split]) > 0 {
			return nil, fmt.Errorf("corpora: %s has two %s files, %s and %s; keep one of them there",
				shown(s.path), split, shown(first[split]), shown(name))
		}
		first[split] = name
		found[split] = []source{readDailyDialog(s.at(name))}
	}
	return assign("dailydialog", s, found)
}

// readDailyDialog reads a file of dialogues and, in step, the label files
// beside it.
func readDailyDialog(path string) source {
	return func(yield func(dialog.Dialogue, error) bool) {
		sides := openSides(path)
		defer sides.stop()
		last := 0
		for l, err := range lines(path) {
			last = l.number
			var d dialog.Dialogue
			labels, sideErr := sides.next(l.number)
			if err == nil {
				if d, err = parseDailyDialog(l.text); err != nil {
					err = &malformed{path, l.number, err.Error()}
				} else if err = sideErr; err == nil {
					label(d.Turns, labels)
				}
			}
			d.ID = lineID(path, l.number)
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
		d.Turns[i] = dialog.Turn{Speaker: speakers[i%2], Text: t}
	}
	return d, nil
}
