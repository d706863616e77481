package corpora

import (
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/site"
)

// A Format is one source format: a row of the table Formats.
type Format struct {
	Name    string // as in --format
	Title   string // one line for people
	Layout  string // the files it reads
	Licence string // of the corpus, as its source states it
	Turns   string // "dialogues" or "sentences"
	// embedded: it is inside the program and has no files.
	embedded bool

	// match says in a few words why a path is in this format; empty: it is not.
	match func(site.Site) string
	// parts finds the files of a path and says which splits they feed.
	parts func(site.Site) ([]part, error)
	// sides are the files beside one file that are read with it; nil: none are.
	sides func(path string) []string
}

// The values of Format.Turns.
const (
	dialogues = "dialogues"
	sentences = "sentences"
)

// yours is the licence of formats that are not one corpus.
const yours = "that of your data"

// Formats returns the table of source formats in the order in which help
// lists them.
func Formats() []Format {
	return append(embeddedFormats(), []Format{
		dailyDialogFormat(),
		jsonlFormat(),
		sentencesFormat(),
		labelledFormat(),
		suffixFormat(),
		tsvFormat(),
		textFormat(),
		shareGPTFormat(),
		parlAIFormat(),
		fbDialogFormat(),
		switchboardFormat(),
		cornellFormat(),
		empatheticFormat(),
		personaChatFormat(),
		topicalChatFormat(),
		selfDialogueFormat(),
		dealOrNoDealFormat(),
		chatterBotFormat(),
		sgdFormat(),
		multiWOZFormat(),
		taskmasterFormat(),
		meldFormat(),
		oasstFormat(),
		huggingFaceFormat(),
	}...)
}

// formatNames lists the names for --format, which are those of files.
func formatNames() string {
	var names []string
	for _, f := range Formats() {
		if !f.embedded {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}
