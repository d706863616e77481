package corpora

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora/internal/fault"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/internal/source"
	"github.com/cvae-go/cvae/corpora/internal/textfile"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A part is some files whose dialogues go to the same splits.
type part struct {
	splits  []dialog.Split
	draw    draw
	sources []source.Dialogues
}

// A draw says to which split the dialogue number index of a part belongs.
// Malformed lines have a number too, so mending one moves no other dialogue.
type draw func(seed uint64, index int) dialog.Split

func officialPart(s dialog.Split, sources ...source.Dialogues) part {
	return part{[]dialog.Split{s}, func(uint64, int) dialog.Split { return s }, sources}
}

// heldOutShare is the share of a corpus that makes up each split drawn from it.
const heldOutShare = 0.05

// trainPart gives a share of the dialogues to each of held and the rest to
// train, each dialogue by a draw of its own so that the corpus streams.
func trainPart(held []dialog.Split, sources ...source.Dialogues) part {
	by := func(seed uint64, index int) dialog.Split {
		stream := rng.New(seed, rng.SplitCorpus, index, 0)
		if i := int(stream.Float64() / heldOutShare); i < len(held) {
			return held[i]
		}
		return dialog.Train
	}
	return part{append([]dialog.Split{dialog.Train}, held...), by, sources}
}

// wholePart splits a corpus without official splits 90/5/5.
func wholePart(sources ...source.Dialogues) part {
	return trainPart([]dialog.Split{dialog.Valid, dialog.Test}, sources...)
}

// halvesSeed is fixed, whatever the run's seed, so that results on a corpus
// split in halves compare.
const halvesSeed = 1

// halvesPart gives one of every two neighbours to valid and the other to test,
// so that the two are equal to within one dialogue.
func halvesPart(sources ...source.Dialogues) part {
	by := func(_ uint64, index int) dialog.Split {
		stream := rng.New(halvesSeed, rng.SplitCorpus, index/2, 0)
		if stream.IntN(2) == index%2 {
			return dialog.Valid
		}
		return dialog.Test
	}
	return part{[]dialog.Split{dialog.Valid, dialog.Test}, by, sources}
}

// assign makes parts of the files of each split. Splits that a corpus lacks
// are drawn from its train files.
func assign(format string, s site.Site, files map[dialog.Split][]source.Dialogues) ([]part, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("corpora: %s has no files of format %s: there is %s; see its layout in cvae corpus formats",
			fault.Shown(s.Path), format, s.Describe())
	}
	var missing []dialog.Split
	var parts []part
	for _, split := range []dialog.Split{dialog.Valid, dialog.Test} {
		if len(files[split]) == 0 {
			missing = append(missing, split)
		} else {
			parts = append(parts, officialPart(split, files[split]...))
		}
	}
	if len(files[dialog.Train]) == 0 {
		return parts, nil
	}
	return append([]part{trainPart(missing, files[dialog.Train]...)}, parts...), nil
}

// lineParts are the parts of a format that reads one file, or a folder with
// one file a split.
func lineParts(format string, s site.Site, read func(path string) source.Dialogues, exts ...string) ([]part, error) {
	return splitParts(format, s, s.SplitFiles(exts...), read)
}

// splitParts are the parts of a format that reads one file, or those of a
// folder, which are one for each split.
func splitParts(format string, s site.Site, files map[dialog.Split][]string, read func(path string) source.Dialogues) ([]part, error) {
	if !s.Dir {
		return []part{wholePart(read(s.File()))}, nil
	}
	sources := map[dialog.Split][]source.Dialogues{}
	for split, names := range files {
		if stems := stemsOf(names); len(stems) > 1 {
			var all []string
			for _, stem := range stems {
				all = append(all, fault.Quoted(s.At(stem)))
			}
			return nil, fmt.Errorf("corpora: %s holds the files of several corpora; give one by what its names begin with: %s", fault.Shown(s.Path), strings.Join(all, ", "))
		}
		if len(names) > 1 {
			return nil, fmt.Errorf("corpora: %s has two %s files, %s and %s; keep one of them there",
				fault.Shown(s.Path), split, fault.Shown(names[0]), fault.Shown(names[1]))
		}
		sources[split] = []source.Dialogues{read(s.At(names[0]))}
	}
	return assign(format, s, sources)
}

// stemsOf are what different files of one split are named before it: task1 of task1-trn.txt.
func stemsOf(names []string) (stems []string) {
	for _, name := range names {
		if stem := site.Stem(name); stem != "" && !slices.Contains(stems, stem) {
			stems = append(stems, stem)
		}
	}
	if len(stems) < len(names) {
		return nil
	}
	return stems
}

// shardParts are the parts of a format that reads one file, or a folder with
// any number of files a split. Dialogues are named after the folders of their
// file too, since files of two folders may have one name.
func shardParts(format string, s site.Site, of site.Place, read func(path string) source.Dialogues) ([]part, error) {
	if !s.Dir {
		return []part{wholePart(read(s.File()))}, nil
	}
	if len(s.Files) == site.MostFiles {
		return nil, fmt.Errorf("corpora: %s has %d files or more, and more are not looked at; give a folder inside it", fault.Shown(s.Path), site.MostFiles)
	}
	found := map[dialog.Split][]source.Dialogues{}
	twin := map[string]string{}
	for split, names := range s.Shards(of) {
		for _, name := range names {
			if other, taken := twin[textfile.Bare(name)]; taken {
				return nil, fmt.Errorf("corpora: %s has the same file twice, %s and %s; keep one of them there", fault.Shown(s.Path), fault.Shown(other), fault.Shown(name))
			}
			twin[textfile.Bare(name)] = name
			found[split] = append(found[split], source.Renamed(read(s.At(name)), name))
		}
	}
	if whole := found[""]; len(whole) > 0 {
		return []part{wholePart(whole...)}, nil
	}
	return assign(format, s, found)
}

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
