package corpora

import (
	"iter"
	"slices"

	"github.com/cvae-go/cvae/corpora/builtin"
	"github.com/cvae-go/cvae/corpora/internal/site"
	"github.com/cvae-go/cvae/corpora/synthetic"
	"github.com/cvae-go/cvae/dialog"
)

// embeddedFormats are the corpora inside the program, which need no files. The
// name of each is its path and its format.
func embeddedFormats() []Format {
	return []Format{
		embedded("builtin", "The dialogues inside the program", dialogues, builtin.Dialogues),
		embedded("synthetic", "Sentences of a known generator (He et al. 2019); component, horizontal, vertical", sentences, synthetic.Dialogues),
		embedded("points", "Points of four Gaussians, in four coordinates; component, horizontal, vertical", sentences, synthetic.Points),
	}
}

func embedded(name, title, turns string, read func(dialog.Split) iter.Seq2[dialog.Dialogue, error]) Format {
	return Format{
		Name:     name,
		Title:    title,
		Layout:   "no files; its path is the word " + name,
		Licence:  "that of this program, MIT",
		Turns:    turns,
		embedded: true,
		why:      func(site.Site) string { return "" },
		split: func(site.Site) ([]part, error) {
			var parts []part
			for _, s := range dialog.Splits {
				parts = append(parts, officialPart(s, read(s)))
			}
			return parts, nil
		},
	}
}

func findEmbedded(name string) (Format, bool) {
	formats := embeddedFormats()
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return formats[i], true
}
