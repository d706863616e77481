package corpora

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/csv"
	"github.com/cvae-go/cvae/corpora/internal/site"
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
			if r.turn.Labels == nil {
				r.turn.Labels = map[string]string{}
			}
			r.turn.Labels[strings.ToLower(name)] = value(name)
		}
	}
	return r, nil
}
