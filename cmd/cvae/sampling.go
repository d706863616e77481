package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// addSampling adds the flags that say how responses are drawn, with the values
// of s as their defaults.
func addSampling(f *pflag.FlagSet, s *dialog.Sampling) {
	addDecoding(f, s)
	f.Lookup("temperature").Usage += ", so that z alone makes responses differ (default 0, without a latent 1)"
	f.IntVarP(&s.N, "number", "n", s.N, "responses to a context")
	f.Float64Var(&s.TopP, "top-p", s.TopP, "sample from the likeliest words with this share of the probability; 1: all")
	f.IntVar(&s.TopK, "top-k", s.TopK, "sample from so many of the likeliest words; 0: all")
	f.Float64Var(&s.PriorScale, "prior-scale", s.PriorScale, "spread of z about the mean of the prior; 0: the mean itself")
}

// addDecoding adds the flags that matter where z is given.
func addDecoding(f *pflag.FlagSet, s *dialog.Sampling) {
	f.Float64Var(&s.Temperature, "temperature", s.Temperature, "temperature of the words; 0: the likeliest")
	f.IntVar(&s.Beam, "beam", s.Beam, "search for the likeliest words with a beam of this `width` for each z, instead of word by word; 0: no search")
	f.IntVar(&s.NoRepeat, "no-repeat-ngram", s.NoRepeat, "no `n`-gram of words twice in a response, so that it cannot loop; the probabilities stay those of the model; 0: it may")
	f.Uint64Var(&s.Seed, "seed", s.Seed, "seed of all random numbers")
	addLabels(f, &s.Labels)
}

// checkSampling refuses numbers out of their ranges and names the flag.
func checkSampling(s dialog.Sampling) error {
	err := s.Check()
	var out dialog.SamplingError
	if errors.As(err, &out) {
		return usagef("%s%w", strings.Repeat("-", min(2, len(out.Name))), err)
	}
	if errors.Is(err, dialog.ErrBeam) {
		return usagef("--%w", err)
	}
	var rank dialog.RankError
	if errors.As(err, &rank) {
		return usagef("%s%w", strings.Repeat("-", min(2, len(rank.Name))), err)
	}
	return err
}

// A labelFlag collects the values of --label by name.
type labelFlag struct{ labels *map[string]string }

// addLabels adds the flag --label.
func addLabels(f *pflag.FlagSet, labels *map[string]string) {
	f.Var(labelFlag{labels}, "label", "a label that the run is conditioned on, `name=value`, of the dialogue or its last turn; may be repeated")
}

func (l labelFlag) String() string { return "" }
func (l labelFlag) Type() string   { return "name=value" }

// Set implements pflag.Value.
func (l labelFlag) Set(assignment string) error {
	name, value, ok := strings.Cut(assignment, "=")
	if !ok || name == "" {
		return errors.New("it must be name=value")
	}
	if _, twice := (*l.labels)[name]; twice {
		return fmt.Errorf("%s is given twice", name)
	}
	if *l.labels == nil {
		*l.labels = map[string]string{}
	}
	(*l.labels)[name] = value
	return nil
}

// checkLabels refuses labels of the command line that the run is not conditioned on, and
// warns of values that it never saw.
func checkLabels(labels map[string]string, r *run.Run, warnings io.Writer) error {
	unseen, err := r.CheckLabels(labels)
	if err != nil {
		return usagef("--%w", err)
	}
	warn(warnings, unseen)
	return nil
}

// conditioned is the labels of a line of input over those of the command line, which the
// run must be conditioned on as well.
func (i input) conditioned(r *run.Run, all map[string]string, warnings io.Writer) (map[string]string, error) {
	unseen, err := r.CheckLabels(i.Labels)
	if err != nil {
		return nil, err
	}
	for _, text := range unseen {
		warn(warnings, []string{i.where() + text})
	}
	return joined(i.Labels, all), nil
}

// joined is the labels of a line of input over those of the command line.
func joined(line, all map[string]string) map[string]string {
	out := maps.Clone(all)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, line)
	return out
}
