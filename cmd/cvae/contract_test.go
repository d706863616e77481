package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// called runs a command line in this process and returns its standard output.
func called(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := supervised(t.Context(), args, strings.NewReader(""), &out, &errs); code != exitOK {
		t.Fatalf("cvae %s: status %d, %s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

// paths lists the keys of a JSON value, those of the first element of a list.
func paths(prefix string, value any) (list []string) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			list = append(append(list, prefix+key), paths(prefix+key+".", inner)...)
		}
	case []any:
		if len(v) > 0 {
			return paths(prefix, v[0])
		}
	}
	return list
}

// The keys are the contract of DESIGN 8, for a model with and one without a
// latent: keys do not come and go.
func TestJSONKeys(t *testing.T) {
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	evaluation := `run corpus split method examples tokens rec kl kl_per_dim kl_per_step committed_rate lengths prior_kl side nll nll.elbo nll.iw nll.iw_samples nll.iw_se nll.iw_examples nll.elbo_iw_rows nll.gain nll.gain_se nll.aux
		ppl ppl.elbo ppl.iw ppl.aux ppl.reconstruction mi mi.full mi.full_se mi.minibatch mi.raw_full mi.per_step mi.steps mi.steps_se mi.ceiling mi.ceiling.full mi.ceiling.minibatch mi.ceiling.steps
		active_units residual_active_units active_units_charged mean_std findings latent_dim latent latent.shape collapse collapse.information collapse.kl collapse.prior collapse.context_only bounds bounds.e1 bounds.e2 bounds.e3 bounds.e4`
	replies := `id context seed n temperature distinct responses responses.text responses.log_prob responses.tokens responses.cut responses.loops responses.z responses.prior_distance
		rank responses.lm_log_prob responses.score latent latent.prior_mean latent.prior_std unread unread.tokens unread.turns`
	for _, method := range []string{"bn", "seq2seq"} {
		called(t, "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", method, "--method", method)
		for _, test := range []struct{ want, got string }{
			{evaluation, called(t, "eval", method, "--json")},
			{replies, called(t, "reply", method, "tea", "--json")},
		} {
			var value any
			if err := json.Unmarshal([]byte(test.got), &value); err != nil {
				t.Fatal(err)
			}
			keys := slices.DeleteFunc(paths("", value), func(key string) bool { return strings.HasPrefix(key, "findings.") }) // there may be none
			got, want := slices.Sorted(slices.Values(keys)), slices.Sorted(slices.Values(strings.Fields(test.want)))
			if !slices.Equal(got, want) {
				t.Errorf("%s: keys\n%q, want\n%q", method, got, want)
			}
		}
	}
}

func TestExitCode(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int
	}{
		{errors.New("any"), exitFailure},
		{usagef("wrong"), exitUsage},
		{fmt.Errorf("deep: %w", usagef("wrong")), exitUsage},
		{fmt.Errorf("deep: %w", run.ErrRequest), exitUsage},
		{fmt.Errorf("deep: %w", run.ErrNoRun), exitUsage},
		{fmt.Errorf("deep: %w", rundir.ErrNotEmpty), exitUsage},
		{fmt.Errorf("deep: %w", config.Error{}), exitUsage},
		{fmt.Errorf("deep: %w", rundir.ErrLocked), exitFailure},
		{fmt.Errorf("deep: %w", errInterrupted), exitInterrupted},
		{fmt.Errorf("deep: %w", context.Canceled), exitInterrupted},
	} {
		if got := exitCode(test.err); got != test.want {
			t.Errorf("%v: status %d, want %d", test.err, got, test.want)
		}
	}
}

// breaking panics when it is written to.
type breaking struct{ io.Writer }

func (breaking) Write([]byte) (int, error) { panic("a bug\nof two lines") }

func TestPanicIsOneSentence(t *testing.T) {
	var errs bytes.Buffer
	code := supervised(t.Context(), []string{"version"}, strings.NewReader(""), breaking{}, &errs)
	if want := "cvae: a fault in the program, please report it: a bug\\nof two lines\n"; code != exitFailure || errs.String() != want {
		t.Errorf("status %d, %q; want %q", code, errs.String(), want)
	}
}
