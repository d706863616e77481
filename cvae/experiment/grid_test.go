package experiment

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A fakeLab measures at once, and fails where it is told to.
type fakeLab struct {
	mu      sync.Mutex
	ran     []string
	fail    string
	version string
}

var errFail = errors.New("the power is gone")

func (f *fakeLab) Hash(_ context.Context, t Trial) (string, error) {
	return fmt.Sprintf("%08d-%s-%s", t.Seed, t.Row.Name, f.version), nil
}

func (f *fakeLab) Run(_ context.Context, t Trial, dir string) (Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ran = append(f.ran, t.Name())
	if t.Name() == f.fail {
		return Result{}, errFail
	}
	return Result{Measures: map[string]float64{"kl": float64(t.Seed)}}, nil
}

// A grid of which a run fails runs the others, goes on where it was, repeats nothing, and
// runs all anew when what decides the runs has changed.
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
	lab.version = "2"
	if _, err := grid(); err != nil || len(lab.ran) != 7 {
		t.Fatalf("ran %v, %v", lab.ran, err)
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
