package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/run"
)

// A source names another corpus than a run's own; empty: the run's.
type source struct{ Corpus, Format string }

// addSource adds --corpus and --format; whose is said of the default.
func addSource(f *pflag.FlagSet, corpus, format *string, whose string) {
	f.StringVar(corpus, "corpus", "", "corpus: a `path`, builtin or synthetic (default: "+whose+")")
	f.StringVar(format, "format", "", "format of --corpus; see cvae corpus formats (default: detected)")
}

func (s source) validate() error {
	if s.Format != "" && s.Corpus == "" {
		return usagef("--format says how to read --corpus, which is missing")
	}
	return checkFormat(s.Format)
}

// open opens the corpus for a run, whose seed splits it.
func (s source) open(r *run.Run) (*corpora.Corpus, error) {
	c := r.Config
	if s.Corpus != "" {
		c.Corpus, c.Format = s.Corpus, s.Format
		c.SkipBad, c.Dedup = false, false
	}
	return run.OpenCorpus(c)
}

// tokenCache is the folder for encoded corpora in the user's cache; empty where
// there is none.
func tokenCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "cvae", "tokens")
}
