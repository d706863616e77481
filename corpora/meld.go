package corpora

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/csv"
	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// meldFormat reads the CSV files of MELD (Poria et al. 2019, "MELD: A
// Multimodal Multi-Party Dataset for Emotion Recognition in Conversations"): an
// utterance a row, and one dialogue in rows that follow each other with the
// same Dialogue_ID. Turns have Labels["emotion"] and Labels["sentiment"].
// Bytes of Windows-1252, which the first release has, are decoded.
func meldFormat() Format {
	return Format{
		Name:    "meld",
		Title:   "MELD: CSV with Dialogue_ID, Speaker, Utterance, Emotion and Sentiment",
		Layout:  "a folder with train_sent_emo.csv dev_sent_emo.csv test_sent_emo.csv, or one of them",
		Licence: "GPL-3.0",
		place:   fixed(meldPlace),
		read:    readMELD,
		is:      isMELD,
		shows:   "has the columns " + strings.Join(meldColumns[:], ", "),
	}
}

// meldPlace tells the split of train_sent_emo.csv and the like.
func meldPlace(name string) (dialog.Split, bool) {
	word, found := strings.CutSuffix(textfile.Bare(name), "_sent_emo.csv")
	split, ok := site.SplitNamed(word)
	return split, found && ok
}

func isMELD(file string) bool {
	first := textfile.Head(file)
	if len(first) == 0 {
		return false
	}
	header, err := csv.Fields(first[0])
	return err == nil && newMELDHeader(header).missing() == ""
}

// The columns that are read; without those of meldColumns a row is no turn.
var (
	meldColumns = [...]string{"Dialogue_ID", "Speaker", "Utterance"}
	meldLabels  = [...]string{"Emotion", "Sentiment"}
)

// meldHeader has the number of each column that is there.
type meldHeader map[string]int

func newMELDHeader(names []string) meldHeader {
	h := meldHeader{}
	for _, name := range append(meldColumns[:], meldLabels[:]...) {
		if i := csv.Column(names, name); i >= 0 {
			h[name] = i
		}
	}
	return h
}

// missing names a column without which there are no turns; empty: none is.
func (h meldHeader) missing() string {
	for _, name := range meldColumns {
		if _, ok := h[name]; !ok {
			return name
		}
	}
	return ""
}

// meldRow is one utterance.
type meldRow struct {
	dialogue string
	turn     dialog.Turn
}

// row reads a record that has columns columns as the header has.
func (h meldHeader) row(fields []string, columns int) (meldRow, error) {
	if len(fields) != columns {
		return meldRow{}, fmt.Errorf("the row has %d columns, and the header names %d", len(fields), columns)
	}
	value := func(name string) string { return strings.TrimSpace(fields[h[name]]) }
	r := meldRow{value("Dialogue_ID"), dialog.Turn{Speaker: value("Speaker"), Text: value("Utterance")}}
	if r.dialogue == "" || r.turn.Text == "" {
		return r, errors.New("the Dialogue_ID or the Utterance is empty")
	}
	for _, name := range meldLabels {
		if _, ok := h[name]; ok && value(name) != "" {
			r.turn.Labels = withLabel(r.turn.Labels, strings.ToLower(name), value(name))
		}
	}
	return r, nil
}

func readMELD(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		readScenes(path, csv.RecordsOf(path, textfile.Texts(path, textfile.Western)), yield)
	}
}

// readScenes reads the dialogues of the records of a file, the header first. A
// malformed row whose dialogue is unknown belongs to that of the row before it.
func readScenes(path string, records iter.Seq2[csv.Record, error], yield func(dialog.Dialogue, error) bool) {
	scene := source.Block[dialog.Turn]{Path: path, Noun: "dialogue", Parse: func(turns []dialog.Turn) (dialog.Dialogue, error) {
		return dialog.Dialogue{Turns: turns}, source.Spoken(turns)
	}}
	name := "" // of the dialogue, as the rows have it
	var header meldHeader
	columns := 0
	for r, err := range records {
		var bad *fault.Malformed
		if err != nil && !errors.As(err, &bad) {
			yield(dialog.Dialogue{}, err)
			return
		}
		if header == nil {
			header, columns = newMELDHeader(r.Fields), len(r.Fields)
			if name := header.missing(); name != "" {
				yield(dialog.Dialogue{}, fmt.Errorf("corpora: %s:%d: the header names no column %s; put the header back", fault.Shown(path), r.Number, name))
				return
			}
			continue
		}
		var m meldRow
		if bad == nil {
			if m, err = header.row(r.Fields, columns); err != nil {
				bad = fault.At(path, r.Number, err.Error())
			}
		}
		if name != "" && m.dialogue != "" && m.dialogue != name && !scene.Yield(yield) {
			return
		}
		name = cmp.Or(m.dialogue, name)
		scene.Add(m.turn, r.Number, len(m.turn.Text), bad)
	}
	scene.Yield(yield)
}
