package run

import (
	"context"
	"fmt"
	"iter"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/dialog"
)

// OpenCorpus opens the corpus of a configuration and refuses sentences where
// the model needs dialogues.
func OpenCorpus(c config.Config) (*corpora.Corpus, error) {
	corpus, err := corpora.Open(c.Corpus, corpora.Options{Format: c.Format, SkipBad: c.SkipBad, Dedup: c.Dedup, Seed: c.Seed})
	if err != nil {
		return nil, err
	}
	if c.Model.Mode == cvae.Dialogue && corpus.Format().Turns == "sentences" {
		return nil, config.Error{Err: fmt.Errorf("%s holds sentences, and preset %s learns from dialogues; use a text preset (yahoo, ptb, yelp-short)", c.Corpus, c.Preset)}
	}
	return corpus, nil
}

// Until ends a sequence with the error of ctx when ctx ends.
func Until(ctx context.Context, dialogues iter.Seq2[dialog.Dialogue, error]) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range dialogues {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}
