package experiment

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/eval"
)

// sentences are bounds of 200 examples of two rows, far apart from one another
// and close within a pair.
func sentences() (a, b []float64) {
	for i := range 200 {
		x := float64(i)
		a = append(a, 40+10*math.Sin(x))
		b = append(b, a[i]+0.5+3*math.Sin(1.7*x+1)*math.Cos(x*x))
	}
	return a, b
}

// The wanted numbers are those of numpy.quantile of numpy 2.4.6.
func TestQuantile(t *testing.T) {
	sorted := []float64{1, 1.5, 2.6, 3, 4, 9}
	for p, want := range map[float64]float64{0.025: 1.0625, 0.5: 2.8, 0.975: 8.375, 0: 1, 1: 9} {
		near(t, "quantile", quantile(sorted, p), want, 1e-12)
	}
}

// The wanted numbers are those of stats.bootstrap of scipy 1.17.1 (percentile,
// 400,000 samples, standard error 0.1092). With 40,000 samples a quantile of
// 2.5 % has a standard deviation of 0.0015.
func TestResampled(t *testing.T) {
	a, b := sentences()
	values := make([]float64, len(a))
	for i := range a {
		values[i] = b[i] - a[i]
	}
	low, high, err := resampled(t.Context(), values, 40000)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "low", low, 0.24394244587253447, 0.007)
	near(t, "high", high, 0.6724767512541827, 0.007)
	if again, _, _ := resampled(t.Context(), values, 40000); again != low {
		t.Error("the interval is another each time")
	}
}

// keptBounds is a folder with the bounds of both rows for two seeds; the second seed of
// b is 1 nat worse.
func keptBounds(t *testing.T, change func(row string, seed uint64, b *eval.PerExample)) (string, Spec, Results) {
	t.Helper()
	s := parse(t, "{name: x, corpus: c, preset: p, max_steps: 1, seeds: [1, 2], rows: [{method: a}, {method: b}, {method: lm}]}")
	dir := t.TempDir()
	one, other := sentences()
	var all Results
	for _, seed := range s.Seeds {
		for row, elbo := range map[string][]float64{"a": one, "b": other, "lm": one} {
			b := eval.PerExample{Tokens: make([]int, 200)}
			for i, v := range elbo {
				b.Bound = append(b.Bound, v+float64(seed-1)*map[string]float64{"b": 1}[row])
				if i%2 == 0 && row != "lm" {
					b.Sampled, b.IW = append(b.Sampled, i), append(b.IW, b.Bound[i]-2)
				}
			}
			if change != nil {
				change(row, seed, &b)
			}
			r := Result{Row: row, Seed: seed, Hash: "0123456789", Measures: map[string]float64{"latent_dim": 4}}
			if row == "lm" {
				delete(r.Measures, "latent_dim")
			}
			all = append(all, r)
			run := runFolder(dir, row, seed, r.Hash)
			if err := os.MkdirAll(run, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := WriteBounds(run, b); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "results"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir, s, all
}

// An interrupt ends the comparison, and nothing is written.
func TestDifferencesInterrupted(t *testing.T) {
	dir, s, results := keptBounds(t, nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	cancel(stop)
	if _, err := Differences(ctx, dir, s, results); !errors.Is(err, stop) {
		t.Errorf("it ends with %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "results", bootstrapFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file: %v", err)
	}
}

// Rows are compared with the baseline example by example: the mean is over
// seeds, the interval over sentences, and a row without a latent has its exact
// likelihood.
func TestDifferences(t *testing.T) {
	dir, s, results := keptBounds(t, nil)
	all, err := Differences(t.Context(), dir, s, results)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d differences, %v", len(all), err)
	}
	d := all[0]
	if d.Row != "b" || d.Than != "a" || d.Measure != "nll.elbo" || d.Examples != 200 || len(d.Seeds) != 2 {
		t.Fatalf("the difference is %+v", d)
	}
	const mean = 0.4586487568066285 // of numpy 2.4.6
	near(t, "first seed", d.Seeds[0].Mean, mean, 1e-5)
	near(t, "second seed", d.Seeds[1].Mean, mean+1, 1e-5)
	near(t, "mean", d.Mean, mean+0.5, 1e-5)
	near(t, "low", d.Interval[0], 0.5+0.244, 0.03) // of scipy, as above; 1,000 samples
	near(t, "high", d.Interval[1], 0.5+0.672, 0.03)
	if iw := all[1]; iw.Examples != 100 || iw.Measure != "nll.iw" {
		t.Errorf("by importance weights: %+v", iw)
	}
	if lm := all[3]; lm.Row != "lm" || lm.Measure != "nll.iw" || lm.Mean != 2 || *lm.Interval != [2]float64{2, 2} {
		t.Errorf("the language model: %+v", lm)
	}
	words := Difference{Mean: -0.957, Interval: &[2]float64{-1.2, -0.7}, Seeds: []SeedDifference{{1, -1, [2]float64{-1.2, -0.8}}, {2, -0.9, [2]float64{-2, 0.1}}}}
	if text := words.String(); text != "-0.96 (-1.20 to -0.70), 1 of 2 seeds" {
		t.Errorf("in words: %s", text)
	}
	// The baseline has its runs, and is compared with no row.
	paired := Experiment{Spec: s, Results: results, Differences: all}.paired()
	if want := []string{"2", "baseline", "baseline", "–"}; !slices.Equal(paired.Lines[0], want) || paired.Lines[1][0] != "2" {
		t.Errorf("the table has the lines %q, the first should be %q", paired.Lines, want)
	}
	// Without the runs, and for fewer rows, what was kept stays.
	if err := os.RemoveAll(filepath.Join(dir, "runs")); err != nil {
		t.Fatal(err)
	}
	some, err := s.Only([]string{"a", "b"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Differences(t.Context(), dir, some, results)
	if diff := cmp.Diff(all, again); diff != "" || err != nil {
		t.Errorf("read back: %s %v", diff, err)
	}
}

// Rows with other sentences are not compared; where the seeds have other
// sentences there is no interval over all of them.
func TestDifferencesOfOtherSentences(t *testing.T) {
	dir, s, results := keptBounds(t, func(row string, seed uint64, b *eval.PerExample) {
		if b.Tokens[0] = int(seed); row == "b" {
			b.Tokens[7] = 3
		}
	})
	all, err := Differences(t.Context(), dir, s, results)
	if err != nil || len(all) != 2 || all[0].Row != "lm" || all[0].Interval != nil || len(all[0].Seeds) != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestDamagedBounds(t *testing.T) {
	for name, change := range map[string]func(*eval.PerExample){
		"lengths": func(b *eval.PerExample) { b.Tokens = b.Tokens[1:] },
		"numbers": func(b *eval.PerExample) { b.Sampled[0] = 200 },
	} {
		dir, s, results := keptBounds(t, func(row string, _ uint64, b *eval.PerExample) {
			if row == "a" {
				change(b)
			}
		})
		if _, err := Differences(t.Context(), dir, s, results); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	dir, s, results := keptBounds(t, nil)
	for _, path := range []string{filepath.Join(dir, "results", bootstrapFile), filepath.Join(runFolder(dir, "a", 1, "0123456789"), BoundsFile)} {
		if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Differences(t.Context(), dir, s, results); err == nil {
			t.Errorf("%s is damaged: no error", path)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
