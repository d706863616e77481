package training

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/run/rundir"
)

// The numbers from which on a situation holds.
const (
	tooFewPairs  = 6000  // of 5,782 the built-in model made a better one in the same minutes (cvae/run/builtin/README.md)
	fewPairs     = 20000 // a model of 8,000 words learns from a few minutes of these that "I'm not sure." suits all
	muchCut      = 0.1   // share of the responses
	stillFalls   = 0.002 // share of the bound that an epoch takes off
	risenBy      = 0.01  // share of the bound that is kept
	risenFor     = 2     // validations
	usualShare   = 0.25  // share of the contexts that one reply answers
	fewDifferent = 0.5   // share of the replies to a context
)

// A situation is a state of a run and what to do in it.
type situation struct {
	name  string
	holds func(Outcome) bool
	next  func(Outcome) string
}

// situations is what to do next: the first that holds. First comes what makes all else
// vain, then what is known too little of to say more, then what could be better.
func situations() []situation {
	return []situation{
		{"too few", func(o Outcome) bool { return o.few(tooFewPairs) }, Outcome.begin},
		{"collapsed", func(o Outcome) bool { return o.collapse(latent.Change) != "" }, func(o Outcome) string {
			return "z tells nothing of the response; train into another folder: " + lowered(o.collapse(latent.Change))
		}},
		{"unseen", func(o Outcome) bool { return !o.Stopped && o.Epochs < 1 }, func(o Outcome) string {
			return fmt.Sprintf("it has not seen every %s once; go on by %s", o.thing(), o.resume())
		}},
		{"rising", func(o Outcome) bool { return !o.Stopped && o.Rising }, func(o Outcome) string {
			return "the weight of the KL still rises, and until its end nobody knows what z will carry; go on by " + o.resume()
		}},
		{"stopped rising", func(o Outcome) bool { return o.Stopped && o.Rising && o.collapse(latent.Wait) != "" }, func(o Outcome) string {
			return fmt.Sprintf("training stopped before the weight of the KL had reached its end; train into another folder with --set optimiser.patience=%d", 2*max(1, o.Patience))
		}},
		{"unknown", func(o Outcome) bool { return !o.Stopped && len(o.Bounds) < 2 }, func(o Outcome) string {
			return "the validation bound was measured once, so that nobody knows whether it still falls; go on by " + o.resume()
		}},
		{"falling", func(o Outcome) bool { return !o.Stopped && o.falls() }, func(o Outcome) string {
			n := len(o.Bounds)
			return fmt.Sprintf("the validation bound still fell, by %.2f nats at the end; go on by %s", o.Bounds[n-2]-o.Bounds[n-1], o.resume())
		}},
		{"risen", Outcome.risen, func(o Outcome) string {
			if o.few(fewPairs) {
				return o.begin()
			}
			return fmt.Sprintf("the validation bound rises since %.1f epochs, as %d %ss are learnt by heart: more of them help, and more epochs do not; %s", o.KeptAt, o.Pairs, o.thing(), o.use())
		}},
		{"cut", func(o Outcome) bool { return o.Full >= muchCut }, func(o Outcome) string {
			return fmt.Sprintf("%.0f %% of the responses have %d tokens or more and are cut there; train into another folder with --set decoder.tokens=%d", 100*o.Full, o.Tokens, 2*o.Tokens)
		}},
		{"few", func(o Outcome) bool { return o.few(fewPairs) }, Outcome.begin},
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
		{"sentences", func(o Outcome) bool { return o.Text }, Outcome.use},
		{"done", func(Outcome) bool { return true }, Outcome.use},
	}
}

// few reports whether the pairs are fewer than so many, and the built-in model is a
// better beginning, which speaks English.
func (o Outcome) few(than int) bool {
	return o.Pairs < than && !o.Init && !o.Text && !o.Embedded && !o.Foreign
}

// begin is the advice to begin with the built-in model, and with a method that keeps z
// alive where it is dead.
func (o Outcome) begin() string {
	method := ""
	if o.collapse(latent.Change) != "" && !slices.Contains(strings.Split(o.Method, "+"), "bn") {
		method = " --method bn"
	}
	return fmt.Sprintf("%d %ss are few to learn to speak from; train into another folder with --init builtin%s, which begins with the built-in model, of English, and forgets its small talk for your pairs", o.Pairs, o.thing(), method)
}

// collapse is what helps against the first collapse of a latent that tells nothing of the
// response, where it is of this course; empty: no such.
func (o Outcome) collapse(course latent.Course) string {
	for _, f := range o.Findings {
		if f.Silent() {
			if f.Course == course {
				return f.Remedy
			}
			break
		}
	}
	return ""
}

// lowered is a sentence that goes on after a colon.
func lowered(sentence string) string {
	r := []rune(sentence)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}

// Lines are what was reached and what to do next, a line each.
func (o Outcome) Lines() (reached, next string) {
	parts := []string{fmt.Sprintf("%.1f epochs of %d %ss", o.Epochs, o.Pairs, o.thing())}
	if n := len(o.Bounds); n > 0 {
		bound := fmt.Sprintf("validation bound %.1f nats", o.kept())
		if o.Since > 0 {
			bound += fmt.Sprintf(" after %.1f epochs, whose weights are kept, and %.1f at the end", o.KeptAt, o.Bounds[n-1])
		} else if n > 1 {
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
		if !o.Text && o.UsualOf > 1 {
			parts = append(parts, fmt.Sprintf("one of them for %d of %d contexts", o.UsualOf, o.Contexts))
		}
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
	return n > 1 && o.Since == 0 && o.Bounds[n-2]-o.Bounds[n-1] > stillFalls*o.Bounds[n-2]
}

// kept is the bound of the weights that are kept.
func (o Outcome) kept() float64 { return o.Bounds[len(o.Bounds)-1-o.Since] }

// risen reports whether the bound has been worse than that which is kept for several
// validations, and by much at the end.
func (o Outcome) risen() bool {
	return o.Since >= risenFor && o.Bounds[len(o.Bounds)-1] > (1+risenBy)*o.kept()
}

// use is the command that shows what it says.
func (o Outcome) use() string {
	if o.Text {
		return fmt.Sprintf("cvae reply %s prints more sentences", o.Out)
	}
	return "talk with it by cvae chat " + o.Out
}

// resume is the command that goes on.
func (o Outcome) resume() string {
	return fmt.Sprintf("cvae train --resume --out %s %s", o.Out, o.Raise)
}

// flag is a flag with a number.
func flag(name string, n int) string { return fmt.Sprintf("%s %d", name, n) }
