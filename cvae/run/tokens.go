package run

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/tokenfile"
	"github.com/cvae-go/cvae/tokenize"
)

// A Reader encodes the splits of a corpus as a model reads them.
type Reader struct {
	words  tokenize.Tokenizer
	model  cvae.Config
	labels cvae.Labels
	// Cache is the folder for encoded corpora; empty: none.
	Cache string
	// Reading is told how far the reading of a corpus is, in dialogues; total
	// is 0 while it is not known, and done at the end. Nil: nobody watches.
	Reading func(what string, done, total int)
	// Warn is told, in a sentence, what the cache could not do. Nil: nobody is.
	Warn func(string)
}

func (r Reader) warn(format string, a ...any) {
	if r.Warn != nil {
		r.Warn(fmt.Sprintf(format, a...))
	}
}

// NewReader reads for a model; labels are the values of those of its conditioning.
func NewReader(c cvae.Config, words tokenize.Tokenizer, labels cvae.Labels) Reader {
	return Reader{words: words, model: c, labels: labels}
}

// Set encodes a split of a corpus for this run, or takes it from the cache of
// encoded corpora, Cache. The caller closes it.
func (r *Run) Set(ctx context.Context, c *corpora.Corpus, split dialog.Split) (*dialog.Set, error) {
	reader := NewReader(r.Config.Model, r.Tokenizer, r.model.Parts.Labels)
	reader.Cache, reader.Reading, reader.Warn = r.Cache, r.Reading, r.Warn
	sets, err := reader.Sets(ctx, c, 0, split)
	return sets[split], err
}

// Sets encodes splits of a corpus, or takes them from the cache: those that the
// cache lacks are made in one pass over the corpus. Where the cache has no room they are
// made without it. How far the pass is shows in
// the dialogues of train, of which there are so many; 0: it is not known. The
// caller closes them.
func (r Reader) Sets(ctx context.Context, c *corpora.Corpus, train int, splits ...dialog.Split) (map[dialog.Split]*dialog.Set, error) {
	sets, err := r.sets(ctx, c, train, splits...)
	if err == nil || r.Cache == "" || !errors.Is(err, tokenfile.ErrFull) {
		return sets, err
	}
	r.warn("the cache for encoded corpora is not used: %v", inner(err, tokenfile.ErrFull))
	r.Cache = ""
	return r.sets(ctx, c, train, splits...)
}

// inner is the innermost error that is the target, which says the same wherever it comes up.
func inner(err, target error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil || !errors.Is(next, target) {
			return err
		}
		err = next
	}
}

func (r Reader) sets(ctx context.Context, c *corpora.Corpus, train int, splits ...dialog.Split) (sets map[dialog.Split]*dialog.Set, err error) {
	sets = map[dialog.Split]*dialog.Set{}
	defer func() {
		if err != nil {
			CloseSets(sets)
			sets = nil
		}
	}()
	b := builder{Reader: r, drafts: map[dialog.Split]*draft{}}
	defer b.discard()
	var lacking []dialog.Split
	for _, split := range splits {
		path, err := r.tokensPath(c, split)
		if err != nil {
			return sets, fmt.Errorf("reading the %s split: %w", split, err)
		}
		if sets[split] = r.cached(ctx, c, split, path); sets[split] == nil {
			delete(sets, split)
			lacking = append(lacking, split)
			b.begin(split, path)
		}
	}
	if len(lacking) == 0 {
		return sets, nil
	}
	if err := b.fill(ctx, c, train, lacking); err != nil {
		return sets, err
	}
	return sets, b.finish(ctx, c, sets)
}

// CloseSets closes sets that nobody reads any more.
func CloseSets(sets map[dialog.Split]*dialog.Set) {
	for _, set := range sets {
		_ = set.Close() // it was read only
	}
}

// cached opens a split in the cache, nil where there is none. One that cannot be
// used is taken away, for its name would keep a good one out.
func (r Reader) cached(ctx context.Context, c *corpora.Corpus, split dialog.Split, path string) *dialog.Set {
	if path == "" {
		return nil
	}
	set, err := r.openSet(ctx, c, split, path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(path) // where it cannot be, the draft is used without a name
	}
	return set
}

// openSet opens the file of a split in the cache.
func (r Reader) openSet(ctx context.Context, c *corpora.Corpus, split dialog.Split, path string) (*dialog.Set, error) {
	file, err := tokenfile.Open(path)
	if err != nil {
		return nil, err
	}
	file.OnLoss(func() (*tokenfile.File, error) { return r.encodeAgain(context.WithoutCancel(ctx), c, split, path) })
	set, err := dialog.NewSet(file, r.words.Size())
	if err != nil {
		_ = file.Close() // it was read only
		return nil, err
	}
	return set, nil
}

