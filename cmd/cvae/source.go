package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/run"
)

// A source names another corpus than a run's own; empty: the run's.
type source run.Source

const acceptHelp = "go on although the corpus of the run has changed"

// addSource adds --corpus, --format and --accept-corpus; whose is said of the
// default.
func addSource(f *pflag.FlagSet, s *source, whose string) {
	f.StringVar(&s.Corpus, "corpus", "", "corpus: a `path`, builtin or synthetic (default: "+whose+")")
	f.StringVar(&s.Format, "format", "", "format of --corpus; see cvae corpus formats (default: detected)")
	f.BoolVar(&s.Accept, "accept-corpus", false, acceptHelp)
}

func (s source) validate() error {
	if s.Format != "" && s.Corpus == "" {
		return usagef("--format says how to read --corpus, which is missing")
	}
	return checkFormat(s.Format)
}

// open opens the corpus for a run and says what the run warns of.
func (s source) open(r *run.Run, warnings io.Writer) (*corpora.Corpus, error) {
	c, err := r.OpenCorpus(run.Source(s))
	warned(warnings, r)
	return c, err
}

// warned says what the run warns of, once.
func warned(w io.Writer, r *run.Run) {
	warn(w, r.Warnings)
	r.Warnings = nil
}

// warning prints one warning at a time.
func warning(w io.Writer) func(string) {
	return func(text string) { warn(w, []string{text}) }
}

// warn prints warnings.
func warn(w io.Writer, warnings []string) {
	for _, text := range warnings {
		fmt.Fprintln(w, "warning: "+printable(text))
	}
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
