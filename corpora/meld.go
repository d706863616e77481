package corpora

import (
	"strings"

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
		read:    readShapes("meld"),
		is:      isShape("meld"),
		shows:   "has the columns Dialogue_ID, Speaker, Utterance",
	}
}

// meldPlace tells the split of train_sent_emo.csv and the like.
func meldPlace(name string) (dialog.Split, bool) {
	word, found := strings.CutSuffix(textfile.Bare(name), "_sent_emo.csv")
	split, ok := site.SplitNamed(word)
	return split, found && ok
}
