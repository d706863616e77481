package training

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// TestSamples checks that every step event is followed by replies to the same
// contexts, and that the last ones are those of the run.
func TestSamples(t *testing.T) {
	var events []dialog.Event
	c := runtest.Config(t, runtest.Corpus(t))
	o := Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1, Progress: seeing(func(e dialog.Event) { events = append(events, e) })}
	if err := trainIn(t, context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	var sampled []dialog.Event
	for i, e := range events {
		if e.Kind == dialog.Stepped && events[i+1].Kind != dialog.Sampled {
			t.Errorf("step %d is followed by %s", e.Step, events[i+1].Kind)
		}
		if e.Kind == dialog.Sampled {
			sampled = append(sampled, e)
		}
	}
	contexts := func(e dialog.Event) (out [][]string) {
		for _, s := range e.Samples {
			out = append(out, s.Context)
			if len(s.Responses) != sampledReplies {
				t.Errorf("%q has %d replies", s.Context, len(s.Responses))
			}
		}
		return out
	}
	if len(sampled) < 2 || len(sampled[0].Samples) == 0 {
		t.Fatalf("there are %d sets of samples", len(sampled))
	}
	for _, e := range sampled {
		if diff := cmp.Diff(contexts(sampled[0]), contexts(e)); diff != "" {
			t.Errorf("the contexts change: %s", diff)
		}
	}
}
