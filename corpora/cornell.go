package corpora

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format cornell reads the Cornell Movie-Dialogs Corpus (Danescu-Niculescu-Mizil
// and Lee 2011, "Chameleons in Imagined Conversations"). In the original
// files movie_lines.txt has the utterances and movie_conversations.txt puts
// them together:
//
//	L12 +++$+++ u3 +++$+++ m0 +++$+++ ANNA +++$+++ I know.
//	u3 +++$+++ u5 +++$+++ m0 +++$+++ ['L12', 'L13']
//
// In a folder without them, each file with lines of the first kind is a
// conversation. The speakers are the names of the characters. Some utterances
// have no words; they are passed over.

const (
	cornellMark          = "+++$+++"
	cornellLines         = "movie_lines.txt"
	cornellConversations = "movie_conversations.txt"
)

func isCornell(text string) bool { return strings.Contains(text, cornellMark) }

func cornellSample(s site.Site) string {
	if file := conversationsFile(s); file != "" || !s.Dir {
		return file
	}
	return s.SampleShard(cornellPlace)
}

// conversationsFile returns the file that puts utterances together; empty:
// there is none.
func conversationsFile(s site.Site) string {
	if !s.Dir && textfile.Bare(filepath.Base(s.Path)) == cornellConversations {
		return s.File()
	}
	for _, name := range s.Files {
		if textfile.Bare(path.Base(name)) == cornellConversations {
			return s.At(name)
		}
	}
	return ""
}

// cornellPlace tells the split of train/12.txt and the like; the files that
// describe the corpus are none.
func cornellPlace(name string) (dialog.Split, bool) {
	folder, base := path.Split(name)
	split, _ := site.SplitNamed(path.Base(folder))
	base = strings.ToLower(textfile.Bare(base))
	return split, path.Ext(base) == ".txt" && base != "readme.txt" && !strings.HasPrefix(base, "movie_")
}

func cornellParts(s site.Site) ([]part, error) {
	if file := conversationsFile(s); file != "" {
		return []part{wholePart(readCornell(file))}, nil
	}
	return shardParts("cornell", s, cornellPlace, readCornellFile)
}

func cornellUtterance(text string) (id string, t dialog.Turn, err error) {
	fields := strings.SplitN(text, cornellMark, 5)
	if len(fields) < 5 {
		return "", t, fmt.Errorf("the line has %d fields separated by %s, not the 5 of an utterance", len(fields), cornellMark)
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	who := cmp.Or(fields[3], fields[1]) // some copies have no names
	if fields[0] == "" || who == "" {
		return "", t, errors.New("the utterance lacks its ID or its character")
	}
	return fields[0], dialog.Turn{Speaker: who, Text: fields[4]}, nil
}

func readCornellFile(path string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		d := dialog.Dialogue{ID: source.ID(path, 1)}
		for l, err := range textfile.Texts(path, textfile.Western) {
			if err == nil && strings.TrimSpace(l.Text) == "" {
				continue
			}
			var t dialog.Turn
			if err == nil {
				if _, t, err = cornellUtterance(l.Text); err != nil {
					err = fault.At(path, l.Number, err.Error())
				}
			}
			if err != nil {
				yield(d, err)
				return
			}
			if t.Text != "" {
				d.Turns = append(d.Turns, t)
			}
		}
		if len(d.Turns) > 0 {
			yield(d, nil)
		}
	}
}

// readCornell reads the conversations of a file, whose utterances lie beside
// it and are held in memory.
func readCornell(conversations string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		file := site.Beside(conversations, cornellLines)
		if file == "" { // which the error names
			file = filepath.Join(filepath.Dir(conversations), cornellLines)
		}
		utterances, err := readCornellLines(file)
		if err != nil {
			yield(dialog.Dialogue{}, err)
			return
		}
		source.Lines(conversations, func(text string) (dialog.Dialogue, error) {
			return parseCornell(text, utterances)
		})(yield)
	}
}

// readCornellLines returns the utterances by ID. A malformed one is left out:
// the conversation that needs it says so.
func readCornellLines(path string) (map[string]dialog.Turn, error) {
	utterances := map[string]dialog.Turn{}
	for l, err := range textfile.Texts(path, textfile.Western) {
		var bad *fault.Malformed
		if err != nil && !errors.As(err, &bad) {
			return nil, err
		}
		if id, t, err := cornellUtterance(l.Text); err == nil {
			utterances[id] = t
		}
	}
	return utterances, nil
}

// parseCornell parses a line of a conversation; one whose
// utterances have no words has no turns.
func parseCornell(text string, utterances map[string]dialog.Turn) (dialog.Dialogue, error) {
	fields := strings.Split(text, cornellMark)
	if len(fields) != 4 {
		return dialog.Dialogue{}, fmt.Errorf("the line has %d fields separated by %s, not the 4 of a conversation", len(fields), cornellMark)
	}
	var d dialog.Dialogue
	for id := range strings.SplitSeq(strings.Trim(fields[3], " []"), ",") {
		id = strings.Trim(id, ` '"`)
		t, ok := utterances[id]
		if !ok {
			return dialog.Dialogue{}, fmt.Errorf("there is no utterance %s in %s, or it is malformed there", fault.Excerpt(id), cornellLines)
		}
		if t.Text != "" {
			d.Turns = append(d.Turns, t)
		}
	}
	return d, nil
}
