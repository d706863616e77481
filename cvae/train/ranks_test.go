package train

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
)

// shardedSet has two batches of 16 that are cut into shards, and one of 6 that is not.
const shardedSet = 38

// onRanks trains on n ranks in goroutines. Options returns those of a rank.
func onRanks(t *testing.T, n int, options func(rank int, k *memory) (context.Context, Options)) (kept []*memory, errs []error) {
	t.Helper()
	return onRanksFrom(t, n, cvae.Parts{}, &memory{}, options)
}

// onRanksFrom is onRanks of a model of some parts, from what a run has kept.
func onRanksFrom(t *testing.T, n int, p cvae.Parts, from *memory, options func(rank int, k *memory) (context.Context, Options)) (kept []*memory, errs []error) {
	t.Helper()
	errs = make([]error, n)
	var all sync.WaitGroup
	for rank, link := range ranks.Local(n) {
		k := &memory{best: cloned(from.best), events: slices.Clone(from.events)}
		ctx, o := options(rank, k)
		o.Seed, o.Batch, o.Window, o.Interval, o.Sharded, o.Ranks = 1, 16, 4, 1, true, link
		m := cvaetest.New[float32](t, shape(), p, kernel.Best())
		tr, err := New(m, dialogues(t, shape(), shardedSet), dialogues(t, shape(), 5), o, k, k)
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			defer link.Close()
			errs[rank] = tr.Run(ctx, from.last)
		})
		kept = append(kept, k)
	}
	all.Wait()
	return kept, errs
}

// TestRanks: any number of ranks ends with the bits of one, by Adam and by SGD, with a
// strategy that decides by what it sees.
func TestRanks(t *testing.T) {
	for name, o := range map[string]func() Options{
		"adam": func() Options { return Options{Optimiser: adam(), MaxEpochs: 2} },
		"sgd": func() Options {
			return Options{Optimiser: Optimiser{Name: "sgd", LearningRate: 0.5, Clip: 1, Patience: 9}, MaxEpochs: 2}
		},
		"bf16": func() Options { return Options{Optimiser: adam(), MaxEpochs: 1, Precision: cvae.BF16} },
		"aggressive": func() Options {
			return Options{Optimiser: adam(), MaxEpochs: 2, Strategy: &Aggressive{Inner: 4, Window: 2}}
		},
	} {
		var want *memory
		for _, n := range []int{1, 2, 4, 8} {
			kept, errs := onRanks(t, n, func(int, *memory) (context.Context, Options) { return context.Background(), o() })
			if err := errors.Join(errs...); err != nil {
				t.Fatalf("%s on %d ranks: %v", name, n, err)
			}
			if want == nil {
				want = kept[0]
			}
			for rank, k := range kept {
				if diff := cmp.Diff(keptBy(rank, want.last), keptBy(rank, k.last)); diff != "" {
					t.Fatalf("%s: rank %d of %d ends with another state than one rank:\n%s", name, rank, n, diff)
				}
			}
		}
	}
}

