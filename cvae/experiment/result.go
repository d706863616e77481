package experiment

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/dialog/regular"
)

// A Result is what one run of a grid measured, small enough to be committed.
type Result struct {
	Experiment string `json:"experiment"`
	Row        string `json:"row"`
	Method     string `json:"method"`
	Seed       uint64 `json:"seed"`
	// Hash and Settings are the [Identity]. Results of earlier versions have no
	// settings.
	Hash     string            `json:"hash"`
	Settings map[string]string `json:"settings,omitempty"`
	// Measures are the numbers of eval by their JSON keys, and of training:
	// steps and epochs before the closing phase, closing_steps, best_step, ms_per_step of
	// all. What is not known is left out.
	Measures map[string]float64 `json:"measures"`
	// Collapses are the names of those that eval found.
	Collapses []string `json:"collapses"`
	Finished  string   `json:"finished"` // why training ended
	// StoppedAfter is the time in seconds that the command granted, where it
	// ended training before a limit of the experiment; 0: it did not.
	StoppedAfter float64 `json:"stopped_after,omitempty"`
	Kernels      string  `json:"kernels"`
	Threads      int     `json:"threads"`
	Minutes      float64 `json:"minutes"` // spent training, validation included
}

// Results are those of an experiment.
type Results []Result

// Measure is a measure of one run, or the quotient of two; NaN where it is not
// known.
func (r Results) Measure(row string, seed uint64, key string) float64 {
	if above, below, found := strings.Cut(key, "/"); found {
		return r.Measure(row, seed, above) / r.Measure(row, seed, below)
	}
	for _, result := range r {
		if result.Row == row && result.Seed == seed {
			return result.Measure(key)
		}
	}
	return math.NaN()
}

// Bound is the measure of the bound of the generator that replies: nll.aux where there is
// an auxiliary prior, nll.elbo elsewhere.
const Bound = "nll.bound"

// PriorOfTraining is the measure of the bound with the prior of training where replies draw
// from an auxiliary one. Elsewhere it is not known, for there is one prior.
const PriorOfTraining = "nll.prior_of_training"

// Measure is one of Measures, Bound, PriorOfTraining or minutes; NaN where it is not known.
func (r Result) Measure(key string) float64 {
	auxiliary, two := r.Measures["nll.aux"]
	switch {
	case key == Bound && two:
		return auxiliary
	case key == Bound || key == PriorOfTraining && two:
		key = "nll.elbo"
	}
	if v, known := r.Measures[key]; known {
		return v
	}
	if key == "minutes" && r.Minutes > 0 {
		return r.Minutes
	}
	return math.NaN()
}

// Of are the results of a row.
func (r Results) Of(row Row) (some Results) {
	for _, result := range r {
		if result.Row == row.Name {
			some = append(some, result)
		}
	}
	return some
}

// Values are a measure of every seed of a row for which it is known.
func (r Results) Values(row Row, key string) (values []float64) {
	for _, seed := range row.Seeds {
		if v := r.Measure(row.Name, seed, key); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	return values
}

// file is where the result of a run is kept.
func file(dir, row string, seed uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%s-seed%d.json", row, seed))
}

// write keeps a result in a folder.
func (r Result) write(dir string) error {
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return fmt.Errorf("encoding the result of %s, seed %d: %w", r.Row, r.Seed, err)
	}
	return atomicfile.Write(file(dir, r.Row, r.Seed), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// Read returns the results in a folder of those runs of an experiment that have
// one.
func Read(files fs.FS, s Spec) (all Results, err error) {
	for _, row := range s.Rows {
		for _, seed := range row.Seeds {
			r, err := readResult(files, file("", row.Name, seed))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err == nil && (r.Experiment != s.Name || r.Row != row.Name || r.Method != row.Method || r.Seed != seed) {
				err = fmt.Errorf("the result %s is not of row %s of experiment %s; delete it, and the run is measured again", file("", row.Name, seed), row.Name, s.Name)
			}
			if err != nil {
				return nil, err
			}
			all = append(all, r)
		}
	}
	return all, nil
}

func readResult(files fs.FS, name string) (r Result, err error) {
	text, err := regular.ReadIn(files, filepath.ToSlash(name), mostText)
	if errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, fmt.Errorf("the result %s is damaged (%w); delete it, and the run is measured again", name, err)
	}
	return r, nil
}

// mostText is the most bytes of a file of results.
const mostText = 64 << 20

//go:embed results
var recorded embed.FS

// Recorded returns an experiment with the results that come with the program.
func Recorded(s Spec) (e Experiment, err error) {
	e.Spec = s
	files, err := fs.Sub(recorded, "results/"+s.Name)
	if err != nil {
		return e, err
	}
	if e.Results, err = Read(files, s); err != nil {
		return e, err
	}
	e.Differences, err = readDifferences(files)
	return e, err
}

// kept returns the result of a trial that is kept in a folder, and refuses one
// with another identity, which a new result would overwrite.
func kept(dir string, t Trial, id Identity) (r Result, found bool, err error) {
	r, err = readResult(os.DirFS(dir), file("", t.Row.Name, t.Seed))
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	if err != nil {
		return r, false, err
	}
	if same, why := r.is(id); !same {
		return r, false, fmt.Errorf("the result %s is of another run (%s); name another folder, or delete it to have this run measured instead", file(dir, t.Row.Name, t.Seed), why)
	}
	return r, true, nil
}

// goesOn reports whether a run that was stopped would go on with the time that
// is granted now; 0: any time.
func (r Result) goesOn(granted time.Duration) bool {
	return r.StoppedAfter > 0 && (granted == 0 || granted.Seconds() > r.StoppedAfter)
}
