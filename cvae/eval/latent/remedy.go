package latent

import (
	"fmt"
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
	Rising bool
}

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
	return remedy{against, func(s Situation) bool { return s.Settings[key] != nil }, func(s Situation) string {
		return fmt.Sprintf("Raise %s above %v, %s.", key, s.Settings[key], why)
	}}
}

var dead = []string{kl, information}

// remedies are tried in order: the first that is against a collapse and fits
// the situation is the one to name. None names what the run has already.
var remedies = []remedy{
	{dead, func(s Situation) bool { return s.Rising }, say("Look again when the weight of the KL has reached its end; it still rises.")},
	{dead, func(s Situation) bool {
		return s.Epochs < 1 && !s.has("freebits", "delta", "targetrate", "fisher", "vmf")
	}, say("Look again after an epoch or two; less than one is done.")},
	{[]string{kl, information, contextOnly}, func(s Situation) bool { _, is := s.raw(); return is }, func(s Situation) string {
		key, _ := s.raw()
		return fmt.Sprintf("Set %s=residual, so that the means vary relative to the prior of their context.", key)
	}},
	raise(dead, "bn.gamma", "the standard deviation of the means"),
	raise(dead, "bn.tau", "the share of the second moment that the means have"),
	raise(dead, "scale.des_std", "the standard deviation of the scaled means"),
	raise(dead, "du.gamma", "the spread of the normalised means"),
	{dead, having("freebits", "delta", "targetrate", "fisher", "vmf"), func(s Situation) string {
		return fmt.Sprintf("Use --method bn or --method scale in place of %s, which holds the rate up but asks nothing of the means.", strings.Join(s.Methods, "+"))
	}},
	raise(dead, "agg.inner", "or train for more epochs: the inference network still lags"),
	raise(dead, "mae.eta", "the weight of the divergence between posteriors"),
	{dead, having("beta"), func(s Situation) string { return fmt.Sprintf("Lower beta.weight below %v.", s.Settings["beta.weight"]) }},
	{dead, always, say("Use --method bn or --method scale, which keep the means of the posteriors apart.")},
	raise([]string{contextOnly}, "bn.gamma", "the standard deviation of the means relative to their prior"),
	raise([]string{contextOnly}, "bn.tau", "the share of the second moment that the means have"),
	raise([]string{contextOnly}, "scale.des_std", "the standard deviation of the means relative to their prior"),
	{[]string{contextOnly}, always, say("Use --method bn, whose means vary relative to the prior of their context.")},
	{[]string{prior}, func(s Situation) bool { return s.has("bn") && s.Settings["bn.prior_kl"] == "on" },
		say("Leave it if the responses fit their contexts; else set bn.prior_kl=off, which ties the prior to N(0,I).")},
	{[]string{prior}, always, say("Leave it if the responses fit their contexts, because the decoder reads the context too.")},
}

// remedy is what to try against a collapse.
func (s Situation) remedy(collapse string) string {
	for _, r := range remedies {
		if slices.Contains(r.against, collapse) && r.when(s) {
			return r.text(s)
		}
	}
	return "" // never: the last remedy against each collapse fits always
}
