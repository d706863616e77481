package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/dialog"
)

func TestPrinter(t *testing.T) {
	for _, test := range []struct {
		event dialog.Event
		want  string
	}{
		{dialog.Event{Kind: dialog.Stepped, Step: 300, Epoch: 2, StepsPerEpoch: 268, Rec: 41.2, KL: 5.91, Beta: 1, GradNorm: 1.9, LatentDim: 32,
			ActiveUnits: new(32), ResidualActiveUnits: new(31), TokensPerSecond: 2310.4, Remaining: 80*time.Second + 400*time.Millisecond},
			"step 300  epoch 2 (11 %)  rec 41.20  kl 5.91 β 1.00  units 32/32 residual 31  2,310 tok/s  grad 1.9  eta 1m20s\n"},
		{dialog.Event{Kind: dialog.Stepped, Step: 10, Epoch: 1, StepsPerEpoch: 10, Rec: 41.2, KL: 5.91, Beta: 0.5, Side: 12.345, LatentDim: 32, ActiveUnits: new(0), ResidualActiveUnits: new(0),
			Observed: map[string]float64{"retention": 0.9876, "factor": 2, "batch_variance": 3}, TokensPerSecond: 1234567},
			"step 10  epoch 1 (100 %)  rec 41.20  kl 5.91 β 0.50  side 12.35  units 0/32 residual 0  factor 2  retention 0.988  1,234,567 tok/s  grad 0.0\n"},
		{dialog.Event{Kind: dialog.Stepped, Step: 5, Epoch: 1, Rec: 1, TokensPerSecond: 999}, "step 5  epoch 1 (0 %)  rec 1.00  999 tok/s  grad 0.0\n"},
		{dialog.Event{Kind: dialog.Stepped, Step: 5, Epoch: 1, Phase: "autoencoder", Rec: 1}, "step 5  epoch 1 (0 %)  phase autoencoder  rec 1.00  0 tok/s  grad 0.0\n"},
		{dialog.Event{Kind: dialog.Validated, Bound: 47.12, Best: true}, "validation bound 47.1 (best)\n"},
		{dialog.Event{Kind: dialog.Validated, Bound: 47.16}, "validation bound 47.2\n"},
		{dialog.Event{Kind: dialog.Warned, Message: "kl collapse: it says\x1b nothing."}, "warning: kl collapse: it says\\x1b nothing.\n"},
	} {
		var b bytes.Buffer
		(&printer{&b}).Report(test.event)
		if b.String() != test.want {
			t.Errorf("printed\n%q, want\n%q", b.String(), test.want)
		}
	}
}

// A line every five seconds has the time left at the pace of its stage, and a
// stage that has only begun has none.
func TestStages(t *testing.T) {
	var b bytes.Buffer
	clock := time.Unix(0, 0)
	tell := stages(&b, func() time.Time { return clock })
	for _, told := range []struct {
		after time.Duration
		stage string
		done  int
		want  string
	}{
		{time.Second, "r: evaluating", 100, ""},
		{3 * time.Second, "r: evaluating", 190, ""},
		{3 * time.Second, "r: evaluating", 220, "r: evaluating 22 %  eta 39s\n"}, // 120 took 6 s, 780 are left
		{2 * time.Second, "r: evaluating", 400, ""},
		{5 * time.Second, "r: an\x1bswering", 10, "r: an\\x1bswering 1 %\n"},
		{5 * time.Second, "r: an\x1bswering", 20, "r: an\\x1bswering 2 %  eta 8m10s\n"}, // 10 took 5 s, 980 are left
		{9 * time.Second, "r: an\x1bswering", 1000, ""},
	} {
		b.Reset()
		clock = clock.Add(told.after)
		tell(told.stage, told.done, 1000)
		if b.String() != told.want {
			t.Errorf("%+v: %q", told, b.String())
		}
	}
}

// A comparison says at once which run begins, and how far each run is no more
// often than it is told to.
func TestGrids(t *testing.T) {
	var b bytes.Buffer
	clock := time.Unix(0, 0)
	tell := grids(&b, 5*time.Second, func() time.Time { return clock })
	at := experiment.At{Bound: 46.13, Training: dialog.Event{Step: 300, Epoch: 2, StepsPerEpoch: 268, Rec: 41.2, KL: 5.91, LatentDim: 32, Remaining: 80 * time.Second}}
	measured := at
	measured.Measured = 0.5
	for _, said := range []struct {
		after time.Duration
		trial string
		at    experiment.At
		want  string
	}{
		{0, "bn, seed 1", experiment.At{}, "1 of 4 done, about 6m40s left. bn, seed 1\n"},
		{time.Second, "v\x1b, seed 1", experiment.At{}, "1 of 4 done, about 6m40s left. v\\x1b, seed 1\n"},
		{3 * time.Second, "bn, seed 1", at, ""},
		{2 * time.Second, "bn, seed 1", at, "1 of 4 done, about 6m40s left. bn, seed 1: epoch 2 (11 %)  step 300  rec 41.20  kl 5.91  bound 46.1  eta 1m20s\n"},
		{6 * time.Second, "bn, seed 1", measured, "1 of 4 done, about 6m40s left. bn, seed 1: measuring 50 %\n"},
	} {
		b.Reset()
		clock = clock.Add(said.after)
		tell(experiment.Progress{Trial: said.trial, Done: 1, Total: 4, At: said.at, Left: 400 * time.Second})
		if b.String() != said.want {
			t.Errorf("%+v: %q", said, b.String())
		}
	}
}
