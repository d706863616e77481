package main

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"

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
	return err
}
