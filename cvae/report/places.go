package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/dialog/regular"
)

// placesFolder holds the places of the runs of a comparison.
const placesFolder = "places"

// Places are a Placement with the names of its groups, the values of a label.
type Places struct {
	Label string   `json:"label"`
	Names []string `json:"names"`
	eval.Placement
}

func placesFile(dir, row string, seed uint64) string {
	return filepath.Join(dir, placesFolder, fmt.Sprintf("%s-seed%d.json", row, seed))
}

// Write keeps the places of a run in the folder of its comparison.
func (p Places) Write(dir, row string, seed uint64) error {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encoding the places of %s, seed %d: %w", row, seed, err)
	}
	if err := os.MkdirAll(filepath.Join(dir, placesFolder), 0o755); err != nil {
		return fmt.Errorf("making the folder of the places: %w", err)
	}
	return atomicfile.Write(placesFile(dir, row, seed), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// ReadPlaces reads the places of a run; known is false where none were kept.
func ReadPlaces(dir, row string, seed uint64) (p Places, known bool, err error) {
	name := placesFile(dir, row, seed)
	text, err := regular.Read(name, mostPart)
	if errors.Is(err, fs.ErrNotExist) {
		return p, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err == nil {
		err = p.check()
	}
	if err != nil {
		return p, false, fmt.Errorf("the places %s cannot be read (%w); delete them with the result of that name, and the run is measured again", name, err)
	}
	return p, true, nil
}

// check refuses places that cannot be drawn.
func (p Places) check() error {
	n := len(p.Groups)
	if p.D < 1 || len(p.Trained) != n*p.D || len(p.Saved) != n*p.D {
		return fmt.Errorf("%d and %d numbers are not %d places of %d", len(p.Trained), len(p.Saved), n, p.D)
	}
	for _, g := range p.Groups {
		if g < 0 || g >= len(p.Names) {
			return fmt.Errorf("group %d of %d", g, len(p.Names))
		}
	}
	return nil
}
