package corporatest

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
)

func detected(t *testing.T, c subject) {
	if got := c.corpus.Format().Name; got != c.Format {
		t.Errorf("detected %s, want %s", got, c.Format)
	}
}

func content(t *testing.T, c subject) {
	got := map[dialog.Split]int{}
	for s, ds := range c.all {
		got[s] = len(ds)
	}
	same(t, got, c.Count)
	if c.First.ID != "" {
		same(t, c.all[dialog.Train][0], c.First)
	}
}

func repeatable(t *testing.T, c subject) {
	same(t, everything(t, c.corpus), c.all)
}

func concurrent(t *testing.T, c subject) {
	corpus := open(t, c.Path, corpora.Options{Dedup: true, SkipBad: true})
	var read [2][]dialog.Dialogue
	var group sync.WaitGroup
	for i := range read {
		group.Go(func() {
			var err error
			if read[i], err = collect(t, corpus, dialog.Train); err != nil || corpus.Skipped() != 0 {
				t.Errorf("%d skipped, error %v", corpus.Skipped(), err)
			}
			_ = corpus.Duplicates()
		})
	}
	group.Wait()
	same(t, read[1], read[0])
}

func disjoint(t *testing.T, c subject) {
	seen := map[string]dialog.Split{}
	for s, ds := range c.all {
		for _, d := range ds {
			if other, taken := seen[d.ID]; taken || d.ID == "" {
				t.Errorf("dialogue %q of %s is in %s too", d.ID, s, other)
			}
			seen[d.ID] = s
		}
	}
}

func counted(t *testing.T, c subject) {
	want := map[dialog.Split]corpora.SplitStats{}
	types := map[string]bool{}
	for s, ds := range c.all {
		n := corpora.SplitStats{Dialogues: len(ds)}
		for _, d := range ds {
			n.Turns += len(d.Turns)
			n.Pairs += len(d.Turns) - 1
			for _, turn := range d.Turns {
				for word := range strings.FieldsSeq(turn.Text) {
					n.Tokens++
					types[word] = true
				}
			}
		}
		want[s] = n
	}
	got, err := c.corpus.Stats(context.Background(), strings.FieldsSeq, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got.Splits, want)
	if got.Types != len(types) || got.Format != c.Format || got.Skipped != 0 {
		t.Errorf("stats are of %d types, format %s, %d skipped; want %d, %s, 0",
			got.Types, got.Format, got.Skipped, len(types), c.Format)
	}
}

func cancelled(t *testing.T, c subject) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.corpus.Stats(ctx, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func located(t *testing.T, c subject) {
	folder := rewrite(t, c.Case, spoil(c.Case))
	corpus, err := corpora.Open(folder, corpora.Options{})
	for _, s := range dialog.Splits {
		if err == nil {
			_, err = collect(t, corpus, s)
		}
	}
	if err == nil {
		t.Fatal("the bad line is no error")
	}
	for _, part := range []string{"corpora: ", native(c.BadFile) + ":2: ", "--skip-bad"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not hold %q", err, part)
		}
	}
}

func skipped(t *testing.T, c subject) {
	corpus := open(t, rewrite(t, c.Case, spoil(c.Case)), corpora.Options{SkipBad: true})
	missing := -1
	ids := map[string]bool{}
	for _, ds := range everything(t, corpus) {
		for _, d := range ds {
			ids[d.ID] = true
		}
	}
	for ds := range maps.Values(c.all) {
		for _, d := range ds {
			if !ids[d.ID] {
				missing++
			}
		}
	}
	if missing != 0 || corpus.Skipped() != 1 {
		t.Errorf("%d dialogues too many are missing; Skipped is %d, want 1", missing, corpus.Skipped())
	}
}
