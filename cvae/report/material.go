package report

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
	"github.com/cvae-go/cvae/tokenize"
)

// material is what all runs are measured on.
type material struct {
	splitter
	source    config.Config // says how corpus is read
	corpus    *corpora.Corpus
	exchanges []exchange // chosen
	hash      string     // of the split
}

// gather reads the corpus of the runs and checks that it is one.
func gather(ctx context.Context, runs []*run.Run, o Options) (material, error) {
	first := runs[0].Config
	m := material{splitter: newSplitter(first.Tokenizer), source: o.source(first)}
	read := map[string]seen{} // by how it is read
	for _, r := range runs {
		c := o.source(r.Config)
		if o.Corpus != "" {
			c.Seed = m.source.Seed // one way of splitting for all
		}
		how := fmt.Sprintf("%q %+v %d", c.Corpus, c.Reading, c.Seed)
		if s, ok := read[how]; ok {
			if err := o.check(r, s.corpus); err != nil {
				return m, err
			}
		} else {
			corpus, err := o.open(r, c)
			if err != nil {
				return m, fmt.Errorf("run %s: %w", r.Dir, err)
			}
			e := exchanges{splitter: m.splitter, sentences: r.Sentences(), most: o.MaxContexts, seed: o.Seed}
			hash, err := e.read(ctx, corpus, o.Split)
			if err != nil {
				return m, err
			}
			if read[how] = (seen{corpus, hash}); m.corpus == nil {
				m.corpus, m.hash, m.exchanges = corpus, hash, e.chosen()
			}
		}
		if read[how].hash != m.hash {
			return m, fmt.Errorf("%w: the %s split of %s, seed %d, is not that of %s, seed %d: report on runs of one corpus and split, or name one for all with --corpus",
				run.ErrRequest, o.Split, r.Dir, r.Config.Seed, runs[0].Dir, first.Seed)
		}
	}
	return m, nil
}

// A seen corpus was opened for a run before, and has this hash of the split.
type seen struct {
	corpus *corpora.Corpus
	hash   string
}

// open opens the corpus of a run, or the one for all.
func (o Options) open(r *run.Run, c config.Config) (*corpora.Corpus, error) {
	if o.Corpus != "" {
		return run.OpenCorpus(c)
	}
	return r.OpenCorpus(o.Source)
}

// check refuses a corpus that another run has too, where it is not what this one was
// trained on.
func (o Options) check(r *run.Run, c *corpora.Corpus) error {
	if o.Corpus != "" || o.Accept {
		return nil
	}
	return r.CheckCorpus(c)
}

// texts yields the words of every turn of a split. An error goes to err and ends
// the sequence.
func (m material) texts(ctx context.Context, split dialog.Split, err *error) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for d, e := range m.corpus.Dialogues(split) {
			if e == nil {
				e = ctx.Err()
			}
			if e != nil {
				*err = fmt.Errorf("reading the %s split: %w", split, e)
				return
			}
			for _, t := range d.Turns {
				if !yield(m.words(t.Text)) {
					return
				}
			}
		}
	}
}

// readVectors reads the vectors of the words of the corpus; nil without a file.
func (m material) readVectors(ctx context.Context, o Options) (*metric.Vectors, error) {
	if o.Vectors == "" {
		return nil, nil
	}
	vocabulary := map[string]bool{}
	var err error
	for _, split := range []dialog.Split{dialog.Train, o.Split} {
		for words := range m.texts(ctx, split, &err) {
			for _, w := range words {
				vocabulary[w] = true
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return metric.ReadVectors(o.Vectors, vocabulary)
}

// A splitter says what the words of the metrics are: one rule for the responses
// of all runs, the references and the training split, whatever tokenizers the
// runs have.
type splitter struct{ tokenize.Options }

// newSplitter splits as the word-level tokenizer of a run does; other tokenizers
// have no words, and texts are then lower-cased and split at punctuation.
func newSplitter(t config.Tokenizer) splitter {
	o := tokenize.Options{Split: tokenize.Punct, Lower: true}
	if t.Kind == config.WordLevel {
		o.Lower = t.Lower
		if t.Split == tokenize.Space.String() {
			o.Split = tokenize.Space
		}
	}
	return splitter{o}
}

func (s splitter) words(text string) []string {
	return slices.Collect(tokenize.SplitWords(text, s.Options))
}

func (s splitter) each(texts []string) [][]string {
	out := make([][]string, len(texts))
	for i, text := range texts {
		out[i] = s.words(text)
	}
	return out
}

// hasWord reports whether any text has a word.
func (s splitter) hasWord(texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return len(s.words(text)) > 0 })
}

// plain is a response as metrics want it: words between spaces, without the
// capitals and the spacing of its display.
func plain(r *run.Run, x dialog.Response) string {
	if _, ok := r.Tokenizer.(*tokenize.Words); ok {
		return strings.Join(x.Tokens, " ")
	}
	return x.Text
}
