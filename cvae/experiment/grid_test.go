package experiment

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
)

// A fakeLab measures at once, and fails where it is told to.
type fakeLab struct {
	mu       sync.Mutex
	ran      []string
	fail     string
	version  string
	settings map[string]string
	at       []At // what every run says
	stops    bool // runs end when the time that they are granted is over
}

var errFail = errors.New("the power is gone")

func (f *fakeLab) Identify(_ context.Context, t Trial) (Identity, error) {
	return Identity{Hash: fmt.Sprintf("%08d-%s-%s", t.Seed, t.Row.Name, f.version), Settings: f.settings}, nil
}

func (f *fakeLab) Run(_ context.Context, t Trial, _ string, watch func(At)) (Result, error) {
	for _, at := range f.at {
		watch(at)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ran = append(f.ran, t.Name())
	if t.Name() == f.fail {
		return Result{}, errFail
	}
	r := Result{Measures: map[string]float64{"kl": float64(t.Seed)}}
	if f.stops {
		r.StoppedAfter = t.MaxTime.Seconds()
	}
	return r, nil
}

// A grid of which a run fails runs the others, goes on where it was, and repeats
// nothing.
func TestGridGoesOn(t *testing.T) {
	dir, lab := t.TempDir(), &fakeLab{fail: "bn, seed 2"}
	grid := func() (Results, error) {
		return (&Grid{Spec: parse(t, small), Dir: dir, Lab: lab}).Run(context.Background())
	}
	if _, err := grid(); !errors.Is(err, errFail) {
		t.Fatalf("the error is %v", err)
	}
	if len(lab.ran) != 7 { // the others of the grid go on
		t.Fatalf("ran %v", lab.ran)
	}
	lab.fail, lab.ran = "", nil
	results, err := grid()
	if err != nil || len(results) != 7 || len(lab.ran) != 1 {
		t.Fatalf("%d results, ran %v, %v", len(results), lab.ran, err)
	}
	if r := results[4]; r.Row != "bn" || r.Seed != 2 || r.Method != "bn" || r.Experiment != "small" || r.Measures["kl"] != 2 {
		t.Errorf("the result is %+v", r)
	}
	lab.ran = nil
	if again, err := grid(); err != nil || len(again) != 7 || lab.ran != nil {
		t.Fatalf("%d results, ran %v, %v", len(again), lab.ran, err)
	}
}

// A result of another run is not overwritten: of another hash, or of a setting
// whose default has become another since. A setting that is new or gone is no
// reason.
func TestGridRefusesOtherResults(t *testing.T) {
	dir, lab := t.TempDir(), &fakeLab{settings: map[string]string{"batch": "32", "gone": "1"}}
	grid := func() error {
		_, err := (&Grid{Spec: parse(t, small), Dir: dir, Lab: lab}).Run(context.Background())
		return err
	}
	if err := grid(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "results", "bn-seed2.json")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lab.ran = nil
	for want, change := range map[string]func(*fakeLab){
		"":                         func(f *fakeLab) { f.settings = map[string]string{"batch": "32", "pool": "last"} },
		"batch is 64 and was 32":   func(f *fakeLab) { f.settings = map[string]string{"batch": "64"} },
		"the settings, the corpus": func(f *fakeLab) { f.version = "2" },
	} {
		other := &fakeLab{settings: lab.settings}
		change(other)
		_, err := (&Grid{Spec: parse(t, small), Dir: dir, Lab: other}).Run(context.Background())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "delete it")) {
			t.Errorf("want %q: %v", want, err)
		}
		if other.ran != nil {
			t.Errorf("want %q: ran %v", want, other.ran)
		}
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the result was changed: %v", err)
	}
}

// A run that is kept without the bounds of its examples is measured again.
func TestGridMeasuresBounds(t *testing.T) {
	dir, lab := t.TempDir(), &fakeLab{}
	g := &Grid{Spec: parse(t, small), Dir: dir, Lab: lab}
	if _, err := g.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(runFolder(dir, "bn", 2, "00000002-bn-"), 0o755); err != nil {
		t.Fatal(err)
	}
	lab.ran = nil
	if _, err := g.Run(context.Background()); err != nil || !slices.Equal(lab.ran, []string{"bn, seed 2"}) {
		t.Errorf("ran %v, %v", lab.ran, err)
	}
}

// What the time that was granted stopped goes on with more, and only then.
func TestGridMaxTime(t *testing.T) {
	dir, lab := t.TempDir(), &fakeLab{stops: true}
	for _, c := range []struct {
		granted time.Duration
		ran     int
	}{{time.Minute, 7}, {time.Minute, 0}, {time.Second, 0}, {2 * time.Minute, 7}, {0, 7}, {0, 0}, {time.Minute, 0}} {
		lab.ran = nil
		results, err := (&Grid{Spec: parse(t, small), Dir: dir, Lab: lab, MaxTime: c.granted}).Run(context.Background())
		if err != nil || len(results) != 7 || len(lab.ran) != c.ran {
			t.Errorf("granted %s: %d results, ran %v, want %d, %v", c.granted, len(results), lab.ran, c.ran, err)
		}
	}
}

// Two runs at a time give the results of one, in the same order.
func TestGridJobs(t *testing.T) {
	run := func(jobs int) Results {
		reports := 0
		g := &Grid{Spec: parse(t, small), Dir: t.TempDir(), Lab: &fakeLab{}, Jobs: jobs, Report: func(Progress) { reports++ }}
		results, err := g.Run(context.Background())
		if err != nil || reports != 7 {
			t.Fatalf("%d reports, %v", reports, err)
		}
		return results
	}
	if diff := cmp.Diff(run(1), run(3)); diff != "" {
		t.Errorf("one job and three differ:\n%s", diff)
	}
}

