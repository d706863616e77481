// Package corporatest checks that a format of package corpora keeps the
// contract that all formats share. Each format's test fills a Case.
package corporatest

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/dialog"
)

// A Case is a small corpus in one format, with what a person reads in it.
type Case struct {
	Format string
	Path   string               // a folder, or a name that is no path
	Count  map[dialog.Split]int // dialogues, counted by hand
	First  dialog.Dialogue      // of train; zero: not compared
	// BadFile is a file of Path, slash-separated, that has more than one line;
	// BadLine is malformed in it. Empty: the format has no files.
	BadFile, BadLine string
}

// subject is a case and what one reading of it gave, against which the rules
// compare.
type subject struct {
	Case
	corpus *corpora.Corpus
	all    map[dialog.Split][]dialog.Dialogue
}

// Run checks one case against every rule.
func Run(t *testing.T, c Case) {
	s := subject{Case: c, corpus: open(t, c.Path, corpora.Options{})}
	s.all = everything(t, s.corpus)
	rules := []struct {
		name  string
		check func(*testing.T, subject)
		files bool // needs files
	}{
		{"a path is enough to detect the format", detected, false},
		{"holds what a person reads in it", content, false},
		{"streams the same at every call", repeatable, false},
		{"streams to several readers at once", concurrent, false},
		{"names each dialogue once", disjoint, false},
		{"counts what it streams", counted, false},
		{"stops counting when the context ends", cancelled, false},
		{"an error names file and line", located, true},
		{"skip-bad leaves out exactly the bad line", skipped, true},
		{"compression and line ends change nothing", disguised, true},
		{"an early break closes the file", closed, true},
	}
	for _, rule := range rules {
		if rule.files && c.BadFile == "" {
			continue
		}
		t.Run(rule.name, func(t *testing.T) { rule.check(t, s) })
	}
}

// open opens the case's path, or another with the same content.
func open(t *testing.T, path string, o corpora.Options) *corpora.Corpus {
	t.Helper()
	c, err := corpora.Open(filepath.FromSlash(path), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// collect reads a split to its end or its first error, which must be the end.
func collect(t *testing.T, c *corpora.Corpus, s dialog.Split) (all []dialog.Dialogue, failure error) {
	t.Helper()
	for d, err := range c.Dialogues(s) {
		if failure != nil {
			t.Error("the sequence goes on after its first error")
		}
		if failure = err; err == nil {
			all = append(all, d)
		}
	}
	return all, failure
}

// everything reads all splits of a corpus without errors.
func everything(t *testing.T, c *corpora.Corpus) map[dialog.Split][]dialog.Dialogue {
	t.Helper()
	all := map[dialog.Split][]dialog.Dialogue{}
	for _, s := range dialog.Splits {
		var err error
		if all[s], err = collect(t, c, s); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}
