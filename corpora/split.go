package corpora

import (
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A source streams the dialogues of one file, from its beginning at every
// call. It goes on after a malformed line; any other error is its last element.
type source = iter.Seq2[dialog.Dialogue, error]

// A part is some files whose dialogues go to the same splits.
type part struct {
	splits  []dialog.Split
	draw    draw
	sources []source
}

// A draw says to which split the dialogue number index of a part belongs.
// Malformed lines have a number too, so mending one moves no other dialogue.
type draw func(seed uint64, index int) dialog.Split

// officialPart gives all dialogues to one split.
func officialPart(s dialog.Split, sources ...source) part {
	return part{[]dialog.Split{s}, func(uint64, int) dialog.Split { return s }, sources}
}

// heldOutShare is the share of a corpus that makes up each split drawn from it.
const heldOutShare = 0.05

// trainPart gives a share of the dialogues to each of held and the rest to
// train, each dialogue by a draw of its own so that the corpus streams.
func trainPart(held []dialog.Split, sources ...source) part {
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
func wholePart(sources ...source) part {
	return trainPart([]dialog.Split{dialog.Valid, dialog.Test}, sources...)
}

// halvesSeed is fixed, whatever the run's seed, so that results on a corpus
// split in halves compare.
const halvesSeed = 1

// halvesPart gives one of every two neighbours to valid and the other to test,
// so that the two are equal to within one dialogue.
func halvesPart(sources ...source) part {
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
func assign(format string, s site, files map[dialog.Split][]source) ([]part, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("corpora: %s has no files of format %s: there is %s; see its layout in cvae corpus formats",
			shown(s.path), format, s.describe())
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
