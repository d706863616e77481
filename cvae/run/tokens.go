package run

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/train/checkpoint/atomicfile"
	"github.com/cvae-go/cvae/dialog"
)

// Set encodes a split of a corpus for this run, or takes it from the cache of
// encoded corpora, Cache.
func (r *Run) Set(ctx context.Context, c *corpora.Corpus, split dialog.Split) (*dialog.Set, error) {
	path, err := r.tokensPath(c, split)
	if err != nil {
		return nil, fmt.Errorf("reading the %s split: %w", split, err)
	}
	if path != "" {
		if file, err := os.ReadFile(path); err == nil {
			if s, err := dialog.ReadSet(file, r.Tokenizer.Size()); err == nil {
				return s, nil
			}
		}
	}
	s, err := dialog.Encode(until(ctx, c.Dialogues(split)), r.Tokenizer, r.Config.Model.Window())
	if err != nil {
		return nil, fmt.Errorf("reading the %s split: %w", split, err)
	}
	if path != "" && os.MkdirAll(r.Cache, 0o700) == nil {
		_ = atomicfile.Write(path, s.Write) // a full disk costs time the next time, not this run
	}
	return s, nil
}

// tokensPath is where the cache keeps a split: its name is a hash of all that
// decides its content. It is empty where nothing is kept.
func (r *Run) tokensPath(c *corpora.Corpus, split dialog.Split) (string, error) {
	if r.Cache == "" {
		return "", nil
	}
	corpus, err := c.Fingerprint()
	if err != nil || corpus == "" {
		return "", err
	}
	words, err := r.tokenizerFile()
	if err != nil {
		return "", err
	}
	key, err := json.Marshal([]any{corpus, split, r.Config.Model.Window(), sha256.Sum256(words)})
	if err != nil {
		return "", fmt.Errorf("naming the encoded corpus: %w", err)
	}
	return filepath.Join(r.Cache, fmt.Sprintf("%x.tokens", sha256.Sum256(key))), nil
}
