package train

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

type warnings []string

func (w *warnings) Report(e dialog.Event) {
	name, _, _ := strings.Cut(e.Message, " ")
	*w = append(*w, string(e.Kind)+" "+name)
}

// TestWarnOnce follows a collapse that a few steps seem to contradict: it is
// named once until a validation withdraws it.
func TestWarnOnce(t *testing.T) {
	var seen warnings
	r := &reporter{progress: &seen, warned: map[string]bool{}}
	dead, both := []latent.Finding{{Name: "kl"}}, []latent.Finding{{Name: "kl"}, {Name: "prior"}}
	var alive []latent.Finding
	for _, step := range []struct {
		verdict   []latent.Finding
		validated bool
		want      warnings
	}{
		{dead, false, warnings{"warning kl"}},
		{alive, false, nil},
		{dead, false, nil},
		{both, true, warnings{"warning prior"}},
		{dead, false, nil},
		{alive, true, nil},
		{dead, false, warnings{"warning kl"}},
	} {
		seen = nil
		if step.validated {
			r.withdraw(step.verdict)
		}
		r.warn(dialog.Event{}, step.verdict)
		if diff := cmp.Diff(step.want, seen); diff != "" {
			t.Errorf("%+v: %s", step, diff)
		}
	}
}

// TestWarnAgain: a collapse that was told early is told again when it lasts, with what to
// change, and only once each.
func TestWarnAgain(t *testing.T) {
	var seen warnings
	r := &reporter{progress: &seen, warned: map[string]bool{}}
	wait, change := []latent.Finding{{Name: "kl", Course: latent.Wait}}, []latent.Finding{{Name: "kl", Course: latent.Change}}
	for i, step := range []struct {
		verdict []latent.Finding
		told    int
	}{{wait, 1}, {wait, 0}, {change, 1}, {change, 0}, {wait, 0}, {nil, 0}, {wait, 1}, {change, 1}} {
		seen = nil
		r.withdraw(step.verdict)
		if r.warn(dialog.Event{}, step.verdict); len(seen) != step.told {
			t.Errorf("verdict %d is told %d times, want %d", i, len(seen), step.told)
		}
	}
}

// A KL in validation that is more than a fifth away from that in training is
// said once, until they agree again.
func TestGap(t *testing.T) {
	var seen warnings
	r := &reporter{progress: &seen, warned: map[string]bool{}}
	for _, step := range []struct {
		training, validation float64
		warned               bool
	}{
		{0, 9, false}, // no event of training has enough examples yet
		{5.8, 9.7, true},
		{5.8, 8, false}, // said already
		{5.8, 6.5, false},
		{5.8, 4.5, true},
		{0.02, 0.11, false}, // too little to speak of shares
	} {
		seen = nil
		r.kl = step.training
		r.compare(dialog.Event{}, step.validation)
		if (seen != nil) != step.warned {
			t.Errorf("%g in training and %g in validation: %v", step.training, step.validation, seen)
		}
		r.withdraw(nil) // of collapses, which leaves the gap alone
	}
}

// augmented is a plain posterior that says it does something in training alone.
type augmented struct{ cvae.GaussianPosterior }

func (augmented) Augments() string { return "training adds noise" }

// The sentence on a gap begins with what the method itself does in training alone.
func TestGapCause(t *testing.T) {
	for want, p := range map[string]cvae.Posterior{"apart: training adds noise, or the KL": augmented{}, "apart: the KL": cvae.GaussianPosterior{}} {
		var k memory
		r := newReporter(cvaetest.New[float32](t, shape(), cvae.Parts{Posterior: p}, kernel.PureGo), Options{}, &k)
		r.kl = 5.9
		r.compare(dialog.Event{}, 3.2)
		if len(k.events) != 1 || !strings.Contains(k.events[0].Message, want) {
			t.Errorf("%q is not in %+v", want, k.events)
		}
	}
}
