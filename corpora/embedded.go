package corpora

import (
	"github.com/cvae-go/cvae/corpora/builtin"
	"github.com/cvae-go/cvae/dialog"
)

// builtinName is the path, and the format, of the corpus inside the program.
const builtinName = "builtin"

// builtinFormat is the corpus of our own that needs no files.
func builtinFormat() Format {
	return Format{
		Name:    builtinName,
		Title:   "The corpus inside the program",
		Layout:  "no files; its path is the word builtin",
		Licence: "that of this program, MIT",
		Turns:   dialogues,
		match:   func(site) string { return "" },
		parts: func(site) ([]part, error) {
			var parts []part
			for _, s := range dialog.Splits {
				parts = append(parts, officialPart(s, builtin.Dialogues(s)))
			}
			return parts, nil
		},
	}
}
