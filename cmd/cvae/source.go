package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/run"
)

// A source names another corpus than a run's own; empty: the run's.
type source run.Source

const acceptHelp = "go on although the corpus of the run has changed"

// What the flags that say how a corpus is read are for, in every command.
const (
	mapHelp      = "where the turns of JSON, Parquet or a table with a header are, such as 'turns=dialog[].text, speaker=dialog[].name'"
	encodingHelp = "encoding of text files, such as gbk, latin1 or utf-16le (default: by a byte order mark, or UTF-8)"
	gapHelp      = "the pause that ends a conversation in a log of chat (default 3h)"
	cleanHelp    = "take HTML tags and the annotations of transcripts out of turns"
)

// addSource adds --corpus, the flags that say how it is read, and --accept-corpus;
// whose is said of the default.
func addSource(f *pflag.FlagSet, s *source, whose string) {
	f.StringVar(&s.Corpus, "corpus", "", "corpus: a `path`, builtin or synthetic (default: "+whose+")")
	f.StringVar(&s.Format, "format", "", "format of --corpus; see cvae corpus formats (default: detected)")
	f.StringVar(&s.Map, "map", "", mapHelp)
	f.StringVar(&s.Encoding, "encoding", "", encodingHelp)
	f.Var((*gap)(&s.Gap), "gap", gapHelp)
	f.BoolVar(&s.Clean, "clean", false, cleanHelp)
	f.BoolVar(&s.Accept, "accept-corpus", false, acceptHelp)
}

func (s source) validate() error {
	if flag := s.flag(); flag != "" && s.Corpus == "" {
		return usagef("%s says how to read --corpus, which is missing", flag)
	}
	return checkFormat(s.Format)
}

// gap is the value of --gap, which is longer than 0.
type gap time.Duration

// Set implements pflag.Value.
func (g *gap) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return errors.New("it must be a time longer than 0, such as 30m or 3h")
	}
	*g = gap(d)
	return nil
}

// Type implements pflag.Value.
func (*gap) Type() string { return "duration" }

// String implements pflag.Value.
func (g *gap) String() string {
	if *g == 0 {
		return "0" // which help does not show
	}
	return time.Duration(*g).String()
}

// flag is the first flag given that says how the corpus is read; empty: none is.
func (s source) flag() string {
	switch {
	case s.Format != "":
		return "--format"
	case s.Map != "":
		return "--map"
	case s.Encoding != "":
		return "--encoding"
	case s.Gap != 0:
		return "--gap"
	case s.Clean:
		return "--clean"
	}
	return ""
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

// warning prints one warning at a time, each once.
func warning(w io.Writer) func(string) {
	var said sync.Map
	return func(text string) {
		if _, before := said.LoadOrStore(text, true); !before {
			warn(w, []string{text})
		}
	}
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
