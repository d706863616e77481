package run_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
)

// trained trains a configuration to its end in a new folder, which it returns.
func trained(t *testing.T, c config.Config) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	s, err := training.Prepare(context.Background(), c, training.Options{Out: dir, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func opened(t *testing.T, method string) *run.Run {
	t.Helper()
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps = method, 20
	r, err := run.Open(trained(t, c), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func respond(t *testing.T, r *run.Run, q dialog.Request) dialog.Reply {
	t.Helper()
	reply, err := r.Respond(context.Background(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// TestRespond checks what every reply promises, for every kind of model.
func TestRespond(t *testing.T) {
	for _, method := range []string{"bn", "scale", "seq2seq", "lm"} {
		t.Run(method, func(t *testing.T) {
			r := opened(t, method)
			q := dialog.Request{Context: []string{"do you like the number 3 ?"}, N: 4, Seed: 5, Temperature: r.DefaultTemperature()}
			reply := respond(t, r, q)
			if len(reply.Responses) != 4 || reply.Distinct < 1 || reply.Distinct > 4 {
				t.Fatalf("%d responses, %d distinct", len(reply.Responses), reply.Distinct)
			}
			if again := respond(t, r, q); !reflect.DeepEqual(reply, again) {
				t.Error("the same request has another answer")
			}
			for _, x := range reply.Responses {
				if !(x.LogProb < 0) || math.IsInf(x.LogProb, 0) {
					t.Errorf("log-probability %v", x.LogProb)
				}
				if latent := method == "bn" || method == "scale"; latent != (x.Z != nil) {
					t.Errorf("z is %v", x.Z)
				}
			}
		})
	}
}

// TestOwnLatents decodes given latents: those of a reply give its texts again.
func TestOwnLatents(t *testing.T) {
	r := opened(t, "bn")
	q := dialog.Request{Context: []string{"do you like the number 3 ?"}, N: 3}
	reply := respond(t, r, q)
	var z []dialog.Block
	for _, x := range reply.Responses {
		z = append(z, x.Z)
	}
	again := respond(t, r, dialog.Request{Context: q.Context, Z: z})
	for i, x := range again.Responses {
		if x.Text != reply.Responses[i].Text {
			t.Errorf("latent %d gives %q, not %q", i, x.Text, reply.Responses[i].Text)
		}
	}
}

// TestPriorScale checks that the distance of z grows with the spread, and is 0
// without.
func TestPriorScale(t *testing.T) {
	r := opened(t, "bn")
	q := dialog.Request{Context: []string{"thanks"}, N: 1, PriorScale: 2}
	wide := respond(t, r, q).Responses[0].PriorDistance
	q.PriorScale = 1
	if one := respond(t, r, q).Responses[0].PriorDistance; math.Abs(wide-2*one) > 1e-4*wide {
		t.Errorf("distance %g at scale 2 and %g at 1", wide, one)
	}
}

// TestBadRequests are refused in a sentence.
func TestBadRequests(t *testing.T) {
	r := opened(t, "bn")
	for name, q := range map[string]dialog.Request{
		"no context":  {},
		"empty turn":  {Context: []string{"  \x00 "}},
		"negative n":  {Context: []string{"thanks"}, N: -1},
		"absurd n":    {Context: []string{"thanks"}, N: 1 << 30},
		"latent of 3": {Context: []string{"thanks"}, Z: []dialog.Block{{{1, 2, 3}}}},
	} {
		if _, err := r.Respond(context.Background(), q, nil); !errors.Is(err, run.ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
