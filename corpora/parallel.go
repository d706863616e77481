package corpora

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/named"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// Format parallel reads two files line by line, of which one has contexts and the other their
// responses, as OpenNMT and others name them: src-train.txt and tgt-train.txt, train.src
// and train.tgt, and so on.

func matchParallel(s site.Site) string {
	for _, pair := range parallelPairs(s) {
		return fmt.Sprintf("%s and %s have as many lines", fault.BaseName(pair.first), fault.BaseName(pair.second))
	}
	return ""
}

func parallelSides(path string) []string {
	for _, backwards := range []bool{false, true} {
		if twin := twinOf(path, backwards); twin != "" {
			return []string{named.Plain(twin)}
		}
	}
	return nil
}

// twins are the words of file names that stand for contexts and for responses.
var twins = [][2]string{{"src", "tgt"}, {"src", "trg"}, {"source", "target"}, {"context", "response"}, {"contexts", "responses"}, {"enc", "dec"}, {"from", "to"}, {"question", "answer"}, {"questions", "answers"}, {"input", "output"}, {"post", "response"}}

// A filePair is a file of contexts and one of their responses.
type filePair struct {
	split         dialog.Split
	first, second string
}

// twinOf is the file of responses beside one of contexts, or backwards; empty: there is
// none.
func twinOf(path string, backwards bool) string {
	base := filepath.Base(named.Plain(path))
	for _, t := range twins {
		if backwards {
			t[0], t[1] = t[1], t[0]
		}
		for _, at := range wordsAt(base, t[0]) {
			if file := site.Beside(path, base[:at]+t[1]+base[at+len(t[0]):]); file != "" {
				return file
			}
		}
	}
	return ""
}

// wordsAt are the places of a word in a file name, with no letter beside it.
func wordsAt(name, word string) (places []int) {
	for from := 0; ; {
		i := strings.Index(name[from:], word)
		if i < 0 {
			return places
		}
		at := from + i
		from = at + 1
		isLetter := func(i int) bool { return i >= 0 && i < len(name) && !strings.ContainsRune("-_.", rune(name[i])) }
		if !isLetter(at-1) && !isLetter(at+len(word)) {
			places = append(places, at)
		}
	}
}

// parallelPairs are the pairs of a site, those of splits before others.
func parallelPairs(s site.Site) (pairs []filePair) {
	if !s.Dir {
		first, twin := s.File(), twinOf(s.File(), false)
		if twin == "" { // perhaps it is the responses
			twin = first
			first = twinOf(first, true)
		}
		if first != "" && isPlainText(first) {
			pairs = append(pairs, filePair{"", first, twin})
		}
		return pairs
	}
	for _, name := range s.Files {
		if twin := twinOf(s.At(name), false); !strings.Contains(name, "/") && twin != "" && isPlainText(s.At(name)) {
			split, _ := splitIn(name)
			pairs = append(pairs, filePair{split, s.At(name), twin})
		}
	}
	return pairs
}

func isPlainText(path string) bool { return most(textfile.Head(path), isPlain) }

func parallelParts(s site.Site) ([]part, error) {
	files := map[dialog.Split][]source.Dialogues{}
	for _, p := range parallelPairs(s) {
		files[p.split] = append(files[p.split], readParallel(p.first, p.second))
	}
	if len(files) > 1 {
		delete(files, "")
	}
	if whole := files[""]; len(whole) > 0 {
		return []part{wholePart(whole...)}, nil
	}
	return assign("parallel", s, files)
}

// readParallel reads two files in step. Lines that are blank in both are passed over.
func readParallel(contexts, responses string) source.Dialogues {
	return func(yield func(dialog.Dialogue, error) bool) {
		for pair, err := range inStep([]string{contexts, responses}, textfile.Lines) {
			d := dialog.Dialogue{ID: source.ID(contexts, pair[0].Number)}
			text, response := strings.TrimSpace(pair[0].Text), strings.TrimSpace(pair[1].Text)
			switch {
			case err != nil:
			case text == "" && response == "":
				continue
			case response == "":
				err = fault.At(responses, pair[1].Number, "the response is blank")
			case text == "":
				err = fault.At(contexts, pair[0].Number, "the context is blank")
			default:
				d.Turns = []dialog.Turn{{Text: text}, {Text: response}}
				err = source.Spoken(d.Turns)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}