// encodeAgain encodes a split whose file in the cache somebody has cut while it was read,
// for this process alone.
func (r Reader) encodeAgain(ctx context.Context, c *corpora.Corpus, split dialog.Split, path string) (*tokenfile.File, error) {
	r.warn("another program has cut files of the cache for encoded corpora, %s (XDG_CACHE_HOME names its place); the corpus is read again", filepath.Dir(path))
	r.Cache, r.Reading = "", nil
	b := builder{Reader: r, drafts: map[dialog.Split]*draft{}}
	defer b.discard()
	b.begin(split, "")
	if err := b.fill(ctx, c, 0, []dialog.Split{split}); err != nil {
		return nil, err
	}
	if err := b.drafts[split].Finish(); err != nil {
		return nil, err
	}
	return b.drafts[split].Draft.Open()
}

// A builder encodes splits.
type builder struct {
	Reader
	drafts map[dialog.Split]*draft
}

// A draft is a split that is being encoded, and where the cache wants it.
type draft struct {
	*tokenfile.Draft
	*dialog.SetWriter
	path string
}

// inMemory is how many bytes of a split that has no place in the cache are
// kept in memory before they go to a temporary file.
const inMemory = 16 << 20

// begin begins a split. Where there is no cache it is for this process alone.
func (b builder) begin(split dialog.Split, path string) {
	file := tokenfile.NewDraft("", inMemory)
	if path != "" && os.MkdirAll(b.Cache, 0o700) == nil {
		file = tokenfile.NewDraft(b.Cache, 0)
		_ = tokenfile.Sweep(b.Cache, time.Now()) // somebody else's litter is no reason to stop
	} else {
		path = ""
	}
	b.drafts[split] = &draft{file, dialog.NewSetWriter(file, b.words, b.model.Window(), b.model.Condition.Labelling(b.labels)), path}
}

// fill encodes what a pass over the corpus yields.
func (b builder) fill(ctx context.Context, c *corpora.Corpus, train int, splits []dialog.Split) error {
	done := 0
	report := func(total int) {
		if b.Reading != nil {
			b.Reading("encoding the corpus", done, total)
		}
	}
	defer func() { report(done) }()
	for p, err := range c.Pass(splits...) {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err == nil {
			err = b.drafts[p.Split].Add(p.Dialogue)
		}
		if err != nil {
			return fmt.Errorf("encoding the corpus: %w", err)
		}
		if train == 0 || p.Split == dialog.Train {
			done++
			report(train)
		}
	}
	return nil
}

// finish opens what was encoded.
func (b builder) finish(ctx context.Context, c *corpora.Corpus, sets map[dialog.Split]*dialog.Set) error {
	for split, d := range b.drafts {
		err := d.Finish()
		if err == nil && d.path != "" && d.Publish(d.path) == nil {
			sets[split], err = b.openSet(ctx, c, split, d.path)
		} else if err == nil {
			sets[split], err = d.private(b.words.Size())
		}
		if err != nil {
			delete(sets, split)
			return fmt.Errorf("keeping the encoded %s split: %w", split, err)
		}
	}
	return nil
}

// private opens a draft that serves this process alone; v is the number of token ids.
func (d *draft) private(v int) (*dialog.Set, error) {
	file, err := d.Draft.Open()
	if err != nil {
		return nil, err
	}
	return dialog.NewSet(file, v)
}

// discard takes away what was not finished.
func (b builder) discard() {
	for _, d := range b.drafts {
		d.Discard()
	}
}

// tokensPath is where the cache keeps a split: its name is a hash of all that
// decides its content. It is empty where nothing is kept.
func (r Reader) tokensPath(c *corpora.Corpus, split dialog.Split) (string, error) {
	if r.Cache == "" {
		return "", nil
	}
	corpus, err := c.Fingerprint()
	if err != nil || corpus == "" {
		return "", err
	}
	words, err := MarshalTokenizer(r.words)
	if err != nil {
		return "", err
	}
	var told []any
	if c := r.model.Condition; c.On() {
		told = []any{c.Labels, c.ActHead, c.Act, r.labels}
	}
	key, err := json.Marshal([]any{corpus, split, r.model.Window(), sha256.Sum256(words), told})
	if err != nil {
		return "", fmt.Errorf("naming the encoded corpus: %w", err)
	}
	return filepath.Join(r.Cache, fmt.Sprintf("%x.tokens", sha256.Sum256(key))), nil
}
