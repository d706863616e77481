package corpora

import (
	"errors"
	"fmt"
	"iter"
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
		if strings.Contains(head, endOfTurn) && !strings.Contains(head, "__eot__") { // which the Ubuntu Dialogue Corpus has too
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

// side is a label file read in step with its dialogues.
type side struct {
	dailyLabel
	path string
	next func() (textfile.Line, error, bool)
	stop func()
}

type sides []side

func openSides(path string) sides {
	var found sides
	for _, l := range dailyLabels() {
		if file := l.file(path); file != "" {
			next, stop := iter.Pull2(textfile.Lines(file))
			found = append(found, side{l, file, next, stop})
		}
	}
	return found
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

func (s sides) stop() {
	for _, side := range s {
		side.stop()
	}
}

// next reads one line of every label file. All are read even after an error,
// so that they stay in step.
func (s sides) next(number int) (map[string][]string, error) {
	labels := map[string][]string{}
	var all error
	for _, side := range s {
		values, err := side.values(number)
		if err != nil && all == nil {
			all = err
		}
		labels[side.kind] = values
	}
	return labels, all
}

// ended checks that no label file goes on after the last line of dialogues.
func (s sides) ended(last int) error {
	for _, side := range s {
		if _, _, more := side.next(); more {
			return fmt.Errorf("corpora: %s goes on after line %d and has more lines than the dialogues beside it; fetch it again, or take it away",
				fault.Shown(side.path), last)
		}
	}
	return nil
}

// values returns the names of the labels on the next line.
func (s side) values(number int) ([]string, error) {
	l, err, ok := s.next()
	if !ok {
		return nil, fmt.Errorf("corpora: %s ends before line %d and has fewer lines than the dialogues beside it; fetch it again, or take it away",
			fault.Shown(s.path), number)
	}
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(l.Text)
	for i, f := range fields {
		if fields[i], ok = s.names[f]; !ok {
			return nil, fault.At(s.path, l.Number, "there is no "+s.kind+" "+fault.Excerpt(f))
		}
	}
	return fields, nil
}

// label gives the turns their labels, kind by kind. A kind whose number of
// labels is not that of the turns is left out: which is whose is unknown.
func label(turns []dialog.Turn, labels map[string][]string) {
	for kind, values := range labels {
		if len(values) != len(turns) {
			continue
		}
		for i := range turns {
			turns[i].Labels = withLabel(turns[i].Labels, kind, values[i])
		}
	}
}