// A grid says where each run is, and how long all will take: of the run that
// trains what it says itself, of those to come as long as that one as a whole,
// or as the last of their row.
func TestGridProgress(t *testing.T) {
	train := dialog.Event{Kind: dialog.Stepped, Step: 5, Elapsed: time.Hour, Remaining: 2 * time.Hour}
	var at At
	at.Report(train)
	at.Report(dialog.Event{Kind: dialog.Validated, Bound: 40})
	lab := &fakeLab{at: []At{at, {Training: train, Measured: 0.5}}}
	var said []Progress
	g := &Grid{Spec: parse(t, small), Dir: t.TempDir(), Lab: lab, Report: func(p Progress) { said = append(said, p) }}
	if _, err := g.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(said) != 3*7 {
		t.Fatalf("%d reports", len(said))
	}
	if p := said[0]; p.Left != 0 || p.Trial != "vae, seed 1" || p.Total != 7 {
		t.Errorf("at first: %+v", p)
	}
	if p := said[1]; p.Left != (2+6*3)*time.Hour || p.At.Training.Step != 5 || p.At.Bound != 40 {
		t.Errorf("in training: %+v", p)
	}
	if p := said[2]; p.Left != 6*3*time.Hour || p.At.Measured != 0.5 {
		t.Errorf("while it is measured: %+v", p)
	}
	if p := said[20]; p.Done != 6 || p.Left != 0 {
		t.Errorf("at last: %+v", p)
	}
	// Nothing is left of what is done: the whole time is that of the run that is not.
	if err := os.Remove(filepath.Join(g.Dir, "results", "bn-seed2.json")); err != nil {
		t.Fatal(err)
	}
	said = nil
	if _, err := g.Run(context.Background()); err != nil || len(said) != 3 {
		t.Fatalf("%d reports, %v", len(said), err)
	}
	if p := said[1]; p.Left != 2*time.Hour || p.Done != 6 {
		t.Errorf("the last run: %+v", p)
	}
}

func TestGridDamagedResult(t *testing.T) {
	dir, lab := t.TempDir(), &fakeLab{}
	g := &Grid{Spec: parse(t, small), Dir: dir, Lab: lab}
	if _, err := g.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "results", "bn-seed2.json")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Run(context.Background()); err == nil {
		t.Error("a damaged result is taken")
	}
	if _, err := Read(os.DirFS(filepath.Join(dir, "results")), g.Spec); err == nil {
		t.Error("a damaged result is read")
	}
}

func TestGridStops(t *testing.T) {
	ctx, stop := context.WithCancelCause(context.Background())
	stop(errFail)
	lab := &fakeLab{}
	if _, err := (&Grid{Spec: parse(t, small), Dir: t.TempDir(), Lab: lab}).Run(ctx); !errors.Is(err, errFail) || lab.ran != nil {
		t.Errorf("ran %v, %v", lab.ran, err)
	}
}

func TestOnly(t *testing.T) {
	s := parse(t, small)
	got, err := s.Only([]string{"bn", "weak"}, 2)
	if err != nil || len(got.Rows) != 2 || len(got.trials()) != 3 {
		t.Errorf("%d trials, %v", len(got.trials()), err)
	}
	if _, err := s.Only([]string{"nb"}, 0); err == nil {
		t.Error("a row that does not exist is accepted")
	}
}

// A lockedLab runs as a process of several does that share a folder.
type lockedLab struct {
	*fakeLab
	others map[string]int // how often a run is found in the work of another process
	ended  func(t Trial)  // the other process ends it
}

func (l *lockedLab) Run(ctx context.Context, t Trial, dir string, watch func(At)) (Result, error) {
	l.mu.Lock()
	n := l.others[t.Name()]
	l.others[t.Name()] = n - 1
	l.mu.Unlock()
	switch {
	case n > 1:
		return Result{}, fmt.Errorf("%w by process 7", rundir.ErrLocked)
	case n == 1:
		l.ended(t)
		return Result{}, fmt.Errorf("%w by process 7", rundir.ErrLocked)
	}
	return l.fakeLab.Run(ctx, t, dir, watch)
}

// A run that another process has in work is left to it: its result is taken when it is
// there, and the run is taken over when the other process is gone without one.
func TestGridShared(t *testing.T) {
	dir := t.TempDir()
	lab := &lockedLab{fakeLab: &fakeLab{}, others: map[string]int{"bn, seed 1": 2, "vae, seed 1": 1}}
	lab.ended = func(tr Trial) {
		if tr.Name() != "bn, seed 1" {
			return // gone without a result
		}
		id, _ := lab.Identify(context.Background(), tr)
		r := Result{Experiment: "small", Row: "bn", Method: "bn", Seed: 1, Hash: id.Hash, Measures: map[string]float64{"kl": 77}}
		if err := r.write(filepath.Join(dir, "results")); err != nil {
			t.Error(err)
		}
	}
	results, err := (&Grid{Spec: parse(t, small), Dir: dir, Lab: lab, First: 3}).Run(context.Background())
	if err != nil || len(results) != 7 {
		t.Fatalf("%d results, %v", len(results), err)
	}
	for _, r := range results {
		if want := map[bool]float64{true: 77, false: float64(r.Seed)}[r.Row == "bn" && r.Seed == 1]; r.Measures["kl"] != want {
			t.Errorf("%s, seed %d has a KL of %g, want %g", r.Row, r.Seed, r.Measures["kl"], want)
		}
	}
	if !slices.Contains(lab.ran, "vae, seed 1") || slices.Contains(lab.ran, "bn, seed 1") {
		t.Errorf("this process ran %v", lab.ran)
	}
}
