package train

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

// A sampler counts the samples that it was asked for. At the one of number stop
// it ends the context and waits for its end, as a slow model would.
type sampler struct {
	lock   *sync.Mutex
	asked  int
	stop   int
	cancel context.CancelFunc
	held   int // how often the trainer had the lock meanwhile
}

func (s *sampler) Sample(ctx context.Context) ([]dialog.Sample, error) {
	s.asked++
	if s.lock.TryLock() {
		s.lock.Unlock()
	} else {
		s.held++
	}
	if s.asked == s.stop {
		s.cancel()
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	return []dialog.Sample{{Responses: []string{fmt.Sprint(s.asked)}}}, nil
}

// TestSamples come after every event of three steps an epoch and its validation,
// stamped as it is, while the model is free.
func TestSamples(t *testing.T) {
	var k memory
	s := &sampler{lock: new(sync.Mutex)}
	if err := trainer(t, Options{MaxEpochs: 2, Sampler: s, Lock: s.lock}, &k).Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	events := slices.DeleteFunc(k.events, func(e dialog.Event) bool { return e.Kind == dialog.Warned })
	for i := 0; i+1 < len(events); i += 2 {
		e, beside := events[i], events[i+1]
		want := dialog.Event{Kind: dialog.Sampled, Step: e.Step, Epoch: e.Epoch, StepsPerEpoch: 3, LatentDim: e.LatentDim, Elapsed: e.Elapsed,
			Remaining: e.Remaining, Samples: []dialog.Sample{{Responses: []string{fmt.Sprint(i/2 + 1)}}}}
		if diff := cmp.Diff(want, beside); diff != "" || e.Kind == dialog.Sampled {
			t.Errorf("after event %d, a %s (-want +got):\n%s", i, e.Kind, diff)
		}
	}
	if s.asked != 8 || len(events) != 16 || s.held != 0 {
		t.Errorf("%d samples among %d events, %d while the trainer held the model", s.asked, len(events), s.held)
	}
}

// TestInterruptedWhileSampling ends the context while the model answers, after
// each step and each validation in turn: training saves what it has done, ends,
// and goes on to the end of an uninterrupted run, bit for bit.
func TestInterruptedWhileSampling(t *testing.T) {
	var want memory
	if err := trainer(t, Options{MaxEpochs: 3}, &want).Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	// The steps done at each sample: of an epoch its three and its validation.
	for i, step := range []int{1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9} {
		var got memory
		ctx, cancel := context.WithCancel(context.Background())
		s := &sampler{lock: new(sync.Mutex), stop: i + 1, cancel: cancel}
		err := trainer(t, Options{MaxEpochs: 3, Sampler: s, Lock: s.lock}, &got).Run(ctx, nil)
		if !errors.Is(err, context.Canceled) || got.last.Step != step || s.asked != i+1 {
			t.Errorf("interrupted at sample %d, step %d: saved at step %d with %d samples: %v", i+1, step, got.last.Step, s.asked, err)
		}
		if err := trainer(t, Options{MaxEpochs: 3}, &got).Run(context.Background(), got.last); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.last, got.last); diff != "" {
			t.Errorf("interrupted at sample %d (-want +got):\n%s", i+1, diff)
		}
	}
}

// failing is a model that cannot answer.
type failing struct{}

var errSilent = errors.New("silent")

func (failing) Sample(context.Context) ([]dialog.Sample, error) { return nil, errSilent }

// TestFailedSample ends training with the error.
func TestFailedSample(t *testing.T) {
	var k memory
	if err := trainer(t, Options{MaxEpochs: 1, Sampler: failing{}}, &k).Run(context.Background(), nil); !errors.Is(err, errSilent) {
		t.Errorf("the error is %v", err)
	}
}
