package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/internal/atomicfile"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
)

// stateOf returns a state in which everything follows from step and n, the
// number of parameters.
func stateOf(step, n int) State {
	weights, moments := make([]float32, n), make([]float32, n)
	for i := range weights {
		weights[i], moments[i] = float32(step)+float32(i)/7, float32(-step*i)
	}
	return State{
		Step:  step,
		Model: []safetensors.Tensor{{Name: "weight", Shape: []int{n}, Data: weights}},
		Training: []safetensors.Tensor{
			{Name: "cursor", Shape: []int{}, Data: []int64{int64(step)}},
			{Name: "weight.moment", Shape: []int{n}, Data: moments},
		},
		Values:    map[string]string{"patience": fmt.Sprint(step % 5), "schedule": `{"beta":0.5}`},
		LogLength: int64(100 * step),
		Elapsed:   time.Duration(step) * time.Second,
		Origin:    "corpus a, tokens b",
		Unlogged:  `{"rec": 0.1}`,
	}
}

func save(t *testing.T, dir string, s State) {
	t.Helper()
	if err := Save(dir, s); err != nil {
		t.Fatal(err)
	}
}

// loads checks that Load returns want.
func loads(t *testing.T, dir string, want State) {
	t.Helper()
	got, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// has checks that dir holds files of these names, given in order, alone.
func has(t *testing.T, dir string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, names(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestSaveAndLoad(t *testing.T) {
	dir := t.TempDir()
	for _, step := range []int{0, 1, 25, 100} {
		save(t, dir, stateOf(step, 3))
		loads(t, dir, stateOf(step, 3))
		has(t, dir, LastFile, fmt.Sprintf("state-%d.safetensors", step))
	}
}

func TestSaveAndLoadEmptyState(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, State{})
	got, err := Load(dir)
	if err != nil || got.Step != 0 || len(got.Model)+len(got.Training) > 0 || got.Values == nil {
		t.Error(got, err)
	}
}

func TestEqualStatesGiveEqualFiles(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	save(t, a, stateOf(3, 5)) // a has a history, b has none
	save(t, a, stateOf(7, 5))
	save(t, b, stateOf(7, 5))
	for _, name := range []string{LastFile, "state-7.safetensors"} {
		if string(readFile(t, filepath.Join(a, name))) != string(readFile(t, filepath.Join(b, name))) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestEqualRunsGiveEqualLast(t *testing.T) {
	slow, fast := t.TempDir(), t.TempDir()
	s := stateOf(7, 5)
	save(t, fast, s)
	s.Elapsed, s.LogLength = time.Hour, 12345
	save(t, slow, s)
	loads(t, slow, s)
	if string(readFile(t, filepath.Join(slow, LastFile))) != string(readFile(t, filepath.Join(fast, LastFile))) {
		t.Error("a clock entered last.safetensors")
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestNoCheckpoint(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "state-4.safetensors"), []byte("of a save that was killed"))
	if _, err := Load(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := Load(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestOtherStatesAreIgnoredThenDeleted(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, stateOf(8, 3))
	litter := []string{
		"state-4.safetensors", "state-8-2.safetensors", "state-12.safetensors",
		"state-12.safetensors.cvae-tmp", "last.safetensors.cvae-tmp",
	}
	kept := []string{"model.safetensors", "state-12.txt", "state-x.safetensors"}
	for _, name := range slices.Concat(litter, kept) {
		writeFile(t, filepath.Join(dir, name), []byte("litter"))
	}
	loads(t, dir, stateOf(8, 3))
	save(t, dir, stateOf(9, 3))
	loads(t, dir, stateOf(9, 3))
	has(t, dir, LastFile, "model.safetensors", "state-12.txt", "state-9.safetensors", "state-x.safetensors")
}

func TestSaveRefuses(t *testing.T) {
	dir := t.TempDir()
	for fault, s := range map[string]State{
		"must not be negative": {Step: -1},
		"log length -1":        {LogLength: -1},
		"time spent -1ns":      {Elapsed: -1},
		"reserved":             {Values: map[string]string{"cvae.step": "7"}},
		"asks for 2 numbers":   {Model: []safetensors.Tensor{{Name: "x", Shape: []int{2}, Data: []float32{1}}}},
		"asks for 3 numbers":   {Training: []safetensors.Tensor{{Name: "x", Shape: []int{3}, Data: []float32{1}}}},
	} {
		if err := Save(dir, s); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%s: %v", fault, err)
		}
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("%s: left %v", fault, left)
		}
	}
}

// TestLoadAtEveryPoint loads in the middle of a save, which is what a process
// finds that starts after a kill. The step is also saved twice with different
// values, as after an interruption: the new state must not take the old one's
// place before last.safetensors names it.
func TestLoadAtEveryPoint(t *testing.T) {
	again := stateOf(5, 3)
	again.Values["patience"] = "4"
	for name, next := range map[string]State{"next step": stateOf(6, 3), "same step": again, "same state": stateOf(5, 3)} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			old := stateOf(5, 3)
			save(t, dir, old)
			want := map[point]State{
				stateStaged: old, statePublished: old, lastStaged: old, lastPublished: next, swept: next,
			}
			st := store{fs: atomicfile.OS{}, reached: func(p point) {
				loads(t, dir, want[p])
				delete(want, p)
			}}
			if err := st.save(dir, next); err != nil {
				t.Fatal(err)
			}
			if len(want) > 0 {
				t.Errorf("never reached: %v", want)
			}
		})
	}
}

func TestSameStepMayBeSavedManyTimes(t *testing.T) {
	dir := t.TempDir()
	s := stateOf(5, 3)
	for i, patience := range []string{"0", "1", "1", "2", "3"} { // changes the sha256, or the clocks alone
		s.LogLength, s.Values["patience"] = int64(i), patience
		save(t, dir, s)
		loads(t, dir, s)
		if left := names(t, dir); len(left) != 2 {
			t.Errorf("%v: want one pair", left)
		}
	}
}
