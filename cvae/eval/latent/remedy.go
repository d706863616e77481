package latent

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Situation is what a run has and how far it is, on which the remedy of a
// collapse depends.
type Situation struct {
	Methods  []string       // the joined rows of the method table
	Settings map[string]any // of the methods, by METHOD.PARAMETER
	Epochs   float64        // done; with part of one
	// Rising: the weight of the KL is below what it will be.
	Rising     bool
	Dimensions int // of z; 0: not known
}

// A Course is what a remedy asks for: to train on before anything is said, to train
// another model, or nothing.
type Course int

// The courses.
const (
	Change Course = iota
	Wait
	Leave
)

func (s Situation) has(methods ...string) bool {
	return slices.ContainsFunc(methods, func(m string) bool { return slices.Contains(s.Methods, m) })
}

// raw names a setting that leaves the means of a method relative to 0, not to
// the prior of their context.
func (s Situation) raw() (key string, is bool) {
	for _, m := range s.Methods {
		if key := m + ".coordinates"; s.Settings[key] == "raw" {
			return key, true
		}
	}
	return "", false
}

// A remedy helps against some collapses in some situations.
type remedy struct {
	course  Course
	against []string
	when    func(Situation) bool
	text    func(Situation) string
}

// say is a remedy's text that depends on nothing.
func say(text string) func(Situation) string { return func(Situation) string { return text } }

func always(Situation) bool { return true }

// having is the situation of a run with one of these methods.
func having(methods ...string) func(Situation) bool {
	return func(s Situation) bool { return s.has(methods...) }
}

// raise is the remedy of a higher setting, for a run that has it.
func raise(against []string, key, why string) remedy {
	return remedy{Change, against, func(s Situation) bool { return s.Settings[key] != nil }, func(s Situation) string {
		return fmt.Sprintf("Raise %s above %v, %s.", key, s.Settings[key], why)
	}}
}

// mutual is the remedy of mae, whose terms have a threshold (cvae/method/mae.go).
func mutual(s Situation) string {
	eta, gamma := s.Settings["mae.eta"], s.Settings["mae.gamma"]
	g, ok := gamma.(float64)
	if s.Dimensions == 0 || !ok {
		return fmt.Sprintf("Raise mae.eta above %v, the weight of the divergence between posteriors.", eta)
	}
	least := 1 + 2*g*math.Sqrt(2/float64(s.Dimensions))
	return fmt.Sprintf("Raise mae.eta above %v: it drives the means apart from 1+2γ√(2/n) on, which is %.2f for γ %v and %d dimensions, and the faster the more it is above.", eta, least, gamma, s.Dimensions)
}

var (
	dead   = []string{kl, information}
	silent = []string{kl, information, contextOnly}
)

// floors hold the rate up from the first step on, so that what z lacks then it
// lacks for good.
var floors = []string{"freebits", "delta", "targetrate", "fisher", "vmf"}

// remedies are tried in order: the first that is against a collapse and fits
// the situation is the one to name. None names what the run has already.
var remedies = []remedy{
	{Wait, silent, func(s Situation) bool { return s.Rising }, say("Look again when the weight of the KL has reached its end; it still rises.")},
	{Wait, dead, func(s Situation) bool { return s.Epochs < 1 && !s.has(floors...) }, say(early)},
	{Wait, []string{contextOnly, prior}, func(s Situation) bool { return s.Epochs < 1 }, say(early)},
	{Change, silent, func(s Situation) bool { _, is := s.raw(); return is }, func(s Situation) string {
		key, _ := s.raw()
		return fmt.Sprintf("Set %s=residual, so that the means vary relative to the prior of their context.", key)
	}},
	raise(dead, "bn.gamma", "the standard deviation of the means"),
	raise(dead, "bn.tau", "the share of the second moment that the means have"),
	raise(dead, "scale.des_std", "the standard deviation of the scaled means"),
	raise(dead, "du.gamma", "the spread of the normalised means"),
	raise(dead, "delta-ar.high", "so that the prior commits to more nats a word"),
	{Change, dead, having(floors...), func(s Situation) string {
		return fmt.Sprintf("Use --method bn or --method scale in place of %s, which holds the rate up but asks nothing of the means.", strings.Join(s.Methods, "+"))
	}},
	raise(dead, "agg.inner", "or train for more epochs: the inference network still lags"),
	{Change, silent, func(s Situation) bool { return s.Settings["mae.eta"] != nil }, mutual},
	{Change, dead, having("beta"), func(s Situation) string { return fmt.Sprintf("Lower beta.weight below %v.", s.Settings["beta.weight"]) }},
	{Change, dead, always, say("Use --method bn or --method scale, which keep the means of the posteriors apart.")},
	raise([]string{contextOnly}, "bn.gamma", "the standard deviation of the means relative to their prior"),
	raise([]string{contextOnly}, "bn.tau", "the share of the second moment that the means have"),
	raise([]string{contextOnly}, "scale.des_std", "the standard deviation of the means relative to their prior"),
	{Change, []string{contextOnly}, always, say("Use --method bn, whose means vary relative to the prior of their context.")},
	{Leave, []string{prior}, func(s Situation) bool { return s.has("bn") && s.Settings["bn.prior_kl"] == "on" },
		say("Leave it if the responses fit their contexts; else set bn.prior_kl=off, which ties the prior to N(0,I).")},
	{Leave, []string{prior}, always, say("Leave it if the responses fit their contexts, because the decoder reads the context too.")},
}

// early is the remedy against a verdict that comes too soon.
const early = "Look again after an epoch or two; less than one is done."

// remedy is what to try against a collapse, and what kind of course that is.
func (s Situation) remedy(collapse string) (text string, course Course) {
	for _, r := range remedies {
		if slices.Contains(r.against, collapse) && r.when(s) {
			return r.text(s), r.course
		}
	}
	return "", Leave // never: the last remedy against each collapse fits always
}
