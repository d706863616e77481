package training

import (
	"fmt"
	"strings"

	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// The numbers from which on a situation holds.
const (
	fewPairs     = 20000 // a model of 8,000 words learns from a few minutes of these that "I'm not sure." suits all
	muchCut      = 0.1   // share of the responses
	stillFalls   = 0.002 // share of the bound that an epoch takes off
	usualShare   = 0.25  // share of the contexts that one reply answers
	fewDifferent = 0.5   // share of the replies to a context
)

// A situation is a state of a run and what to do in it.
type situation struct {
	name  string
	holds func(Outcome) bool
	next  func(Outcome) string
}

// situations is what to do next: the first that holds.
func situations() []situation {
	return []situation{
		{"collapsed", func(o Outcome) bool { return o.Finding != "" }, func(o Outcome) string { return o.Finding }},
		{"unseen", func(o Outcome) bool { return !o.Stopped && o.Epochs < 1 }, func(o Outcome) string {
			return fmt.Sprintf("it has not seen every %s once; go on by %s", o.thing(), o.resume())
		}},
		{"unknown", func(o Outcome) bool { return !o.Stopped && len(o.Bounds) < 2 }, func(o Outcome) string {
			return "the validation bound was measured once, so that nobody knows whether it still falls; go on by " + o.resume()
		}},
		{"falling", func(o Outcome) bool { return !o.Stopped && o.falls() }, func(o Outcome) string {
			n := len(o.Bounds)
			return fmt.Sprintf("the validation bound still fell, by %.2f nats at the end; go on by %s", o.Bounds[n-2]-o.Bounds[n-1], o.resume())
		}},
		{"cut", func(o Outcome) bool { return o.Full >= muchCut }, func(o Outcome) string {
			return fmt.Sprintf("%.0f %% of the responses have %d tokens or more and are cut there; train into another folder with --set decoder.tokens=%d", 100*o.Full, o.Tokens, 2*o.Tokens)
		}},
		{"few", func(o Outcome) bool { return o.Pairs < fewPairs && !o.Init && !o.Text && !o.Embedded }, func(o Outcome) string {
			return fmt.Sprintf("%d %ss are few to learn to speak from; train into another folder with --init builtin, which begins with the built-in model", o.Pairs, o.thing())
		}},
		{"usual", func(o Outcome) bool {
			return !o.Text && o.Contexts > 3 && float64(o.UsualOf) >= usualShare*float64(o.Contexts)
		}, func(o Outcome) string {
			return fmt.Sprintf("%q answers %d of %d contexts; cvae train --method lm --init %s --corpus %s --out %s/%s makes what cvae chat %[4]s --rank joint needs to prefer other replies",
				o.Usual, o.UsualOf, o.Contexts, o.Out, o.Corpus, o.Out, rundir.LMDir)
		}},
		{"alike", func(o Outcome) bool { return o.Distinct < fewDifferent*float64(o.Replies) }, func(o Outcome) string {
			if !o.Latent {
				return "replies are alike, as there is no latent variable to draw; train into another folder with --method bn"
			}
			return fmt.Sprintf("replies are alike; cvae chat %s --temperature 0.8 draws words too, and --prior-scale 1.5 draws z wider", o.Out)
		}},
		{"sentences", func(o Outcome) bool { return o.Text }, func(o Outcome) string { return fmt.Sprintf("cvae reply %s prints more sentences", o.Out) }},
		{"done", func(Outcome) bool { return true }, func(o Outcome) string { return fmt.Sprintf("talk with it by cvae chat %s", o.Out) }},
	}
}

// Lines are what was reached and what to do next, a line each.
func (o Outcome) Lines() (reached, next string) {
	parts := []string{fmt.Sprintf("%.1f epochs of %d %ss", o.Epochs, o.Pairs, o.thing())}
	if n := len(o.Bounds); n > 0 {
		bound := fmt.Sprintf("validation bound %.1f nats", o.Bounds[n-1])
		if n > 1 {
			bound += fmt.Sprintf(", %.1f before", o.Bounds[n-2])
		}
		if o.Stopped {
			bound += ", which no longer improves"
		}
		parts = append(parts, bound)
	}
	if o.Contexts > 0 {
		replies := "replies"
		if o.Text {
			replies = "sentences"
		}
		parts = append(parts, fmt.Sprintf("%.1f of %d %s distinct", o.Distinct, o.Replies, replies))
	}
	for _, s := range situations() {
		if s.holds(o) {
			next = s.next(o)
			break
		}
	}
	return "reached: " + strings.Join(parts, "; "), "next: " + strings.TrimSuffix(next, ".")
}

// thing is what the model learns from.
func (o Outcome) thing() string {
	if o.Text {
		return "sentence"
	}
	return "pair"
}

// falls reports whether the last validation was better than the one before by much.
func (o Outcome) falls() bool {
	n := len(o.Bounds)
	return n > 1 && o.Bounds[n-2]-o.Bounds[n-1] > stillFalls*o.Bounds[n-2]
}

// resume is the command that goes on.
func (o Outcome) resume() string {
	return fmt.Sprintf("cvae train --resume --out %s %s", o.Out, o.Raise)
}

// flag is a flag with a number.
func flag(name string, n int) string { return fmt.Sprintf("%s %d", name, n) }
