package train

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/eval/latent"
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
	yes, no := true, false
	dead, alive := latent.Collapse{KL: &yes}, latent.Collapse{KL: &no}
	both := latent.Collapse{KL: &yes, Prior: &yes}
	for _, step := range []struct {
		verdict   latent.Collapse
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