// TestRanksClosingPhase: the auxiliary prior is fitted to the same bits by any number of
// ranks, with the moments of its optimiser, which each rank has of its own parameters. A
// run whose limit is raised on another number of ranks goes back to before that phase,
// and ends as one that had the limit from the start.
func TestRanksClosingPhase(t *testing.T) {
	parts := cvae.Parts{Posterior: cvaetest.EveryWord{}}
	run := func(n, steps int, from *memory) []*memory {
		t.Helper()
		kept, errs := onRanksFrom(t, n, parts, from, func(int, *memory) (context.Context, Options) {
			return context.Background(), Options{Optimiser: adam(), MaxSteps: steps, Closing: closing(2)}
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatalf("%d steps on %d ranks: %v", steps, n, err)
		}
		return kept
	}
	const most = 5
	want := run(1, most, &memory{})[0]
	if moments := len(want.last.Training); moments == 0 || want.last.Step != most+2*2 { // two batches an epoch
		t.Fatalf("one rank ends at step %d with %d tensors of the optimiser", want.last.Step, moments)
	}
	same := func(what string, all []*memory) {
		t.Helper()
		for rank, k := range all {
			if diff := cmp.Diff(timeless(keptBy(rank, want.last)), timeless(keptBy(rank, k.last))) + cmp.Diff(want.best, k.best); diff != "" {
				t.Fatalf("%s: rank %d ends with another state than one rank: %.600s", what, rank, diff)
			}
		}
	}
	for _, n := range []int{2, 4} {
		same("from the start", run(n, most, &memory{}))
	}
	for _, n := range [][2]int{{1, 2}, {2, 1}, {4, 2}} {
		for _, ends := range []int{2, 3} { // at the end of an epoch, and within one
			short := run(n[0], ends, &memory{})[0]
			if short.last.Step != ends+2*2 {
				t.Fatalf("the closing phase ends at step %d", short.last.Step)
			}
			same("raised", run(n[1], most, short))
		}
	}
}

// clock is the time in what a checkpoint says of where training stood before its closing
// phase.
var clock = regexp.MustCompile(`"elapsed":[0-9]+`)

// timeless is a checkpoint without that time.
func timeless(s checkpoint.State) checkpoint.State {
	s.Unlogged = clock.ReplaceAllString(s.Unlogged, `"elapsed":0`)
	return s
}

// keptBy is what a rank knows of a checkpoint: all but rank 0 lack moments, and those from
// before a closing phase.
func keptBy(rank int, s *checkpoint.State) checkpoint.State {
	c := *s
	if rank > 0 {
		c.Training = slices.DeleteFunc(slices.Clone(c.Training), func(t safetensors.Tensor) bool {
			return strings.HasPrefix(strings.TrimPrefix(t.Name, trainingPrefix), momentPrefix)
		})
	}
	return c
}

// TestRanksStop: where one rank is asked to stop, all save after the same step, and go on
// from there to the bits of a run that nobody stopped.
func TestRanksStop(t *testing.T) {
	asked := errors.New("asked")
	kept, errs := onRanks(t, 2, func(rank int, k *memory) (context.Context, Options) {
		ctx, stop := context.WithCancelCause(context.Background())
		t.Cleanup(func() { stop(nil) })
		if rank == 1 {
			k.stop = func() {
				if k.events[len(k.events)-1].Step == 2 {
					stop(asked)
				}
			}
		}
		return ctx, Options{Optimiser: adam(), MaxEpochs: 4}
	})
	if !errors.Is(errs[0], ErrAsked) || !errors.Is(errs[0], context.Canceled) || !errors.Is(errs[1], asked) {
		t.Fatalf("the ranks end with %v", errs)
	}
	if kept[0].last.Step != 3 || kept[1].last.Step != 3 {
		t.Fatalf("rank 0 saved at step %d, rank 1 at %d; rank 1 was asked after 2", kept[0].last.Step, kept[1].last.Step)
	}
	if diff := cmp.Diff(keptBy(1, kept[0].last), keptBy(1, kept[1].last)); diff != "" {
		t.Errorf("the ranks saved different states:\n%s", diff)
	}
}

// TestRankLeaves: a rank that is gone ends the others with an error.
func TestRankLeaves(t *testing.T) {
	_, errs := onRanks(t, 2, func(rank int, k *memory) (context.Context, Options) {
		if rank == 1 {
			return context.Background(), Options{Optimiser: adam(), MaxSteps: 2}
		}
		return context.Background(), Options{Optimiser: adam(), MaxSteps: 6}
	})
	if errs[0] == nil || errs[1] != nil {
		t.Errorf("the ranks end with %v", errs)
	}
}

// TestRanksRefused: ranks need shards, and a number that divides them.
func TestRanksRefused(t *testing.T) {
	set := dialogues(t, shape(), shardedSet)
	for n, sharded := range map[int]bool{2: false, 3: true} {
		m := cvaetest.New[float32](t, shape(), cvae.Parts{}, kernel.Best())
		o := Options{Batch: 16, Optimiser: adam(), Sharded: sharded, Ranks: ranks.Local(n)[0]}
		want := "3 ranks"
		if !sharded {
			want = "train.shards is 0 in this run, and 2 ranks"
		}
		if _, err := New(m, set, set, o, &memory{}, dialog.Progress(&memory{})); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d ranks, sharded %t: %v, want %q", n, sharded, err, want)
		}
	}
}

// TestRanksTellOfExchanges: every logged step says what every rank sent, the bytes of the
// same batches being the same again; one process alone says nothing.
func TestRanksTellOfExchanges(t *testing.T) {
	for _, n := range []int{1, 2, 4} {
		kept, errs := onRanks(t, n, func(int, *memory) (context.Context, Options) {
			return context.Background(), Options{Optimiser: adam(), MaxSteps: 5}
		})
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		for _, e := range kept[0].events {
			x := e.Exchange
			if there := n > 1 && e.Kind == dialog.Stepped; there != (x != nil) {
				t.Fatalf("%d ranks: a %s event tells %+v", n, e.Kind, x)
			}
			if x == nil {
				continue
			}
			if x.Ranks != n || x.Exchanges < 5 || len(x.Bytes) != n || len(x.Moving) != n || len(x.Waiting) != n || len(x.Behind) != n {
				t.Errorf("%d ranks tell %+v", n, x)
			}
			for r, bytes := range x.Bytes {
				if bytes <= 0 {
					t.Errorf("rank %d of %d sent %v bytes", r, n, bytes)
				}
			}
		}
	}
}
