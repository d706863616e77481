package corpora

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// endOfTurn ends each turn of a DailyDialog line.
const endOfTurn = "__eou__"

// dailyText is the file of all dialogues as the corpus is distributed.
const dailyText = "dialogues_text.txt"

// Format dailydialog reads the original files of DailyDialog (Li et al. 2017,
// "DailyDialog: A Manually Labelled Multi-turn Dialogue Dataset"): a dialogue a
// line. Turns have Labels["act"] and Labels["emotion"] where the files beside
// have them; a dialogue with more or fewer of them than turns goes without, as
// the train line 7852 of the published files must.

func dailyDialogParts(s site.Site) ([]part, error) {
	if files := s.Shards(dailyDialogName); len(files) > 0 || !s.Dir || !slices.Contains(s.Files, dailyText) {
		return splitParts("dailydialog", s, files, readDailyDialog)
	}
	return []part{wholePart(readDailyDialog(s.At(dailyText)))}, nil
}

func matchDailyDialog(s site.Site) string {
	files := []string{s.File()}
	if s.Dir {
		files = files[:0]
		for _, name := range s.Files {
			if _, ok := dailyDialogName(name); ok || name == dailyText {
				files = append(files, s.At(name))
			}
		}
	}
	for _, file := range files {
		head := strings.Join(textfile.Head(file), "\n")
		has := func(line string) bool { return strings.Contains(line, endOfTurn) }
		if has(head) && !strings.Contains(head, "__eot__") && !isRecords(file, has) { // the Ubuntu Dialogue Corpus has both
			return fault.BaseName(file) + " holds " + endOfTurn
		}
	}
	return ""
}

// dailyDialogName tells the split of train/dialogues_train.txt and the like.
var dailyDialogName = matching(`^(?:[^/]*/){0,2}dialogues_([^/]+)\.txt$`)

// readDailyDialog reads a file of dialogues and, in step, the label files
// beside it.
func readDailyDialog(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		files, labels := []string{path}, []dailyLabel{}
		for _, l := range dailyLabels() {
			if file := l.file(path); file != "" {
				files, labels = append(files, file), append(labels, l)
			}
		}
		for lines, err := range inStep(files, textfile.Lines) {
			var d dialog.Dialogue
			if err == nil {
				if d, err = parseDailyDialog(lines[0].Text); err != nil {
					err = fault.At(path, lines[0].Number, err.Error())
				}
			}
			for i, l := range labels {
				if err == nil {
					err = l.label(d.Turns, files[i+1], lines[i+1])
				}
			}
			d.ID = source.ID(path, lines[0].Number)
			if !yield(d, err) {
				return
			}
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

// dailyLabel is a kind of label of DailyDialog and the names of its values, as
// the readme of the corpus gives them.
type dailyLabel struct {
	kind  string
	names map[string]string
}

func dailyLabels() []dailyLabel {
	return []dailyLabel{
		{"act", map[string]string{"1": "inform", "2": "question", "3": "directive", "4": "commissive"}},
		{"emotion", map[string]string{"0": "none", "1": "anger", "2": "disgust", "3": "fear",
			"4": "happiness", "5": "sadness", "6": "surprise"}},
	}
}

// file is the file of such labels beside a file of dialogues; empty: there is
// none.
func (l dailyLabel) file(dialogues string) string {
	word, ok := strings.CutPrefix(baseOf(dialogues), "dialogues_")
	if !ok {
		return ""
	}
	if strings.HasPrefix(word, "text.") { // as the whole corpus is distributed
		word = strings.TrimPrefix(word, "text")
		return site.Beside(dialogues, "dialogues_"+l.kind+word)
	}
	return site.Beside(dialogues, "dialogues_"+l.kind+"_"+word)
}

func dailySides(path string) (files []string) {
	for _, l := range dailyLabels() {
		if file := l.file(path); file != "" {
			files = append(files, file)
		}
	}
	return files
}

// label gives the turns the labels on a line of a file. Where their number is not that of the turns they are left out:
// which is whose is unknown.
func (l dailyLabel) label(turns []dialog.Turn, file string, line textfile.Line) error {
	values := strings.Fields(line.Text)
	for i, v := range values {
		name, ok := l.names[v]
		if !ok {
			return fault.At(file, line.Number, "there is no "+l.kind+" "+fault.Excerpt(v))
		}
		if len(values) == len(turns) {
			turns[i].Labels = withLabel(turns[i].Labels, l.kind, name)
		}
	}
	return nil
}
