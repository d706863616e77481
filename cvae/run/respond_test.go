package run_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"strings"
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

// ask asks for n greedy responses to a turn.
func ask(turn string, n int) dialog.Request {
	q := dialog.Request{Context: []string{turn}, Sampling: dialog.DefaultSampling()}
	q.N = n
	return q
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
			q := ask("do you like the number 3 ?", 4)
			q.Seed, q.Temperature = 5, r.Sampling().Temperature
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
	q := ask("do you like the number 3 ?", 3)
	reply := respond(t, r, q)
	var z []dialog.Block
	for _, x := range reply.Responses {
		z = append(z, x.Z)
	}
	q.N, q.Z = 1, z
	again := respond(t, r, q)
	if len(again.Responses) != len(z) {
		t.Fatalf("%d responses to %d latents", len(again.Responses), len(z))
	}
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
	q := ask("thanks", 1)
	q.PriorScale = 2
	wide := respond(t, r, q).Responses[0].PriorDistance
	q.PriorScale = 1
	if one := respond(t, r, q).Responses[0].PriorDistance; math.Abs(wide-2*one) > 1e-4*wide {
		t.Errorf("distance %g at scale 2 and %g at 1", wide, one)
	}
	q.N, q.PriorScale = 3, 0
	for _, x := range respond(t, r, q).Responses {
		if x.PriorDistance != 0 {
			t.Errorf("distance %g at scale 0", x.PriorDistance)
		}
	}
}

// TestBadRequests are refused in a sentence.
func TestBadRequests(t *testing.T) {
	r := opened(t, "bn")
	for want, change := range map[string]func(*dialog.Request){
		"holds no word":        func(q *dialog.Request) { q.Context = nil },
		"give at least one":    func(q *dialog.Request) { q.Context = []string{"  \x00 "} },
		"n is -1":              func(q *dialog.Request) { q.N = -1 },
		"n is 1.073741824e+09": func(q *dialog.Request) { q.N = 1 << 30 },
		"n is 0":               func(q *dialog.Request) { q.Sampling = dialog.Sampling{} },
		"prior-scale is NaN":   func(q *dialog.Request) { q.PriorScale = math.NaN() },
		"3 numbers":            func(q *dialog.Request) { q.Z = []dialog.Block{{{1, 2, 3}}} },
	} {
		q := ask("thanks", 1)
		change(&q)
		if _, err := r.Respond(context.Background(), q, nil); !errors.Is(err, run.ErrRequest) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
