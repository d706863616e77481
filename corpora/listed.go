package corpora

import (
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
)

// listedParts are the parts of a corpus whose splits are lists of IDs: lists
// has the file of each. What no list names is train, and read returns the
// sources of the dialogues whose ID, empty when it cannot be read, is mine.
func listedParts(format string, s site.Site, lists map[dialog.Split]string, read func(mine func(id string) bool) []source.Dialogues) ([]part, error) {
	splits := map[string]dialog.Split{}
	files := map[dialog.Split][]source.Dialogues{}
	for split, name := range lists {
		ids, err := readList(s.At(name))
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			splits[id] = split
		}
		files[split] = read(func(id string) bool { return splits[id] == split })
	}
	files[dialog.Train] = read(func(id string) bool {
		split, listed := splits[id]
		return !listed || split == dialog.Train
	})
	return assign(format, s, files)
}

// readList reads an ID a line, which a comma may follow.
func readList(path string) ([]string, error) {
	var ids []string
	for l, err := range textfile.Lines(path) {
		if err != nil {
			return nil, err
		}
		id, _, _ := strings.Cut(l.Text, ",")
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
