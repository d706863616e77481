package training

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// trainOn trains a run of 6 steps on n ranks in goroutines, each with a folder as the
// command has them, and returns the last parameters of rank 0.
func trainOn(t *testing.T, n, steps int, out string, resume bool, change func(rank int, c *config.Config)) ([]byte, error) {
	t.Helper()
	errs := make([]error, n)
	var all sync.WaitGroup
	corpus := runtest.Corpus(t)
	for rank, link := range ranks.Local(n) {
		c := runtest.Config(t, corpus)
		c.Method, c.Batch, c.MaxSteps, c.Train.Shards = "bn", 16, steps, 8
		if change != nil {
			change(rank, &c)
		}
		all.Go(func() {
			defer link.Close()
			dir, done, err := Share(link, out, resume)
			defer done()
			if err == nil {
				var tr *Training
				if tr, err = Prepare(context.Background(), c, Options{Out: dir, Resume: resume, Threads: 1, Ranks: link}); err == nil {
					err = tr.Train(context.Background())
					tr.Close()
				}
			}
			errs[rank] = err
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(out, "last.safetensors"))
}

// TestTrainOnRanks: runs of 1, 2 and 4 ranks have the same file of parameters, and so has
// one that changes their number half-way.
func TestTrainOnRanks(t *testing.T) {
	var want []byte
	for _, n := range []int{1, 2, 4} {
		got, err := trainOn(t, n, 6, filepath.Join(t.TempDir(), "run"), false, nil)
		if err != nil {
			t.Fatalf("%d ranks: %v", n, err)
		}
		if want == nil {
			want = got
		}
		if string(got) != string(want) {
			t.Errorf("%d ranks: other parameters than those of one", n)
		}
	}
	out := filepath.Join(t.TempDir(), "run")
	if _, err := trainOn(t, 4, 3, out, false, nil); err != nil {
		t.Fatal(err)
	}
	got, err := trainOn(t, 2, 6, out, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("3 steps on 4 ranks and 3 on 2: other parameters than those of 6 on one")
	}
}

// TestTrainOnRanksClosingPhase: so have runs that fit an auxiliary prior when training has
// ended, and one whose limit is raised on another number of ranks after that.
func TestTrainOnRanksClosingPhase(t *testing.T) {
	sequence := func(_ int, c *config.Config) { c.Method = "delta-ar" }
	want, err := trainOn(t, 1, 6, filepath.Join(t.TempDir(), "run"), false, sequence)
	if err != nil {
		t.Fatal(err)
	}
	got, err := trainOn(t, 2, 6, filepath.Join(t.TempDir(), "run"), false, sequence)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("two ranks: other parameters than those of one")
	}
	out := filepath.Join(t.TempDir(), "run")
	if _, err := trainOn(t, 2, 3, out, false, sequence); err != nil {
		t.Fatal(err)
	}
	if got, err = trainOn(t, 4, 6, out, true, sequence); err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("3 steps and the closing phase on 2 ranks, then 6 on 4: other parameters than those of 6 on one")
	}
}

// TestRankUnlike: a rank with other settings or another corpus is refused by name.
func TestRankUnlike(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other.txt")
	for what, change := range map[string]func(c *config.Config){
		"another configuration": func(c *config.Config) { c.Seed++ },
		"another corpus": func(c *config.Config) {
			b, err := os.ReadFile(c.Corpus)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(other, []byte(strings.Replace(string(b), "yes", "Yes", 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			c.Corpus = other
		},
	} {
		_, err := trainOn(t, 2, 3, filepath.Join(t.TempDir(), "run"), false, func(rank int, c *config.Config) {
			if rank == 1 {
				change(c)
			}
		})
		if err == nil || !strings.Contains(err.Error(), "rank 1 has "+what) {
			t.Errorf("%s: the error is %v", what, err)
		}
	}
}

// TestRankFirstUnlike: a rank that begins with another number in its parameters is refused,
// as two files of word vectors under one name would make it.
func TestRankFirstUnlike(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Batch, c.Train.Shards = 16, 8
	errs := make([]error, 2)
	var both sync.WaitGroup
	for rank, link := range ranks.Local(2) {
		both.Go(func() {
			defer link.Close()
			tr, err := Prepare(context.Background(), c, Options{Threads: 1, Ranks: link})
			if err == nil {
				tr.model.Params()[3].Value[0] += float32(rank)
				err = tr.checkFirst()
				tr.Close()
			}
			errs[rank] = err
		})
	}
	both.Wait()
	for _, err := range errs {
		if err == nil || !strings.Contains(err.Error(), "rank 1 has another set of first parameters") {
			t.Errorf("the error is %v", err)
		}
	}
}
